"""One request: retries, refusals of the key, and the key's secrecy."""

import datetime as dt
import gzip
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from lib.errors import (
    AdminApiError,
    BadKey,
    BadRequest,
    MissingScope,
    RateLimited,
    SettingsError,
    Unavailable,
    UnexpectedResponse,
    UnknownEndpoint,
)
from lib.openai_admin import AdminClient
from lib.openai_admin.connection import Connection, Timing
from lib.openai_admin.retries import Patience
from tests.fake_time import FakeTime
from tests.loopback import Handler, Loopback, Request, Response, error, script

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
KEY = "sk-admin-secret-0123456789abcdef"
OK = Response({"ok": True})
PATH = "/organization/costs"
USAGE = "/organization/usage/completions"
NAMES = "/organization/users"
SCOPES = (
    "You have insufficient permissions for this operation. Missing scopes: {}. "
    "Check that you have the correct role in your organization."
)

Make = Callable[..., tuple[Connection, Loopback, FakeTime]]


@pytest.fixture
def serve() -> Iterator[Make]:
    opened = ExitStack()

    def make(
        handler: Handler,
        *,
        key: str = KEY,
        patience: Patience | None = None,
        sleep: Callable[[float], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> tuple[Connection, Loopback, FakeTime]:
        server = opened.enter_context(Loopback(handler))
        time = FakeTime(NOW)
        timing = Timing(sleep or time.sleep, clock or time.clock, time.now, lambda: 0.5)
        patience = patience or Patience()
        connection = Connection(key, server.base_url, pool=2, patience=patience, timing=timing)
        opened.callback(connection.close)
        return connection, server, time

    with opened:
        yield make


def get(connection: Connection, path: str = PATH) -> dict[str, Any]:
    return connection.get(path, {"limit": 1}, counted_as="costs")


def failure(connection: Connection, path: str = PATH) -> AdminApiError:
    with pytest.raises(AdminApiError) as caught:
        get(connection, path)
    return caught.value


# Retries


@pytest.mark.parametrize(
    "first",
    [
        error(429, "Slow down."),
        error(500, "Oops."),
        Response("<html>Bad gateway</html>", 502),
        error(408, "Timeout."),
        error(409, "Conflict."),
        Response(drop=True),
        Response({"data": ["cut short"]}, cut=9),
        Response('{"data": [', headers={"Connection": "close"}),
        Response(b"", headers={"Connection": "close"}),
        Response(gzip.compress(b"{}")[:12], headers={"Content-Encoding": "gzip"}),
        Response(b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=[
        "429", "500", "502 with HTML", "408", "409", "dropped", "shorter than it said",
        "JSON that ends early", "nothing", "gzip that ends early", "not gzip",
    ],
)  # fmt: skip
def test_what_may_pass_is_asked_again(serve: Make, first: Response) -> None:
    connection, server, time = serve(script(first, OK))

    assert get(connection) == {"ok": True}
    assert time.sleeps == [0.25]
    assert server.requests[0].raw_query == server.requests[1].raw_query
    assert connection.requests_made == {"costs": 2}


def test_waits_double_up_to_a_limit_and_attempts_are_capped(serve: Make) -> None:
    patience = Patience(attempts=8, total_seconds=1000)
    connection, server, time = serve(lambda _r: error(500, "Oops."), patience=patience)

    assert isinstance(failure(connection), Unavailable)
    assert time.sleeps == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0]
    assert len(server.requests) == 8


def test_the_time_of_all_attempts_is_capped(serve: Make) -> None:
    connection, server, time = serve(lambda _r: error(500, "Oops."), patience=Patience(100, 3.0))

    assert isinstance(failure(connection), Unavailable)
    assert time.sleeps == [0.25, 0.5, 1.0]
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:09 -0000"}, 9.0),
        ({"Retry-After": "Mon, 23 Nov 2026 14:00:09 +0200"}, 9.0),
        ({"retry-after-ms": "1500", "Retry-After": "2"}, 1.5),
        ({"Retry-After": "0"}, 0.25),
        ({"Retry-After": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.25),
        ({"Retry-After": "soon"}, 0.25),
        ({"Retry-After": "nan"}, 0.25),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(serve: Make, status: int, headers: dict[str, str], seconds: float) -> None:
    connection, _, time = serve(script(error(status, "Wait.", headers=headers), OK))

    assert get(connection) == {"ok": True}
    assert time.sleeps == [seconds]


def test_a_wait_longer_than_the_time_left_is_given_up_at_once(serve: Make) -> None:
    connection, server, time = serve(lambda _r: error(429, "Wait.", headers={"Retry-After": "3600"}))

    gave_up = failure(connection)

    assert isinstance(gave_up, RateLimited)
    assert "wait 3600 s" in str(gave_up)
    assert (time.sleeps, len(server.requests)) == ([], 1)


def test_too_many_429_are_a_rate_limit(serve: Make) -> None:
    connection, server, _ = serve(lambda _r: error(429, "Too many requests."))

    gave_up = failure(connection)

    assert isinstance(gave_up, RateLimited)
    assert "“Too many requests.”" in str(gave_up)
    assert len(server.requests) == 6


def test_a_thread_told_to_slow_down_holds_the_others(serve: Make) -> None:
    told, go_on = threading.Event(), threading.Event()
    slept: list[tuple[str, float]] = []

    def sleep(seconds: float) -> None:
        slept.append((threading.current_thread().name, seconds))
        told.set()
        assert threading.current_thread().name == "second" or go_on.wait(5)

    answers = script(error(429, "Wait.", headers={"Retry-After": "7"}), OK, OK)
    connection, _, _ = serve(answers, sleep=sleep)
    first = threading.Thread(target=get, args=(connection,), name="first")
    first.start()
    assert told.wait(5)
    second = threading.Thread(target=get, args=(connection,), name="second")
    second.start()
    second.join(5)
    go_on.set()
    first.join(5)

    assert slept[:2] == [("first", 7.0), ("second", 7.0)]


def test_nobody_listening_is_unavailable(serve: Make) -> None:
    connection, server, _ = serve(lambda _r: OK, patience=Patience(attempts=2))
    server.stop()

    assert "failed; check the network" in str(failure(connection))
    assert connection.requests_made == {"costs": 2}


def test_six_threads_share_the_connection(serve: Make) -> None:
    connection, server, _ = serve(lambda _r: OK)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: get(connection), range(60)))

    assert answers == [{"ok": True}] * 60
    assert connection.requests_made == {"costs": 60}
    assert len(server.requests) == 60


# Answers that are no answers


def test_a_redirect_is_not_followed(serve: Make) -> None:
    connection, server, _ = serve(lambda r: Response(status=307, headers={"Location": r.path + "/elsewhere"}))

    refused = failure(connection)

    assert isinstance(refused, UnexpectedResponse)
    assert "redirected (status 307)" in str(refused)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location",
    ["http://[::1/\x7f", "http://[", "//", "http://\xff", "http://a:b:c", "x" * 9000, "\t", "?" * 70],
)
def test_where_a_redirect_leads_is_not_even_read(serve: Make, location: str) -> None:
    connection, server, _ = serve(lambda _r: Response(status=302, headers={"Location": location}))

    assert "redirected (status 302)" in str(failure(connection))
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", ["<html>hello</html>", "[1]", "null", '"text"'])
def test_something_else_than_an_object_is_unexpected(serve: Make, body: str) -> None:
    connection, server, _ = serve(lambda _r: Response(body))

    assert isinstance(failure(connection), UnexpectedResponse)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "kind"), [(404, UnknownEndpoint), (405, UnexpectedResponse)])
