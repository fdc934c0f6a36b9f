"""Local days: which hours, or minutes, of the API make up the days of a time zone.

A bucket of a day or more has the local midnight for its start, written as if it were UTC: it is the name of a
day. One of an hour or less has the moment itself, so that the hour which clocks go through twice is two.
"""

import datetime as dt
from functools import lru_cache

from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.periods.zones import UTC, begins

LONGEST_LOCAL = {Width.HOUR: 93, Width.MINUTE: 7}
"""The most days that are made of buckets of a width, of which each day has 24 or 1,440."""
_FINE = {Grain.HOUR: dt.timedelta(hours=1), Grain.MINUTE: dt.timedelta(minutes=1)}


@lru_cache(maxsize=256)
def day_width(window: Window) -> Width:
    """Return the widest bucket of the API that no day of `window` cuts in two."""
    if window.zone == UTC:
        return Width.DAY
    edges = [*(part.begins for part in _days(window)), window.ends]
    return Width.HOUR if all(edge.timestamp() % Width.HOUR.seconds == 0 for edge in edges) else Width.MINUTE


def rows_width(grain: Grain, window: Window) -> Width:
    """Return the width of the rows that are added up to buckets of `grain` in `window`."""
    return min(grain.width, day_width(window), key=lambda width: width.seconds)


def is_too_long(window: Window) -> bool:
    """Return whether `window` has more days than are made of the buckets that its days need."""
    return window.days > LONGEST_LOCAL.get(day_width(window), window.days)


def bucket_starts(grain: Grain, window: Window) -> list[dt.datetime]:
    """Return the start of every bucket of `grain` that touches `window`; a day of 25 hours has 25."""
    if window.zone == UTC or grain not in _FINE:
        return grain.buckets(window.first, window.end)
    return [start for part in _days(window) for start in _steps(part, _FINE[grain])]


@lru_cache(maxsize=16)
def bucket_of_each(grain: Grain, window: Window, width: Width) -> dict[dt.datetime, dt.datetime]:
    """Return the start of the bucket of `grain` for the start of each bucket of `width` in `window`."""
    found: dict[dt.datetime, dt.datetime] = {}
    for part in _days(window):
        named = None if grain in _FINE else grain.floor(midnight(part.first))
        for start in _steps(part, dt.timedelta(seconds=width.seconds)):
            found[start] = named or part.begins + (start - part.begins) // _FINE[grain] * _FINE[grain]
    return found


def bucket_on(day: dt.date, grain: Grain, window: Window) -> dt.datetime:
    """Return the start of the bucket of `grain` in which a day of `window`'s zone begins."""
    if window.zone == UTC or grain not in _FINE:
        return grain.floor(midnight(day))
    return begins(day, window.zone)


def day_of(start: dt.datetime, grain: Grain, window: Window) -> dt.date:
    """Return the day of `window`'s zone that a bucket of `grain` begins on."""
    if window.zone == UTC or grain not in _FINE:
        return start.date()
    day = start.date() - ONE_DAY
    while Window(day, day + ONE_DAY, zone=window.zone).ends <= start:
        day += ONE_DAY
    return day


def _days(window: Window) -> list[Window]:
    """Return each day of `window` as a window of its own."""
    return [Window(day, day + ONE_DAY, zone=window.zone) for day in window]


def _steps(part: Window, step: dt.timedelta) -> list[dt.datetime]:
    count = -((part.begins - part.ends) // step)
    return [part.begins + nth * step for nth in range(count)]
