"""How long every page takes over 90 days: opened first, drawn again, and with one filter changed."""

import datetime as dt
import gc
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import streamlit as st
from streamlit.components.v2 import manifest_scanner

from lib.answers import instance
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store
from lib.ui.site_map import ENTRIES
from tests.benchmarks.apart import apart
from tests.benchmarks.large import factor, grow
from tests.benchmarks.outcomes import Api
from tests.benchmarks.overview import YEAR, fill
from tests.benchmarks.rounds import Disagreement

PERIOD = "90d"
LONG_AGO = dt.timedelta(days=2)
AGAIN = 3
ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(ENTRIES)


@dataclass(frozen=True)
class Opened:
    """The seconds of script that a page took, and the megabytes that the process then had."""

    page: str
    first: float
    again: float
    filtered: float
    megabytes: float


def measured(api: Api, folder: Path) -> str:
    """Return the table of all pages on the demo organization and on the large one, as Markdown.

    Raises Disagreement where the large organization's totals are not the multiple that they should be.
    """
    small, large = Store(str(folder / "small")), Store(str(folder / "large"))
    fill(api, small)
    today = api.now.date()
    year = Window(today - YEAR + ONE_DAY, today + ONE_DAY)
    rows = grow(small, large, year, api.now)
    for source, metric in (("costs", "cost_usd"), ("completions", "input_tokens")):
        sums = [
            answer(s, Question(source, year, metrics=(metric,)))[metric][0].as_py() for s in (small, large)
        ]
        if not sums[0] or sums[0] * factor(source) != sums[1]:
            raise Disagreement(f"{source}: {sums[1]} is not {factor(source)} times {sums[0]}.")
    demo, grown = (apart(all_opened, api, folder / name, PAGES) for name in ("small", "large"))
    return table(demo, grown, rows)


def all_opened(api: Api, store: Path, pages: list[str]) -> list[Opened]:
    """Return what `opened` yields."""
    logging.disable(logging.WARNING)  # streamlit remarks that a script runs without its server
    return list(opened(api, store, pages))


def table(demo: list[Opened], grown: list[Opened], rows: int) -> str:
    """Return the seconds of script of every page, as Markdown."""
    lines = [
        "",
        "| Page, 90 days | demo: first | again | other filter | large: first | again | other filter |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {small.page} | {small.first:.2f} | {small.again:.3f} | {small.filtered:.2f} "
            f"| {large.first:.2f} | {large.again:.3f} | {large.filtered:.2f} |"
            for small, large in zip(demo, grown, strict=True)
        ),
        "",
        f"The large organization has {rows:,} rows; the process took {grown[-1].megabytes:.0f} MB after all.",
        "",
    ]
    return "\n".join(lines)


def opened(api: Api, store: Path, pages: list[str]) -> Iterator[Opened]:
    """Yield how long each page takes on a store that holds all that it shows."""
    from tests.pages.conftest import visit  # here, where the log has been told to keep quiet

    os.environ |= {
        "OPENAI_ADMIN_KEY": api.key,
        "OPENAI_BASE_URL": api.base_url,
        "USAGE_STORE_URI": str(store),
    }
    project = _largest_project(Store(str(store)), api.now.date())
    # A server looks once for components among all installed packages; a test's app does so anew.
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
    with nothing_to_refresh():
        visit("units")  # now everybody's modules are loaded
        gc.freeze()  # as the app's server does with what it has loaded
        for page in pages:
            first, app = timed(lambda page=page: visit(page, period=PERIOD))
            again = median(timed(app.run)[0] for _ in range(AGAIN))
            filtered, narrowed = timed(lambda page=page: visit(page, period=PERIOD, project=project))
            for run in (app, narrowed):
                if run.exception or run.error:
                    raise RuntimeError(f"{page} did not come up: {run.exception or run.error}")
            yield Opened(page, first, again, filtered, _megabytes())


def timed(act: Any) -> tuple[float, Any]:
    """Return the seconds that `act` took, and what it returned."""
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _largest_project(store: Store, today: dt.date) -> str:
    question = Question("costs", Window(today - dt.timedelta(90), today), by=("project_id",))
    rows = [row for row in answer(store, question).to_pylist() if row["project_id"]]
    return str(max(rows, key=lambda row: row["cost_usd"])["project_id"])


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def nothing_to_refresh() -> Iterator[None]:
    """Have nothing fetched beside what is measured."""
    load = instance.load_settings
    st.cache_resource.clear()
    instance.load_settings = lambda *given: replace(load(*given), refresh=LONG_AGO, names_refresh=LONG_AGO)
    try:
        yield
    finally:
        instance.load_settings = load
        st.cache_resource.clear()