def test_other_statuses_are_told_apart(serve: Make, status: int, kind: type[AdminApiError]) -> None:
    connection, _, _ = serve(lambda _r: Response("no", status))

    assert type(failure(connection)) is kind


# The key is refused


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("plain", [False, True], ids=["object", "string"])
@pytest.mark.parametrize(
    ("path", "scope"), [(USAGE, "api.usage.read"), (PATH, "api.usage.read"), (NAMES, "api.management.read")]
)
def test_a_missing_scope_is_named(serve: Make, status: int, plain: bool, path: str, scope: str) -> None:
    message = SCOPES.format(scope)
    answer = Response({"error": message}, status) if plain else error(status, message)
    connection, server, _ = serve(lambda _r: answer)

    refused = failure(connection, path)

    assert isinstance(refused, MissingScope)
    assert refused.scope == scope
    assert str(refused).startswith(f"The admin key lacks the permission {scope};")
    assert len(server.requests) == 1


def test_a_scope_that_is_not_named_is_the_one_that_the_path_needs(serve: Make) -> None:
    connection, _, _ = serve(lambda _r: error(403, "You have insufficient permissions for this operation."))

    refused = failure(connection, NAMES)

    assert isinstance(refused, MissingScope)
    assert refused.scope == "api.management.read"


