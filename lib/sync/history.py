"""History: how far back the API serves days, and which of them it will soon serve no more.

All days that the API serves are fetched a stretch at a time, the newest first, until there is a reason to
end: so the store grows past what the API remembers.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.reach import End, Expiring, Reach
from lib.sync.report import Report

BEGINNING = dt.date(2020, 6, 11)
"""The day the API opened; nothing can be older."""
STRETCH = 183
"""How many days are asked for before it is looked whether there can be more."""
_QUIET = 2
"""After so many stretches without a row of any source, earlier days are not asked for."""
MEMORY = dt.timedelta(days=365)
"""How long the API is taken to serve a day until it has said otherwise."""
SOON = dt.timedelta(days=14)
"""How long before it is served no more a day that was never fetched is told of."""


def go_back(
    fetch: Callable[[Sequence[Need]], Report],
    store: Store,
    today: dt.date,
    sources: Iterable[str] = tuple(SOURCES),
) -> Iterator[Reach]:
    """Fetch all days of `sources` that the API serves, and yield how far each goes once that is known.

    `fetch` fetches and stores what of some needs is missing or not final.
    """
    left, quiet = list(sources), 0
    for stretch in stretches(today):
        report = fetch([Need(name, Width.DAY, stretch) for name in left])
        for name in list(left):
            if end := _end(store, name, stretch, report):
                left.remove(name)
                yield _reach(store, name, end, report.failures.get(name, ""))
        quiet = 0 if _has_rows(store, left, stretch) else quiet + 1
        if not left or quiet == _QUIET:
            break
    yield from (_reach(store, name, End.QUIET if quiet else End.BEGINNING) for name in left)


def stretches(today: dt.date) -> Iterator[Window]:
    """Yield stretches of days back to the beginning, the one that ends with `today` first."""
    end = today + ONE_DAY
    while end > BEGINNING:
        first = max(end - STRETCH * ONE_DAY, BEGINNING)
        yield Window(first, end)
        end = first


def expiring(store: Store, now: dt.datetime) -> list[Expiring]:
    """Return which days were never fetched and are soon served no more; none before anything was fetched."""
    refusals = store.binding_refusals()
    absent = {r.source for r in refusals if r.kind is RefusalKind.ENDPOINT}
    fetched = {name: store.coverage(name, Width.DAY) for name in SOURCES if name not in absent}
    found = []
    for name, days in fetched.items() if any(fetched.values()) else ():
        earliest = _earliest_served(refusals, name, now.date())
        lacking = [day for day in Window(earliest, earliest + SOON) if day not in days]
        if lacking:
            gone_on = now.date() + (lacking[0] - earliest) + ONE_DAY
            found.append(Expiring(name, lacking[0], lacking[-1], gone_on))
    return found


def _earliest_served(refusals: Iterable[Refusal], source: str, today: dt.date) -> dt.date:
    """Return the first day that the API serves today: as the days pass, it serves a later one."""
    known = [
        max(r.until, today - (r.learned_at.date() - r.until))
        for r in refusals
        if r.source == source and r.kind is RefusalKind.LOOKBACK and r.until
    ]
    return max(known, default=today - MEMORY)


def _end(store: Store, name: str, stretch: Window, report: Report) -> End | None:
    """Return why the stretch before `stretch` need not be asked for."""
    if name in report.failures:
        return End.FAILED
    refusals = [r for r in store.binding_refusals() if r.source == name]
    if name in report.notes or any(r.kind is RefusalKind.ENDPOINT for r in refusals):
        return End.ABSENT
    if any(r.kind is RefusalKind.LOOKBACK and r.until and r.until > stretch.first for r in refusals):
        return End.MEMORY
    return None


def _has_rows(store: Store, sources: Iterable[str], stretch: Window) -> bool:
    """Return whether the stretch has rows of any of `sources`; what was not recorded may be some."""
    for name in sources:
        days, totals = store.coverage(name, Width.DAY), store.totals(SOURCES[name], Width.DAY)
        if any(day in days and (day not in totals or totals[day].rows) for day in stretch):
            return True
    return False


def _reach(store: Store, name: str, end: End, said: str = "") -> Reach:
    return Reach(name, min(store.coverage(name, Width.DAY), default=None), end, said)
