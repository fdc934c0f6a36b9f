import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from lib.configuration.secrets_files import ROOT
from lib.demo.process import DemoProcess
from lib.errors import Unavailable


@pytest.fixture
def demo() -> Iterator[DemoProcess]:
    process = DemoProcess()
    yield process
    process.stop()


def ask(key: str, url: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return requests.get(f"{url}/organization/projects", headers=headers, timeout=10).status_code


def gone(key: str, url: str) -> bool:
    """Return whether nobody answers any more, soon."""
    for _ in range(1000):
        try:
            ask(key, url)
        except requests.ConnectionError:
            return True
    return False


def test_it_serves_whoever_has_its_key(demo: DemoProcess) -> None:
    key, url = demo.access

    assert ask(key, url) == 200
    assert ask("sk-admin-another", url) == 401


def test_nobody_answers_once_it_has_stopped(demo: DemoProcess) -> None:
    key, url = demo.access

    demo.stop()

    assert gone(key, url)


def test_it_ends_with_the_process_that_started_it() -> None:
    app = "from lib.demo.process import DemoProcess; print(*DemoProcess().access, flush=True)"

    said = subprocess.run([sys.executable, "-c", app], cwd=ROOT, capture_output=True, text=True, check=True)

    key, url = said.stdout.split()
    assert gone(key, url)


def test_a_server_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/true")

    process = DemoProcess()

    with pytest.raises(Unavailable, match="did not start"):
        _ = process.access
    process.stop()