@pytest.mark.parametrize("key", ["sk-proj-0123456789", "sk-0123456789", "sk-svcacct-0123456789"])
def test_an_ordinary_key_without_permission_is_not_an_admin_key(serve: Make, key: str) -> None:
    connection, _, _ = serve(lambda _r: error(401, SCOPES.format("api.usage.read")), key=key)

    refused = failure(connection)

    assert isinstance(refused, BadKey)
    assert str(refused) == (
        "The key is not an admin key; create one at "
        "https://platform.openai.com/settings/organization/admin-keys and use it instead."
    )


@pytest.mark.parametrize(
    "answer",
    [
        error(401, "Incorrect API key provided: sk-admin*cdef. You can find your API key at https://x."),
        Response({"error": "Incorrect API key provided"}, 401),
        Response("<html>no</html>", 401),
        Response(b"", 401),
    ],
    ids=["object", "string", "HTML", "nothing"],
)
def test_a_wrong_key_is_one_plain_sentence(serve: Make, answer: Response) -> None:
    connection, _, _ = serve(lambda _r: answer)

    refused = failure(connection)

    assert isinstance(refused, BadKey)
    assert str(refused) == (
        "OpenAI does not accept the admin key: it is wrong or was revoked; "
        "see https://platform.openai.com/settings/organization/admin-keys."
    )


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (error(403, "Country not supported."), "(status 403): “Country not supported.”"),
        (Response("<html>no</html>", 403), "(status 403) without saying why."),
    ],
)
def test_any_other_403_is_told_in_the_apis_words(serve: Make, answer: Response, ending: str) -> None:
    connection, _, _ = serve(lambda _r: answer)

    refused = failure(connection)

    assert isinstance(refused, BadKey)
    assert str(refused) == f"OpenAI refused the admin key {ending}"


# The key stays secret


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"Bad {KEY}.", "Bad sk-…."),
        ("Bad sk-admi************abcd, see https://x.", "Bad sk-…, see https://x."),
        ("Bad 'sk-proj-abc_DEF-123'", "Bad 'sk-…'"),
        ("Incorrect API key provided: abc***def. See x.", "Incorrect API key provided: sk-…. See x."),
        ("The risk-free task-list", "The risk-free task-list"),
    ],
)
def test_what_looks_like_a_key_is_masked_in_quotes(serve: Make, said: str, told: str) -> None:
    connection, _, _ = serve(lambda _r: error(400, said, param="limit"))

    assert str(failure(connection)) == f"OpenAI refused the request to {PATH}: “{told}”"


def test_a_key_without_the_usual_prefix_is_masked_too(serve: Make) -> None:
    connection, _, _ = serve(lambda _r: error(400, "Bad unusual-key!"), key="unusual-key")

    assert "unusual" not in str(failure(connection))


@pytest.mark.parametrize(
    ("said", "quoted"), [("a" * 300, "a" * 300), ("a" * 301, "a" * 299 + "…"), ("a" * 5000, "a" * 299 + "…")]
)
def test_at_most_300_characters_of_the_apis_words_are_quoted(serve: Make, said: str, quoted: str) -> None:
    connection, _, _ = serve(lambda _r: error(400, said))

    assert str(failure(connection)) == f"OpenAI refused the request to {PATH}: “{quoted}”"


