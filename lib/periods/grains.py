"""Grains: how finely a question cuts time."""

import datetime as dt
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from lib.periods.widths import Width


class Grain(StrEnum):
    """How long one bucket of an answer is; weeks begin on Monday, all of it in UTC."""

    TOTAL = "total"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def width(self) -> Width:
        """Return the bucket width to ask the API for."""
        return {Grain.MINUTE: Width.MINUTE, Grain.HOUR: Width.HOUR}.get(self, Width.DAY)

    def floor(self, moment: dt.datetime) -> dt.datetime:
        """Return the start of the bucket that `moment` lies in; a total has none and raises ValueError."""
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        match self:
            case Grain.MINUTE:
                return moment.replace(second=0, microsecond=0)
            case Grain.HOUR:
                return moment.replace(minute=0, second=0, microsecond=0)
            case Grain.DAY:
                return day
            case Grain.WEEK:
                return day - dt.timedelta(days=day.weekday())
            case Grain.MONTH:
                return day.replace(day=1)
        raise ValueError("a total has no buckets")

    def next(self, start: dt.datetime) -> dt.datetime:
        """Return the start of the bucket after the one that begins at `start`."""
        match self:
            case Grain.MINUTE:
                return start + dt.timedelta(minutes=1)
            case Grain.HOUR:
                return start + dt.timedelta(hours=1)
            case Grain.DAY:
                return start + dt.timedelta(days=1)
            case Grain.WEEK:
                return start + dt.timedelta(days=7)
            case Grain.MONTH:
                return start + relativedelta(months=1)
        raise ValueError("a total has no buckets")

    def buckets(self, first: dt.date, end: dt.date) -> list[dt.datetime]:
        """Return the start of every bucket that touches the days from `first` to before `end`."""
        start = self.floor(dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC))
        last = dt.datetime(end.year, end.month, end.day, tzinfo=dt.UTC)
        found = []
        while start < last:
            found.append(start)
            start = self.next(start)
        return found


LONGEST = {Grain.MINUTE: 1, Grain.HOUR: 31}
"""The most days that a range may have at a fine grain: 1,440 and 744 buckets."""


def automatic(days: int) -> Grain:
    """Return the grain that draws a range of `days` with between about 10 and 100 buckets."""
    if days <= 2:
        return Grain.HOUR
    if days <= 100:
        return Grain.DAY
    return Grain.WEEK if days <= 400 else Grain.MONTH


def allowed(days: int) -> tuple[Grain, ...]:
    """Return the grains that a range of `days` may be cut by."""
    return tuple(g for g in Grain if g is not Grain.TOTAL and days <= LONGEST.get(g, days))
