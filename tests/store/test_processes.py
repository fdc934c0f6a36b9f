"""Several processes on one store, and processes that are killed."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.engine.execution import answer
from lib.engine.question import Question
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.report import Report
from lib.sync.run import ensure
from tests.loopback import Response
from tests.tiny_api import KEY, TinyApi

ROOT = Path(__file__).resolve().parents[2]
FIRST, END = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
RANGE = ["--start", "2026-01-01", "--end", "2026-02-28"]
SOON = 60.0
STOP = """
import os, signal, sys
from lib.cli.main import main
from lib.store.usage_store import Store

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(Store, sys.argv[1], die)
main(sys.argv[2:])
"""


@pytest.fixture
def api() -> Iterator[TinyApi]:
    """Return an organization with 59 days of embeddings and costs."""
    with TinyApi() as server:
        for n, day in enumerate(Window(FIRST, END)):
            server.put(
                "embeddings", day, {"input_tokens": n, "model": "a"}, {"input_tokens": 1000, "model": "b"}
            )
            server.put("costs", day, {"amount": {"value": "0.000000000000000001"}})
        yield server


def environment(api: TinyApi, folder: Path) -> dict[str, str]:
    settings = {"OPENAI_ADMIN_KEY": KEY, "OPENAI_BASE_URL": api.base_url, "USAGE_STORE_URI": str(folder)}
    return {**os.environ, **settings, "PYTHONPATH": str(ROOT)}


def started(api: TinyApi, folder: Path, *command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(api, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def sync(api: TinyApi, folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    sources = ["--source", "embeddings", "--source", "costs"]
    return started(api, folder, "-m", "lib", "sync", *RANGE, *sources, "--json", *arguments)


def finished(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    out, err = process.communicate(timeout=SOON)
    assert process.returncode == 0, err
    told: dict[str, Any] = json.loads(out)
    return told


def continued(api: TinyApi, folder: Path) -> Report:
    """Return what the next sync of everything did."""
    needs = [Need(source, Width.DAY, Window(FIRST, END)) for source in ("embeddings", "costs")]
    now = dt.datetime.now(dt.UTC)
    return ensure(api.client, Store(str(folder)), needs, Settings(), now=now)


def totals(folder: Path) -> tuple[int, Decimal]:
    store, window = Store(str(folder)), Window(FIRST, END)
    tokens = answer(store, Question("embeddings", window)).to_pylist()[0]["input_tokens"]
    dollars = answer(store, Question("costs", window)).to_pylist()[0]["cost_usd"]
    return tokens, dollars


EXACT = (59_000 + 59 * 58 // 2, Decimal("0.000000000000000059"))


def test_processes_that_sync_at_once_leave_exact_totals(api: TinyApi, tmp_path: Path) -> None:
    processes = [sync(api, tmp_path) for _ in range(2)]

    assert [finished(p)["failures"] for p in processes] == [{}, {}]
    assert totals(tmp_path) == EXACT


def test_processes_that_sync_different_ranges_lose_nothing(api: TinyApi, tmp_path: Path) -> None:
    ranges = [("2026-01-01", "2026-01-20"), ("2026-01-10", "2026-02-10"), ("2026-02-01", "2026-02-28")]
    processes = [sync(api, tmp_path, "--start", first, "--end", last) for first, last in ranges]

    assert [finished(p)["failures"] for p in processes] == [{}, {}, {}]
    assert totals(tmp_path) == EXACT


def killed_at(api: TinyApi, folder: Path, nth: int) -> None:
    """Kill a sync while it waits for the answer to its request number `nth`."""
    reached, killed = threading.Event(), threading.Event()

    def hold(asked: int, _source: str) -> Response | None:
        if asked < nth:
            return None
        reached.set()
        assert killed.wait(SOON)
        return Response(drop=True)

    api.before = hold
    process = sync(api, folder)
    assert reached.wait(SOON)
    process.kill()
    process.communicate()
    killed.set()
    assert process.returncode == -signal.SIGKILL
    api.before = lambda _nth, _source: None


@pytest.mark.parametrize("nth", [0, 2])
def test_a_sync_killed_while_it_fetches_is_continued(api: TinyApi, tmp_path: Path, nth: int) -> None:
    killed_at(api, tmp_path, nth)

    assert continued(api, tmp_path).failures == {}
    assert totals(tmp_path) == EXACT


@pytest.mark.parametrize("step", ["replace", "mark", "tidy"])
def test_a_sync_killed_while_it_stores_is_continued(api: TinyApi, tmp_path: Path, step: str) -> None:
    process = started(api, tmp_path, "-c", STOP, step, "sync", *RANGE, "--source", "embeddings")
    process.communicate(timeout=SOON)
    assert process.returncode == -signal.SIGKILL

    assert continued(api, tmp_path).failures == {}
    assert totals(tmp_path) == EXACT
    assert continued(api, tmp_path) == Report()


def test_windows_that_were_stored_before_a_kill_are_not_asked_again(api: TinyApi, tmp_path: Path) -> None:
    january = [Need("embeddings", Width.DAY, Window(FIRST, dt.date(2026, 2, 1)))]
    ensure(api.client, Store(str(tmp_path)), january, Settings(), now=dt.datetime.now(dt.UTC))
    killed_at(api, tmp_path, len(api.asked))
    api.asked.clear()

    continued(api, tmp_path)

    assert sorted(api.asked) == [
        "costs",
        "costs",
        "embeddings",
    ]  # of costs a week first, as of all that is busy
    assert totals(tmp_path) == EXACT
