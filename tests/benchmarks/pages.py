"""How long every page takes over 90 days: opened first, drawn again, and with one filter changed."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import streamlit as st

from lib.answers import instance
from lib.catalog.sources import SOURCES
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.periods.windows import Window
from lib.store.usage_store import Store
from tests.benchmarks.loops import Api

PERIOD = "90d"
LONG_AGO = dt.timedelta(days=2)
AGAIN = 3
ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


@dataclass(frozen=True)
class Opened:
    """The seconds of script that a page took, and the megabytes that the process then had."""

    page: str
    first: float
    again: float
    filtered: float
    megabytes: float


def opened(api: Api, store: Path, pages: list[str]) -> Iterator[Opened]:
    """Yield how long each page takes on a store that holds all that it shows."""
    from tests.pages.conftest import visit  # here, where the log has been told to keep quiet

    os.environ |= {
        "OPENAI_ADMIN_KEY": api.key,
        "OPENAI_BASE_URL": api.base_url,
        "USAGE_STORE_URI": str(store),
    }
    project = _largest_project(Store(str(store)), api.now.date())
    with _nothing_to_refresh():
        visit("units")  # now everybody's modules are loaded
        for page in pages:
            first, app = _timed(lambda page=page: visit(page, period=PERIOD))
            again = median(_timed(app.run)[0] for _ in range(AGAIN))
            filtered, narrowed = _timed(lambda page=page: visit(page, period=PERIOD, project=project))
            for run in (app, narrowed):
                if run.exception or run.error:
                    raise RuntimeError(f"{page} did not come up: {run.exception or run.error}")
            yield Opened(page, first, again, filtered, _megabytes())


def _timed(act: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _largest_project(store: Store, today: dt.date) -> str:
    question = Question("costs", Window(today - dt.timedelta(90), today), by=("project_id",))
    rows = [row for row in answer(store, question).to_pylist() if row["project_id"]]
    if not rows or len(SOURCES) != 12:
        raise RuntimeError("The store does not hold what is to be measured.")
    return str(max(rows, key=lambda row: row["cost_usd"])["project_id"])


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def _nothing_to_refresh() -> Iterator[None]:
    """Have nothing fetched beside what is measured."""
    load = instance.load_settings
    st.cache_resource.clear()
    instance.load_settings = lambda *given: replace(load(*given), refresh=LONG_AGO, names_refresh=LONG_AGO)
    try:
        yield
    finally:
        instance.load_settings = load
        st.cache_resource.clear()
