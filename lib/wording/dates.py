"""Days, ranges of days and buckets → text."""

import datetime as dt
from zoneinfo import ZoneInfo

from lib.periods.grains import Grain
from lib.periods.zones import UTC


def day(date: dt.date) -> str:
    """Return a day: 3 Nov 2026."""
    return f"{date.day} {date:%b %Y}"


def day_range(first: dt.date, last: dt.date) -> str:
    """Return an inclusive range of days, saying nothing twice: 1–31 Oct 2026."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def minute(moment: dt.datetime) -> str:
    """Return a moment as lists have it, to the minute: 2026-11-03 14:05."""
    return f"{moment:%Y-%m-%d %H:%M}"


def bucket(start: dt.datetime, grain: Grain, zone: str = UTC) -> str:
    """Return the bucket of `grain` that begins at `start`: Tue 3 Nov 2026, 2–8 Nov 2026, Nov 2026.

    What is shorter than a day has the clocks of `zone`, and beside them those of UTC.
    """
    if grain is Grain.MONTH:
        return f"{start:%B %Y}"
    if grain is Grain.WEEK:
        return day_range(start, start + dt.timedelta(days=6))
    if grain is Grain.DAY:
        return f"{start:%a} {day(start)}"
    if zone == UTC:
        return f"{start:%a} {day(start)}, {start:%H:%M} UTC"
    local = start.astimezone(ZoneInfo(zone))
    return f"{local:%a} {day(local)}, {local:%H:%M} ({start:%H:%M} UTC)"


def month_or_range(first: dt.date, last: dt.date) -> str:
    """Return an inclusive range of days, a whole month by its name: September 2026, or 1–23 Sep 2026."""
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1 and last - first < dt.timedelta(days=31)
    return f"{first:%B %Y}" if whole else day_range(first, last)


def month(text: str) -> str:
    """Return a month such as `2026-10` in words: October 2026."""
    return f"{dt.date.fromisoformat(f'{text}-01'):%B %Y}"
