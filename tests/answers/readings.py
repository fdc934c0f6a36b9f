"""Readings of a store that holds literal rows, fetched for literal days."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.sources import SOURCES
from lib.engine.filters import EVERYTHING, Filters
from lib.openai_admin import AdminClient
from lib.openai_admin.refusals import Refusal
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from tests.stored import filled

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


def november(first: int, last: int) -> Window:
    """Return days of November 2026, both included."""
    return Window(dt.date(2026, 11, first), dt.date(2026, 11, last + 1))


def reading_of(
    folder: Path,
    rows: Mapping[str, Iterable[dict[str, Any]]],
    window: Window,
    *,
    fetched: Mapping[str, Iterable[Window]],
    comparison: Comparison = Comparison.PREVIOUS,
    filters: Filters = EVERYTHING,
    grain: Grain | None = None,
    refusals: Iterable[Refusal] = (),
) -> Reading:
    """Return a reading of `rows` by source, where the days of `fetched` were fetched at NOW."""
    store = Store(str(folder))
    for source, held in rows.items():
        filled(folder, source, *held)
    for source, windows in fetched.items():
        store.mark(Covered(source, Width.DAY, w.first, w.end, NOW) for w in windows)
    store.remember(refusals, NOW)
    settings = Settings("sk-admin-test", "http://127.0.0.1:9/v1", str(folder))
    client = AdminClient("sk-admin-test", "http://127.0.0.1:9/v1", now=lambda: NOW)
    backend = Backend(settings, store, Syncer(client, store, settings, now=lambda: NOW))
    view = View(window, TODAY, grain, comparison, filters)
    return Reading(backend, view, tuple(SOURCES[name] for name in fetched))


PERIOD, BEFORE = november(8, 14), november(1, 7)


def bill(day: int, dollars: str, project: str | None = "proj_a") -> dict[str, Any]:
    """Return what a project was billed on a day of November 2026."""
    return {"start": f"2026-11-{day:02}", "project_id": project, "cost_usd": Decimal(dollars)}


BILLS = [bill(2, "5"), bill(9, "3"), bill(10, "4", "proj_b"), bill(14, "1")]


def whole(folder: Path, **choices: Any) -> Reading:
    """Return the reading of `BILLS` in `PERIOD`, which and the one before it are known whole."""
    return reading_of(folder, {"costs": BILLS}, PERIOD, fetched={"costs": [BEFORE, PERIOD]}, **choices)


def in_part(folder: Path) -> Reading:
    """Return the same, of which two days of the period before are not known."""
    return reading_of(folder, {"costs": BILLS}, PERIOD, fetched={"costs": [november(3, 7), PERIOD]})
