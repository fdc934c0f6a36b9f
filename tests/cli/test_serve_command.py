"""Several processes of the app behind a proxy: started, looked after and ended by one command."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lib.cli import serve_command
from lib.cli.main import main
from lib.cli.proxy_configuration import proxy_configuration
from lib.configuration.secrets_files import ROOT
from tests.deploy.programs import until
from tests.deploy.replica_processes import replica_pids
from tests.ports import free_ports
from tests.tiny_api import KEY, TinyApi

EVERYWHERE = "0.0.0.0"  # noqa: S104 - at which nothing comes to listen
pytestmark = pytest.mark.xdist_group("proxy")


class Served:
    """The command as a process, the port of its proxy, and what it said on standard error."""

    def __init__(self, folder: Path, api: TinyApi, *options: str) -> None:
        self.port = free_ports(4)
        self.log = folder / "serve.log"
        (folder / "secrets.toml").write_text("[sync]\nevery_minutes = 0\n")
        command = [sys.executable, "-m", "lib", "serve", "--port", str(self.port), *options]
        environment = {
            "OPENAI_ADMIN_KEY": KEY,
            "OPENAI_BASE_URL": api.base_url,
            "USAGE_STORE_URI": str(folder / "store"),
            "USAGE_LOG_FORMAT": "text",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=log)

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def get(self, path: str, **cookies: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", cookies=cookies, timeout=30)


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        yield server


def test_a_replica_that_is_killed_is_replaced_and_the_others_answer_meanwhile(
    tmp_path: Path, api: TinyApi
) -> None:
    served = Served(tmp_path, api, "--replicas", "2")
    try:
        until(lambda: "2 replicas answer" in served.said, served.process)
        first = served.get("/")
        cookie = first.cookies["usage_replica"]
        again = served.get("/healthz/live", usage_replica=cookie)
        killed = replica_pids(served.port, 2)[0]
        os.kill(killed, signal.SIGKILL)
        answers = [served.get("/healthz/live", usage_replica=f"{n:032x}").status_code for n in range(12)]
        until(lambda: "and is started again" in served.said, served.process)
    finally:
        served.process.send_signal(signal.SIGTERM)
        code = served.process.wait(60)

    assert (first.status_code, again.status_code, code) == (200, 200, 0)
    assert "set-cookie" not in again.headers
    assert answers == [200] * 12
    assert (
        f"The replica at port {served.port + 1} ended (signal SIGKILL) and is started again." in served.said
    )
    assert "Traceback" not in served.said
    with pytest.raises(requests.ConnectionError):
        served.get("/")


def test_where_nobody_signs_in_it_does_not_listen_to_others(tmp_path: Path, api: TinyApi) -> None:
    served = Served(tmp_path, api, "--replicas", "1", "--address", EVERYWHERE)

    assert served.process.wait(60) == 1
    assert "The app was not started. The app would listen at 0.0.0.0" in served.said
    assert f"The replica at port {served.port + 1} could not start; why is said above." in served.said
    assert "Traceback" not in served.said


def test_without_nginx_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve_command.shutil, "which", lambda *_, **__: None)

    assert main(["serve"]) == 1
    assert capsys.readouterr().err == (
        "nginx, which shares the visitors out among the replicas, is not installed: `apt-get install "
        "nginx-light`. One process needs none: `streamlit run streamlit_app.py`.\n"
    )


def test_ports_that_cannot_be_used_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    first = free_ports(3)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 2))
        taken.listen()

        assert main(["serve", "--port", str(first)]) == 1
        assert f"Port {first + 2} of 127.0.0.1 cannot be used (Address already in use)." in (
            capsys.readouterr().err
        )
    assert main(["serve", "--port", "70000"]) == 1
    assert "Port 70000 of 127.0.0.1 cannot be used (there is no such port)." in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "-1", "33", "two", "1.5", "²"])
def test_a_count_of_replicas_that_makes_no_sense_is_refused(
    count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--replicas", count]) == 2
    assert f"{count!r} is no number of replicas: 1 to 32" in capsys.readouterr().err


def test_the_proxy_listens_at_one_address_and_asks_each_replica() -> None:
    text = proxy_configuration(Path("/run/a b"), "::1", 80, [81, 82])

    assert "listen [::1]:80;" in text
    assert re.findall(r"server 127\.0\.0\.1:(\d+) ", text) == ["81", "82"]
    assert 'pid "/run/a b/nginx.pid";' in text
