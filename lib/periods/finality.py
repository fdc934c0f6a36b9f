"""Which days are in the store, and whether they are final."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from lib.periods.grains import Grain
from lib.periods.local_days import bucket_starts, day_of
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.periods.zones import UTC


class DayState(StrEnum):
    """What the store knows of a day."""

    SETTLED = "settled"
    PROVISIONAL = "provisional"
    MISSING = "missing"


_UNANSWERED = 7 * ONE_DAY
_WITHIN_A_DAY = (Grain.HOUR, Grain.MINUTE)
LeftOut = Mapping[dt.date, dt.datetime]
"""Days that the API left out of its answers, and when (aware) it first did."""


def settle_time(day: dt.date, settle: dt.timedelta, unanswered: LeftOut) -> dt.timedelta:
    """Return how long after its end a day is final.

    One that the API left `unanswered` is a week later than others, and a week after it was first left out.
    """
    if day not in unanswered:
        return settle
    return _UNANSWERED + max(settle, unanswered[day] - midnight(day) - ONE_DAY)


def is_final(day: dt.date, fetched_at: dt.datetime, settle: dt.timedelta, now: dt.datetime) -> bool:
    """Return whether a day that was fetched then (aware) is final: at least `settle` after its end (UTC).

    A moment after `now` proves nothing: a clock was wrong, and nobody knows when the fetch was.
    """
    return midnight(day) + ONE_DAY + settle <= fetched_at <= now


def is_fresh(fetched_at: dt.datetime, refresh: dt.timedelta, now: dt.datetime) -> bool:
    """Return whether what was fetched then (aware) is younger than `refresh`; see `is_final`."""
    return fetched_at <= now < fetched_at + refresh


def day_states(
    window: Window,
    fetched: Mapping[dt.date, dt.datetime],
    settle: dt.timedelta,
    now: dt.datetime,
    unanswered: LeftOut = MappingProxyType({}),
) -> dict[dt.date, DayState]:
    """Return the state of each day of `window`, given when each UTC day was fetched; see `is_final`.

    Days that the API left `unanswered` are final later; see `settle_time`. Of a day of another zone is known
    what is known of each UTC day that it touches, as far as these have begun.
    """
    states = {}
    for day in window.in_utc:
        if day not in fetched:
            states[day] = DayState.MISSING
        else:
            final = is_final(day, fetched[day], settle_time(day, settle, unanswered), now)
            states[day] = DayState.SETTLED if final else DayState.PROVISIONAL
    if window.zone == UTC:
        return states
    return {day: least_known([states[one] for one in begun(day, window.zone, now)]) for day in window}


def begun(day: dt.date, zone: str, now: dt.datetime) -> list[dt.date]:
    """Return the UTC days that a day of `zone` touches and that have begun, and the first in any case."""
    first, *rest = Window(day, day + ONE_DAY, zone=zone).in_utc
    return [first, *(one for one in rest if one <= now.date())]


def known_part(window: Window, states: Mapping[dt.date, DayState]) -> Window | None:
    """Return `window` without the days at either end that are missing in `states`; None where all are.

    Of a day that another zone's hours make up, some may be stored though not all are: they are not its sum.
    """
    known = [day for day in window if states[day] is not DayState.MISSING]
    return replace(window, first=known[0], end=known[-1] + ONE_DAY) if known else None


def least_known(states: Collection[DayState]) -> DayState:
    """Return that of `states` in which least is known; missing without any."""
    by_what_is_known = (DayState.MISSING, DayState.PROVISIONAL, DayState.SETTLED)
    return next((state for state in by_what_is_known if state in states), DayState.MISSING)


def provisional_buckets(
    grain: Grain, window: Window, states: Iterable[Mapping[dt.date, DayState]]
) -> set[dt.datetime]:
    """Return the buckets in which, for any source, some day is not settled."""
    unsettled = {day for state in states for day, s in state.items() if s is not DayState.SETTLED}
    return {
        start
        for start in bucket_starts(grain, window)
        if any(day in unsettled for day in _days(grain, start, window))
    }


def bucket_days(grain: Grain, window: Window) -> dict[dt.datetime, int]:
    """Return for each bucket how many days of the window it holds, at least 1."""
    return {s: max(1, len(_days(grain, s, window))) for s in bucket_starts(grain, window)}


def _days(grain: Grain, start: dt.datetime, window: Window) -> list[dt.date]:
    first = day_of(start, grain, window)
    end = first + ONE_DAY if grain in _WITHIN_A_DAY else grain.next(start).date()
    first, end = max(first, window.first), min(end, window.end)
    return list(Window(first, end)) if first < end else []
