"""Time zones in words: whose days these are, and which days cannot be had in a zone."""

from lib.periods.local_days import LONGEST_LOCAL, day_width, is_too_long
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.wording import dates

COSTS_ARE_IN_UTC = "the API bills by UTC day and has no hours, so costs are in days of UTC."


def days(window: Window) -> str:
    """Return the days of a window with their zone: 1–31 Oct 2026 (UTC)."""
    return f"{dates.day_range(window.first, window.end - ONE_DAY)} ({window.zone})"


def made_of(window: Window) -> str:
    """Return what the days of a window are made of, where its zone is not UTC."""
    each = {Width.HOUR: "hour", Width.MINUTE: "minute"}[day_width(window)]
    return (
        f"Days of {window.zone} are added up from rows by {each}, each of which is in one of them. "
        "Requests are for whole UTC days."
    )


def refusal(*windows: Window | None) -> str:
    """Return why the days of some of `windows` cannot be had in their zone; nothing where all can be."""
    return next((too_long(window) for window in windows if window and is_too_long(window)), "")


def in_utc_instead(why: str) -> str:
    """Return that days are those of UTC, and `why` those of the zone that was asked for cannot be had."""
    return f"{why} Its days are those of UTC instead."


def too_long(window: Window) -> str:
    """Return why the days of `window` cannot be had in its zone; see `lib.periods.local_days.is_too_long`."""
    days = dates.day_range(window.first, window.end - ONE_DAY)
    width = day_width(window)
    made = {
        Width.HOUR: f"Days of {window.zone} are made of rows by hour",
        Width.MINUTE: f"Days of {window.zone} begin within an hour, so they are made of rows by minute",
    }[width]
    return (
        f"{made}, which are read for at most {LONGEST_LOCAL[width]} days at once; {days} has {window.days}."
    )
