"""Answers that come byte by byte, and answers without an end."""

import datetime as dt
import gzip
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lib.errors import AdminApiError, TooMuchAtOnce, Unavailable
from lib.openai_admin.connection import Connection, Timing
from lib.openai_admin.retries import Patience

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BOMB = gzip.compress(b" " * 50_000_000)


@contextmanager
def sending(first: bytes, then: bytes) -> Iterator[str]:
    """Serve `first` at once and `then` again and again, 50 times a second, until the client hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(1 << 16)
            try:
                client.sendall(first)
                while then:
                    client.sendall(then)
                    time.sleep(0.02)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        listener.close()
        thread.join(5)


def connection(address: str, *, seconds: float = 60, largest: int = 1_000_000) -> Connection:
    timing = Timing(time.sleep, time.monotonic, lambda: dt.datetime.now(dt.UTC), random.random)
    patience = Patience(attempts=1, total_seconds=seconds)
    return Connection("sk-admin-x", address, pool=1, patience=patience, timing=timing, largest=largest)


def failure(address: str, *, divisible: bool = False, **limits: float) -> AdminApiError:
    with pytest.raises(AdminApiError) as caught:
        connection(address, **limits).read(  # type: ignore[arg-type]
            "/organization/costs", {}, bytes, counted_as="costs", divisible=divisible
        )
    return caught.value


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        (HEADERS + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEADERS + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEADERS + b"\r\n", b" "),
    ],
    ids=["status", "header", "body", "chunks", "no length"],
)
def test_an_answer_that_trickles_is_given_up_at_its_deadline(first: bytes, then: bytes) -> None:
    with sending(first, then) as address:
        gave_up = failure(address, seconds=0.3)

    assert type(gave_up) is Unavailable
    assert str(gave_up) == "OpenAI did not answer /organization/costs in time; sync again later."


def test_half_may_be_asked_for_of_what_trickles() -> None:
    with sending(HEADERS + b"Content-Length: 1000000\r\n\r\n", b" ") as address:
        assert type(failure(address, seconds=0.3, divisible=True)) is TooMuchAtOnce


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (HEADERS + b"\r\n", b" " * 100_000),
        (HEADERS + b"Content-Encoding: gzip\r\n\r\n" + BOMB, b""),
    ],
    ids=["endless", "gzip bomb"],
)
def test_an_answer_is_not_read_past_the_most_that_may_be(first: bytes, then: bytes) -> None:
    with sending(first, then) as address:
        gave_up = failure(address)

    assert str(gave_up) == (
        "The answer of /organization/costs is larger than 1 MB, the most that is read; "
        "raise [sync] memory_mb."
    )


def test_half_may_be_asked_for_of_what_is_too_large() -> None:
    with sending(HEADERS + b"\r\n", b" " * 100_000) as address:
        assert type(failure(address, divisible=True)) is TooMuchAtOnce


def test_an_answer_of_just_the_most_is_read() -> None:
    with sending(HEADERS + b"Content-Length: 1000\r\n\r\n" + b"x" * 1000, b"") as address:
        body = connection(address, largest=1000).read("/organization/costs", {}, bytes, counted_as="costs")

    assert body == b"x" * 1000
