"""Presets: the periods that a click chooses, and what each is compared with. Every day is a UTC day."""

import datetime as dt
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from lib.periods.windows import ONE_DAY, Window


class Period(StrEnum):
    """The ranges that a click chooses; all but the last end today."""

    LAST_7 = "7d"
    LAST_30 = "30d"
    LAST_90 = "90d"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    YEAR_TO_DATE = "ytd"
    LAST_YEAR = "365d"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        """Return the words on the button."""
        return _PERIOD_LABELS[self]


_PERIOD_LABELS = {
    Period.LAST_7: "Last 7 days",
    Period.LAST_30: "Last 30 days",
    Period.LAST_90: "Last 90 days",
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.YEAR_TO_DATE: "Year to date",
    Period.LAST_YEAR: "Last 365 days",
    Period.CUSTOM: "Custom range",
}
_DAYS = {Period.LAST_7: 7, Period.LAST_30: 30, Period.LAST_90: 90, Period.LAST_YEAR: 365}


class Comparison(StrEnum):
    """What the period is compared with."""

    PREVIOUS = "previous"
    MONTH = "month"
    YEAR = "year"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return the words in the menu."""
        return {
            Comparison.PREVIOUS: "Previous period",
            Comparison.MONTH: "Same period last month",
            Comparison.YEAR: "Same period last year",
            Comparison.NONE: "No comparison",
        }[self]


def window_of(period: Period, today: dt.date) -> Window:
    """Return the days of a preset on `today`; a custom range has none and raises KeyError."""
    tomorrow = today + ONE_DAY
    month = today.replace(day=1)
    match period:
        case Period.THIS_MONTH:
            return Window(month, tomorrow)
        case Period.LAST_MONTH:
            return Window(shifted(month, -1), month)
        case Period.YEAR_TO_DATE:
            return Window(today.replace(month=1, day=1), tomorrow)
    return Window(tomorrow - dt.timedelta(days=_DAYS[period]), tomorrow)


def compared(window: Window, comparison: Comparison) -> Window | None:
    """Return the days that `window` is compared with.

    Whole months are compared with whole months; other ranges keep their length, except where a
    shifted day does not exist (31st, 29 February): then the month's last day stands in.
    """
    match comparison:
        case Comparison.NONE:
            return None
        case Comparison.PREVIOUS if not _whole_months(window):
            return Window(window.first - dt.timedelta(days=window.days), window.first)
        case Comparison.PREVIOUS:
            months = _months_between(window.first, window.end)
            return Window(shifted(window.first, -months), window.first)
    months = 1 if comparison is Comparison.MONTH else 12
    if _whole_months(window):
        return Window(shifted(window.first, -months), shifted(window.end, -months))
    first = shifted(window.first, -months)
    last = shifted(window.end - ONE_DAY, -months)
    return Window(first, last + ONE_DAY)


def shifted(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month `months` later, or that month's last day where there is none."""
    return day + relativedelta(months=months)


def _whole_months(window: Window) -> bool:
    return window.first.day == 1 and window.end.day == 1


def _months_between(first: dt.date, end: dt.date) -> int:
    return (end.year - first.year) * 12 + end.month - first.month
