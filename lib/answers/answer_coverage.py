"""Coverage: which days an answer knows, so that nothing is said about days that it does not."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lib.periods.finality import begun
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.periods.zones import UTC, begins

Days = frozenset[dt.date]


@dataclass(frozen=True)
class Coverage:
    """What is known of the days of `window` that have begun; every day is in exactly one of the sets.

    `unserved` days are before the API's history, `unattributed` ones have a bill that cannot tell what
    was asked for, `fetching` ones are on their way, and `missing` ones were never fetched.
    """

    window: Window
    final: Days = frozenset()
    provisional: Days = frozenset()
    unserved: Days = frozenset()
    unattributed: Days = frozenset()
    fetching: Days = frozenset()
    missing: Days = frozenset()

    @property
    def known(self) -> Days:
        """Return the days that an answer counts."""
        return self.final | self.provisional

    @property
    def unknown(self) -> Days:
        """Return the days about which nothing may be said."""
        return self.unserved | self.unattributed | self.fetching | self.missing

    @property
    def is_complete(self) -> bool:
        """Return whether every day is known, final or not."""
        return not self.unknown


@dataclass(frozen=True)
class SourceDays:
    """What the store and the sync know of one source: when each day was fetched, and what is under way."""

    fetched: Mapping[dt.date, dt.datetime]
    fetching: Collection[dt.date] = ()
    served_from: dt.date | None = None
    """The first day of the API's history, where it said so."""


def in_days_of(window: Window, known: SourceDays, now: dt.datetime) -> SourceDays:
    """Return what is `known` of UTC days as what is known of the days of `window`, in its zone.

    Such a day was fetched when the first of the UTC days that it touches, and that have begun, was.
    """
    if window.zone == UTC:
        return known
    touched = {day: begun(day, window.zone, now) for day in window}
    fetched = {
        day: min(known.fetched[one] for one in days)
        for day, days in touched.items()
        if all(one in known.fetched for one in days)
    }
    fetching = {day for day, days in touched.items() if any(one in known.fetching for one in days)}
    first = known.served_from
    if first and begins(first, window.zone) < midnight(first):
        first += ONE_DAY
    return SourceDays(fetched, fetching, first)


def coverage_of(
    window: Window,
    sources: Iterable[SourceDays],
    final: Mapping[dt.date, bool],
    *,
    unattributed: Collection[dt.date] = (),
    today: dt.date,
) -> Coverage:
    """Return the coverage of an answer that needs all of `sources` for each day up to `today`.

    `final` says of each day that all sources have whether it can still change.
    """
    sources = tuple(sources)
    sets: dict[str, set[dt.date]] = {name: set() for name in _ORDER}
    for day in window:
        if day <= today:
            sets[_state(day, sources, final, unattributed)].add(day)
    return Coverage(window, **{name: frozenset(days) for name, days in sets.items()})


_ORDER = ("final", "provisional", "unserved", "unattributed", "fetching", "missing")


def _state(
    day: dt.date,
    sources: tuple[SourceDays, ...],
    final: Mapping[dt.date, bool],
    unattributed: Collection[dt.date],
) -> str:
    lacking = [source for source in sources if day not in source.fetched]
    if any(source.served_from and day < source.served_from for source in lacking):
        return "unserved"
    if any(day in source.fetching for source in lacking):
        return "fetching"
    if lacking:
        return "missing"
    if day in unattributed:
        return "unattributed"
    return "final" if final[day] else "provisional"
