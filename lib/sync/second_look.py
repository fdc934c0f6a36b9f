"""Second look: which days of an answer are asked for once more before they are believed.

The API answers quiet days too, as buckets without rows. A day about which it answers nothing, or of which
more than half is gone, may be a fault of its own; nobody would ask again once the day is final.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from lib.catalog.sources import SOURCES, Source
from lib.openai_admin import Part
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight, runs, unix
from lib.store.day_totals import table_totals
from lib.store.records.coverage import NO_ROWS, DayTotal
from lib.store.row_windows import between
from lib.store.usage_store import Store
from lib.sync.plan import Need

_MOST_REQUESTS = 3

Fetch = Callable[[Source, Width, Window], list[Part]]


@dataclass(frozen=True)
class Answered:
    """What was answered in the end; of `unanswered` days not even that they were quiet."""

    parts: list[Part]
    unanswered: frozenset[dt.date] = frozenset()


def fetched_twice_where_doubtful(fetch: Fetch, store: Store, need: Need, now: dt.datetime) -> Answered:
    """Return what `fetch` answers of `need`, doubtful days as they are answered the second time."""
    source = SOURCES[need.source]
    parts = fetch(source, need.width, need.window)
    doubtful = unanswered_days(parts, need.width, now) | _fallen(store, source, need, parts)
    for window in windows_to_ask_again(doubtful):
        second = fetch(source, need.width, window)
        parts = _with(parts, second, doubtful - unanswered_days(second, need.width, now))
    return Answered(parts, frozenset(unanswered_days(parts, need.width, now)))


def unanswered_days(parts: Iterable[Part], width: Width, now: dt.datetime) -> set[dt.date]:
    """Return the days of `parts` that are over and of which a bucket was not answered."""
    return {
        day
        for part in parts
        for starts in [frozenset(part.starts)]
        for day in part.window
        if midnight(day) + ONE_DAY <= now
        and not starts.issuperset(range(unix(day), unix(day) + 86400, width.seconds))
    }


def fallen_days(before: Mapping[dt.date, DayTotal], after: Mapping[dt.date, DayTotal | None]) -> set[dt.date]:
    """Return the days whose total is less than half of what it was."""
    return {
        day
        for day, was in before.items()
        if (total := after.get(day, NO_ROWS)) and total.amount * 2 < was.amount
    }


def windows_to_ask_again(days: Collection[dt.date]) -> list[Window]:
    """Return the windows that hold `days`, one that holds them all where they would be too many."""
    found = runs(days)
    return found if len(found) <= _MOST_REQUESTS else [Window(found[0].first, found[-1].end)]


def _fallen(store: Store, source: Source, need: Need, parts: list[Part]) -> set[dt.date]:
    """Return the days that had ended when they were stored, and of which more than half is gone now."""
    fetched = store.coverage(source, need.width)
    asked = {day for part in parts for day in part.window}
    ended = {day for day in asked if day in fetched and fetched[day] >= midnight(day) + ONE_DAY}
    if not ended:
        return set()
    before = {day: was for day, was in store.totals(source, need.width).items() if day in ended}
    return fallen_days(before, table_totals(pa.concat_tables(part.table for part in parts), source))


def _with(parts: list[Part], second: list[Part], days: set[dt.date]) -> list[Part]:
    """Return `parts` with `days` as the parts of `second` that are grouped alike have them."""
    for answer in second:
        taken = runs(days & set(answer.window))
        parts = [
            _joined(part, answer, taken)
            if (part.slice, part.dimensions) == (answer.slice, answer.dimensions)
            else part
            for part in parts
        ]
    return parts


def _joined(part: Part, answer: Part, taken: list[Window]) -> Part:
    for run in (run for run in taken if part.window.first <= run.first and run.end <= part.window.end):
        own = [start for start in part.starts if not run.start_time <= start < run.end_time]
        more = [start for start in answer.starts if run.start_time <= start < run.end_time]
        part = replace(
            part,
            table=pa.concat_tables([part.table.filter(~between(run)), answer.table.filter(between(run))]),
            starts=tuple(sorted([*own, *more])),
            organizations=part.organizations | answer.organizations,
        )
    return part
