"""Processes that share a store in a bucket, one of which is killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store import announced_changes
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.run import ensure
from tests.object_server import BUCKET, ObjectServer
from tests.tiny_api import KEY, TinyApi

pytestmark = pytest.mark.xdist_group("objects")
ROOT = Path(__file__).resolve().parents[2]
WHOLE = Window(dt.date(2026, 1, 1), dt.date(2026, 3, 1))
SOON = 60.0
KILLED = """
import os, signal, sys
from lib.cli.main import main
from lib.store.usage_store import Store

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

Store.mark = die
main(sys.argv[1:])
"""


@pytest.fixture
def api() -> Iterator[TinyApi]:
    """Return an organization with 59 days of costs."""
    with TinyApi() as server:
        for day in WHOLE:
            server.put("costs", day, {"amount": {"value": "0.000000000000000001"}})
        yield server


def sync(
    api: TinyApi, objects: ObjectServer, uri: str, folder: Path, *command: str
) -> "subprocess.Popen[bytes]":
    settings = {"OPENAI_ADMIN_KEY": KEY, "OPENAI_BASE_URL": api.base_url, "USAGE_STORE_URI": uri}
    days = ["--start", "2026-01-01", "--end", "2026-02-28", "--source", "costs", "--json"]
    with (folder / f"{len(list(folder.iterdir()))}.log").open("wb") as told:
        return subprocess.Popen(
            [sys.executable, *command, "sync", *days],
            cwd=ROOT,
            env={
                **os.environ,
                **settings,
                **objects.environment,
                "PYTHONPATH": str(ROOT),
                "TMPDIR": str(folder),
            },
            stdout=told,
            stderr=told,
        )


def test_nothing_is_lost_or_doubled_where_one_of_two_that_sync_at_once_is_killed(
    api: TinyApi, objects: ObjectServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"s3://{BUCKET}/processes"
    monkeypatch.setattr(announced_changes, "FRESH", 0.0)
    store = Store(uri, access=objects.access())
    assert store.coverage("costs", Width.DAY) == {}
    processes = [
        sync(api, objects, uri, tmp_path, "-c", KILLED),
        sync(api, objects, uri, tmp_path, "-m", "lib"),
    ]
    ends = [process.wait(SOON) for process in processes]
    said = [file.read_text() for file in sorted(tmp_path.glob("*.log"))]

    assert ends == [-signal.SIGKILL, 0], said
    # What the killed one had stored a moment before the other would have is recorded by whoever comes next.
    needs = [Need("costs", Width.DAY, WHOLE)]
    assert ensure(api.client, store, needs, Settings(), now=dt.datetime.now(dt.UTC)).failures == {}
    assert store.coverage("costs", Width.DAY).keys() == set(WHOLE)
    sums = answer(store, Question("costs", WHOLE)).to_pylist()
    assert [row["cost_usd"] for row in sums] == [Decimal("0.000000000000000059")]
    assert store.row_count(SOURCES["costs"], Width.DAY) == 59
