"""Planning a sync: which of the days that are needed must be fetched."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind, fresh
from lib.periods.finality import is_final, is_fresh, settle_time
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, cut, runs
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store
from lib.sync.narrowed import narrowed

NAMES = "names"
"""The source name under which lists of names are recorded."""
LIMITS = "limits"
"""The source name under which spend limits and alerts are recorded."""

_ORDER = {name: nth for nth, name in enumerate(SOURCES)}

Days = dict[tuple[str, Width], set[dt.date]]
"""Days by source and bucket width."""


@dataclass(frozen=True)
class Need:
    """That a source's rows are needed for a window, at a bucket width."""

    source: str
    width: Width
    window: Window


@dataclass(frozen=True)
class Plan:
    """Windows to fetch, each small enough for one answer: days never fetched, and days not final."""

    missing: tuple[Need, ...] = ()
    stale: tuple[Need, ...] = ()


def plan(
    store: Store, needs: Iterable[Need], *, now: dt.datetime, settle: dt.timedelta, refresh: dt.timedelta
) -> Plan:
    """Return the days of `needs` never fetched, and those fetched before they were final and `refresh` ago.

    Days that an expired refusal left without a dimension are asked for again, final or not. Left out are
    days to come, days before the API's history, endpoints that the organization does not have, and widths
    that a source does not offer.
    """
    seen = Snapshot(store)
    refusals = seen.binding_refusals()
    holding = fresh(refusals, now)
    missing: Days = {}
    stale: Days = {}
    for need in needs:
        key = (need.source, need.width)
        fetched = seen.coverage(*key)
        askable = _askable(need, holding, now)
        unanswered = seen.unanswered(SOURCES[need.source], need.width)
        for day in askable:
            if day not in fetched:
                missing.setdefault(key, set()).add(day)
            elif not (
                is_final(day, fetched[day], settle_time(day, settle, unanswered), now)
                or is_fresh(fetched[day], refresh, now)
            ):
                stale.setdefault(key, set()).add(day)
        if askable:
            window = Window(askable[0], askable[-1] + ONE_DAY)
            narrow = narrowed(SOURCES[need.source], window, seen.groupings(*key), refusals, now)
            if narrow:
                stale.setdefault(key, set()).update(narrow)
    return Plan(windows(missing), windows(stale))


def days_of(needs: Iterable[Need]) -> Days:
    """Return the days of `needs`, each once."""
    found: Days = {}
    for need in needs:
        found.setdefault((need.source, need.width), set()).update(need.window)
    return found


def windows(days: Days) -> tuple[Need, ...]:
    """Return `days` as the fewest windows that fit into one answer each, the longest first."""
    # The slowest requests go first, so that none of them runs alone at the end.
    longest_first = sorted(days.items(), key=lambda entry: (-_reach(*entry[0]), _ORDER[entry[0][0]]))
    return tuple(
        Need(source, width, piece)
        for (source, width), held in longest_first
        for run_ in runs(held)
        for piece in cut(run_, SOURCES[source].days_in_one_answer(width))
    )


def names_due(store: Store, *, now: dt.datetime, every: dt.timedelta) -> bool:
    """Return whether the names were last listed longer than `every` ago, and may be listed at all."""
    if any(r.source == NAMES and r.kind is RefusalKind.SCOPE for r in fresh(store.binding_refusals(), now)):
        return False
    return not any(is_fresh(moment, every, now) for moment in store.coverage(NAMES, Width.DAY).values())


def names_refused(store: Store) -> tuple[str, ...]:
    """Return why names may not be listed, as recorded; nothing once they were."""
    refused = (r.message for r in store.refusals() if r.source == NAMES and r.kind is RefusalKind.SCOPE)
    return tuple(dict.fromkeys(refused))


def limits_due(store: Store, *, now: dt.datetime, every: dt.timedelta, again: dt.timedelta) -> bool:
    """Return whether limits and alerts were last read longer than `every` ago; `again` if in part only."""
    listed = store.limits()
    return listed.read_at is None or not is_fresh(listed.read_at, again if listed.failures else every, now)


def label(need: Need) -> str:
    """Return what a window holds, in words: `Completions, 1–31 Oct 2026`."""
    first, last = need.window.first, need.window.end - ONE_DAY
    if (first.year, first.month) != (last.year, last.month):
        year = f" {first.year}" if first.year != last.year else ""
        begin = f"{first.day} {first:%b}{year} – "
    else:
        begin = f"{first.day}–" if first != last else ""
    return f"{SOURCES[need.source].label}, {begin}{last.day} {last:%b} {last.year}"


def _askable(need: Need, refusals: tuple[Refusal, ...], now: dt.datetime) -> list[dt.date]:
    about = [r for r in refusals if r.source == need.source]
    if need.width not in SOURCES[need.source].widths or any(r.kind is RefusalKind.ENDPOINT for r in about):
        return []
    first = max((r.until for r in about if r.kind is RefusalKind.LOOKBACK and r.until), default=dt.date.min)
    return [day for day in need.window if first <= day <= now.date()]


def _reach(source: str, width: Width) -> int:
    return SOURCES[source].limits[width] // width.per_day
