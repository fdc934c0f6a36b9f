"""Time zones: UTC, in which costs come, and those in which days of usage may be counted instead."""

import datetime as dt
from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

UTC = "UTC"
_AREAS = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
]
_NEARBY = 0.6
"""How much of a name must be right for it to be taken for a misspelt one."""


@lru_cache(maxsize=4096)
def begins(day: dt.date, zone: str) -> dt.datetime:
    """Return the moment (UTC) at which `day` begins in `zone`.

    Where the clocks go forward at midnight, that is the moment at which they do.
    """
    return dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def today_in(zone: str, now: dt.datetime) -> dt.date:
    """Return which day it is in `zone` at the moment `now` (aware)."""
    return now.astimezone(ZoneInfo(zone)).date()


@cache
def zones() -> tuple[str, ...]:
    """Return UTC, and then the zones that are called after a place, by name."""
    return (UTC, *sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS))


def nearest(text: str) -> str | None:
    """Return the zone that `text` seems to mean: one that is spelt so in other letters, or nearly so."""
    by_spelling = {_plain(name.rpartition("/")[2]): name for name in zones()}
    by_spelling |= {_plain(name): name for name in zones()}
    found = get_close_matches(_plain(text), by_spelling, n=1, cutoff=_NEARBY)
    return by_spelling[found[0]] if found else None


def meant(text: str) -> str:
    """Return a question about the zone that `text` seems to mean, with a space before it; "" without any."""
    found = nearest(text)
    return f" Is {found} meant?" if found else ""


def _plain(text: str) -> str:
    return text.strip().casefold().replace(" ", "_")
