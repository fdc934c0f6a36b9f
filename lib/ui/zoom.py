"""Zooming: a click on a day, or days marked in a chart, narrow the period to them."""

import datetime as dt
from dataclasses import dataclass

from lib.periods.grains import Grain
from lib.periods.local_days import day_of
from lib.periods.windows import ONE_DAY, Window
from lib.ui.sidebar import narrow_days

_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Zoom:
    """What can be zoomed into: buckets of `grain` in `window`."""

    grain: Grain
    window: Window

    def days(self, begin: float, end: float) -> tuple[dt.date, dt.date]:
        """Return the first and the last day of the buckets that are marked from `begin` to `end`.

        Both are moments in milliseconds since 1970. A bucket is marked where its middle is, and the one at
        `begin` where there is no other.
        """
        begin, end = min(begin, end), max(begin, end)
        first, last = (self.grain.floor(dt.datetime.fromtimestamp(m / 1000, dt.UTC)) for m in (begin, end))
        if self._middle(first) < begin and first < last:
            first = self.grain.next(first)
        if self._middle(last) > end and first < last:
            last = self.grain.floor(last - _MOMENT)
        latest = self.grain.next(last) - _MOMENT
        begins, ends = (day_of(moment, self.grain, self.window) for moment in (first, latest))
        return max(begins, self.window.first), min(ends, self.window.end - ONE_DAY)

    def to(self, begin: float, end: float) -> None:
        """Narrow the period to what is marked from `begin` to `end`; for use in callbacks."""
        narrow_days(*self.days(begin, end))

    def _middle(self, start: dt.datetime) -> float:
        return (start.timestamp() + self.grain.next(start).timestamp()) / 2 * 1000
