"""The demo organization is served to other programs until the command is interrupted."""

import argparse
import socket
from types import SimpleNamespace
from typing import NoReturn

import pytest
import requests

from lib.cli import demo_command
from lib.cli.demo_command import serve_demo
from lib.cli.ending_early import Terminated
from lib.cli.exit_codes import ExitCode
from lib.demo.server import http_server
from lib.errors import AppError


def test_its_address_and_key_are_printed_and_answer_until_it_is_interrupted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, str]] = []
    statuses: list[int] = []

    class Interrupted:
        def wait(self) -> NoReturn:
            told.append(dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines()))
            key = {"Authorization": f"Bearer {told[0]['OPENAI_ADMIN_KEY']}"}
            url = f"{told[0]['OPENAI_BASE_URL']}/organization/projects"
            statuses.append(requests.get(url, headers=key, timeout=10).status_code)
            raise KeyboardInterrupt

    monkeypatch.setattr(demo_command, "threading", SimpleNamespace(Event=Interrupted))

    with pytest.raises(KeyboardInterrupt):
        serve_demo(argparse.Namespace(port=0, latency=0.0))

    assert list(told[0]) == ["OPENAI_BASE_URL", "OPENAI_ADMIN_KEY"]
    assert statuses == [200]
    with pytest.raises(requests.ConnectionError):
        requests.get(told[0]["OPENAI_BASE_URL"], timeout=10)


def test_latency_is_given_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, object] = {}

    def server(**options: object) -> NoReturn:
        made.update(options)
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(http_server, "DemoServer", server)

    with pytest.raises(AppError):
        serve_demo(argparse.Namespace(port=8600, latency=250.0))
    assert (made["port"], made["latency"]) == (8600, 0.25)


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(AppError) as failed:
            serve_demo(argparse.Namespace(port=port, latency=0.0))

    assert str(failed.value) == f"Port {port} cannot be used (Address already in use). Choose another one."


def test_asked_to_end_it_ends_as_it_is_meant_to(monkeypatch: pytest.MonkeyPatch) -> None:
    class AskedToEnd:
        def wait(self) -> NoReturn:
            raise Terminated

    monkeypatch.setattr(demo_command, "threading", SimpleNamespace(Event=AskedToEnd))

    assert serve_demo(argparse.Namespace(port=0, latency=0.0)) is ExitCode.TERMINATED