def echo(request: Request) -> Response:
    said = f"key {request.headers['Authorization']} is bad"
    return {
        "/v1/400": error(400, said),
        "/v1/401": error(401, said),
        "/v1/403": error(403, said),
        "/v1/404": error(404, said),
        "/v1/429": error(429, said),
        "/v1/500": error(500, said),
        "/v1/302": Response(status=302, headers={"Location": f"/{KEY}"}),
        "/v1/drop": Response(drop=True),
        "/v1/cut": Response({"data": KEY}, cut=9),
        "/v1/text": Response(KEY),
    }[request.path]


@pytest.mark.parametrize(
    "path", ["/400", "/401", "/403", "/404", "/429", "/500", "/302", "/drop", "/cut", "/text"]
)
def test_the_key_shows_in_no_failure_and_no_log(
    serve: Make, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    connection, server, _ = serve(echo)

    refused = failure(connection, path)

    told = "".join(traceback.format_exception(refused)) + repr(refused) + repr(refused.__dict__)
    assert KEY not in told + caplog.text
    assert (refused.__cause__, refused.__context__) == (None, None)
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_the_key_shows_in_no_repr(serve: Make) -> None:
    connection, server, _ = serve(lambda _r: OK)
    client = AdminClient(KEY, server.base_url)

    shown = repr(client) + repr(connection) + repr(vars(client)) + repr(vars(connection))
    client.close()

    assert KEY not in shown
    assert repr(client) == f"AdminClient(Connection({server.base_url}))"


@pytest.mark.parametrize("key", ["", "sk-admin x", "sk-admin\n", "sk-admin…", "sk-admin\x00"])
def test_a_key_that_no_header_can_carry_is_refused_unquoted(key: str) -> None:
    with pytest.raises(SettingsError, match="Copy it again") as caught:
        AdminClient(key)
    assert "sk-admin" not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.openai.com/v1",
        "http://127.0.0.1.example.com/v1",
        "http://localhost.example.com/v1",
        "http://10.0.0.1/v1",
        "https://user:pw@api.openai.com/v1",
        "http://127.0.0.1@api.openai.com/v1",
        "https://api.openai.com/v1?x=1",
        "ftp://localhost/v1",
        "api.openai.com/v1",
        "https://",
        "https://[::1",
        "https://api.openai.com:port/v1",
    ],
)
def test_a_base_url_that_would_expose_the_key_is_refused(base_url: str) -> None:
    with pytest.raises(SettingsError, match="The base URL"):
        AdminClient(KEY, base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.openai.com/v1",
        "https://eu.example.com:8443/v1/",
        "http://localhost:1/v1",
        "http://127.8.0.1:1/v1",
        "http://[::1]:1/v1",
    ],
)
def test_https_and_loopback_are_accepted(base_url: str) -> None:
    AdminClient(KEY, base_url).close()


def test_loopback_goes_past_proxies_and_a_netrc_replaces_no_key(
    serve: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    connection, server, _ = serve(lambda _r: OK)

    assert get(connection) == {"ok": True}
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_a_netrc_replaces_no_key_towards_the_internet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    time = FakeTime(NOW)
    timing = Timing(time.sleep, time.clock, time.now, lambda: 0.5)
    connection = Connection(KEY, "https://example.com/v1", pool=1, patience=Patience(), timing=timing)

    prepared = connection._session.prepare_request(requests.Request("GET", "https://example.com/v1"))
    connection.close()

    assert prepared.headers["Authorization"] == f"Bearer {KEY}"


def test_cookies_are_not_kept(serve: Make) -> None:
    connection, server, _ = serve(lambda _r: Response({}, headers={"Set-Cookie": "a=b"}))

    get(connection)
    get(connection)

    assert server.requests[1].headers["Cookie"] is None


def test_a_bad_request_keeps_its_param_and_code(serve: Make) -> None:
    connection, _, _ = serve(lambda _r: error(400, "No.", param="limit", code="integer_above_max_value"))

    refused = failure(connection)

    assert isinstance(refused, BadRequest)
    assert (refused.param, refused.code) == ("limit", "integer_above_max_value")
