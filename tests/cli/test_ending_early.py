"""A command that is asked to end leaves nothing half stored, gives its lease back, and says so."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.cli.ending_early import SAID
from lib.cli.main import main
from lib.configuration.secrets_files import ROOT
from lib.periods.widths import Width
from lib.store.usage_store import Store
from lib.sync.collecting import LEASE
from tests.alerts.inbox import WebInbox
from tests.cli.days import JANUARY, jan
from tests.loopback import Response
from tests.tiny_api import TinyApi

TERMINATED = 143
SYNC = ["sync", *JANUARY, "--source", "embeddings", "--source", "costs"]


class Waiting:
    """Answers the first requests for a source, and lets whoever asks for costs wait."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.goes_on = threading.Event()

    def __call__(self, _nth: int, source: str) -> Response | None:
        if source == "costs":
            self.asked.set()
            self.goes_on.wait(60)
        return None


@pytest.fixture
def waiting(api: TinyApi) -> Iterator[Waiting]:
    found = Waiting()
    api.before = found
    yield found
    found.goes_on.set()


def ended(waiting: Waiting, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command until it waits for an answer, ask it to end, and return how it ended."""
    with subprocess.Popen(
        [sys.executable, "-m", "lib", *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert waiting.asked.wait(60)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def test_a_sync_that_is_ended_stores_whole_days_or_none_and_the_next_one_the_rest(
    waiting: Waiting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = ended(waiting, *SYNC)

    assert done.returncode == TERMINATED
    assert done.stderr.endswith(f"{SAID}\n")
    assert "Traceback" not in done.stderr
    store = Store(str(tmp_path / "store"))
    assert store.coverage("costs", Width.DAY) == {}
    assert set(store.coverage("embeddings", Width.DAY)) in (set(), {jan(1), jan(2), jan(3)})
    waiting.goes_on.set()
    assert main(SYNC) == 0
    assert main(["verify"]) == 0
    assert "Costs: 3 days agree" in capsys.readouterr().out


def test_whoever_sends_alerts_gives_the_lease_back(waiting: Waiting, tmp_path: Path) -> None:
    with WebInbox() as inbox:
        home = tmp_path / "home"
        (home / ".streamlit").mkdir(parents=True)
        (home / ".streamlit" / "secrets.toml").write_text(f'[[alerts]]\nurl = "{inbox.url}"\n')

        done = ended(waiting, "alert", HOME=str(home))

        assert (done.returncode, inbox.posted) == (TERMINATED, [])
    assert done.stderr.splitlines()[-1] == SAID
    assert Store(str(tmp_path / "store")).leases.read()[LEASE].released
