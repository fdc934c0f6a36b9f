"""Presets: the periods that a click chooses, and what each is compared with, in days of the window's zone."""

import datetime as dt
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from lib.periods.windows import ONE_DAY, Window


class Period(StrEnum):
    """The ranges that a click chooses; those that are not over yet end today. Weeks begin on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7 = "7d"
    LAST_30 = "30d"
    LAST_90 = "90d"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    YEAR_TO_DATE = "ytd"
    LAST_YEAR = "365d"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        """Return the words on the button."""
        return _PERIOD_LABELS[self]


_PERIOD_LABELS = {
    Period.TODAY: "Today",
    Period.YESTERDAY: "Yesterday",
    Period.LAST_7: "Last 7 days",
    Period.LAST_30: "Last 30 days",
    Period.LAST_90: "Last 90 days",
    Period.THIS_WEEK: "This week",
    Period.LAST_WEEK: "Last week",
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.THIS_QUARTER: "This quarter",
    Period.YEAR_TO_DATE: "Year to date",
    Period.LAST_YEAR: "Last 365 days",
    Period.CUSTOM: "Custom range",
}
_DAYS = {Period.TODAY: 1, Period.LAST_7: 7, Period.LAST_30: 30, Period.LAST_90: 90, Period.LAST_YEAR: 365}
_WEEK = dt.timedelta(days=7)


class Comparison(StrEnum):
    """What the period is compared with."""

    PREVIOUS = "previous"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    CUSTOM = "custom"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return the words in the menu."""
        return {
            Comparison.PREVIOUS: "Previous period",
            Comparison.WEEK: "Previous week",
            Comparison.MONTH: "Same days last month",
            Comparison.YEAR: "Same period last year",
            Comparison.CUSTOM: "Custom range",
            Comparison.NONE: "No comparison",
        }[self]


def window_of(period: Period, today: dt.date) -> Window:
    """Return the days of a preset on `today`; a custom range has none and raises KeyError."""
    tomorrow = today + ONE_DAY
    month = today.replace(day=1)
    week = today - dt.timedelta(days=today.weekday())
    match period:
        case Period.YESTERDAY:
            return Window(today - ONE_DAY, today)
        case Period.THIS_WEEK:
            return Window(week, tomorrow)
        case Period.LAST_WEEK:
            return Window(week - _WEEK, week)
        case Period.THIS_QUARTER:
            return Window(shifted(month, -((month.month - 1) % 3)), tomorrow)
        case Period.THIS_MONTH:
            return Window(month, tomorrow)
        case Period.LAST_MONTH:
            return Window(shifted(month, -1), month)
        case Period.YEAR_TO_DATE:
            return Window(today.replace(month=1, day=1), tomorrow)
    return Window(tomorrow - dt.timedelta(days=_DAYS[period]), tomorrow)


def usual(period: Period) -> Comparison:
    """Return what “previous period” means for a preset.

    A month so far is held against the same days of the last one, a week so far against the same weekdays.
    """
    return {Period.THIS_MONTH: Comparison.MONTH, Period.THIS_WEEK: Comparison.WEEK}.get(
        period, Comparison.PREVIOUS
    )


def compared(window: Window, comparison: Comparison) -> Window | None:
    """Return the days that `window` is compared with; a custom range says so itself and has none here.

    Whole months are compared with whole months; other ranges keep their length, except where a
    shifted day does not exist (31st, 29 February): then the month's last day stands in. A week before
    means as many whole weeks before as make both apart, so that weekdays meet weekdays.
    """
    match comparison:
        case Comparison.NONE | Comparison.CUSTOM:
            return None
        case Comparison.WEEK:
            weeks = -(-window.days // _WEEK.days) * _WEEK
            return Window(window.first - weeks, window.end - weeks, zone=window.zone)
        case Comparison.PREVIOUS if not _whole_months(window):
            return Window(window.first - dt.timedelta(days=window.days), window.first, zone=window.zone)
        case Comparison.PREVIOUS:
            months = _months_between(window.first, window.end)
            return Window(shifted(window.first, -months), window.first, zone=window.zone)
    months = 1 if comparison is Comparison.MONTH else 12
    if _whole_months(window):
        return Window(shifted(window.first, -months), shifted(window.end, -months), zone=window.zone)
    first = shifted(window.first, -months)
    last = shifted(window.end - ONE_DAY, -months)
    return Window(first, last + ONE_DAY, zone=window.zone)


def last_months(today: dt.date, count: int) -> list[str]:
    """Return so many months up to this one as `2026-10`, this one first."""
    return [f"{shifted(today.replace(day=1), -n):%Y-%m}" for n in range(count)]


def month_window(month: str) -> Window:
    """Return the days of a month such as `2026-10`."""
    first = dt.date.fromisoformat(f"{month}-01")
    return Window(first, shifted(first, 1))


def shifted(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month `months` later, or that month's last day where there is none."""
    return day + relativedelta(months=months)


def _whole_months(window: Window) -> bool:
    return window.first.day == 1 and window.end.day == 1


def _months_between(first: dt.date, end: dt.date) -> int:
    return (end.year - first.year) * 12 + end.month - first.month
