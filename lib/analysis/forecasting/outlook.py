"""Outlook: what a run of days costs in the end, billed so far and forecast together."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.forecasting.forecast import (
    FEWEST,
    HORIZON,
    LEVELS,
    METHODS,
    Band,
    PredictionIntervals,
    Values,
)
from lib.periods.presets import shifted
from lib.periods.windows import ONE_DAY, Window

NOTHING = Decimal(0)
SIDES = ("low80", "high80", "low95", "high95")
MONTHS = 12
"""So many months before this one are read, to learn from and to try forecasts on."""
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Known:
    """What is known on `today`: USD by day, of which the bill of `first` to before `end` is final."""

    billed: Mapping[dt.date, Decimal]
    first: dt.date
    end: dt.date
    today: dt.date

    @property
    def is_enough(self) -> bool:
        """Return whether the final days are enough to forecast from."""
        return len(self.amounts) >= FEWEST

    @cached_property
    def amounts(self) -> Values:
        """Return the USD of the final days, earliest first."""
        return np.array([float(amount) for amount in self.final_bill], dtype=np.float64)

    @cached_property
    def final_bill(self) -> tuple[Decimal, ...]:
        """Return the exact USD of the final days, earliest first."""
        return tuple(self.of(self.first + n * ONE_DAY) for n in range((self.end - self.first).days))

    @cached_property
    def learned(self) -> Mapping[str, PredictionIntervals]:
        """Return what each method of `METHODS` learns from the final days."""
        return {name: PredictionIntervals(method, self.amounts) for name, method in METHODS.items()}

    def of(self, day: dt.date) -> Decimal:
        """Return what is billed for a day so far."""
        return self.billed.get(day, NOTHING)


@dataclass(frozen=True)
class Sum:
    """What the days of `window` cost: `billed` so far (exact), and in all as `forecast`, both in USD.

    `bands` are of the whole sum; there are none where the history is too short to tell.
    """

    window: Window
    billed: Decimal
    forecast: Decimal
    bands: tuple[Band, ...]


def known(billed: Mapping[dt.date, Decimal], settled: Collection[dt.date], today: dt.date) -> Known:
    """Return what is known from the bill by day and the days on which it is final.

    Days before anything was ever billed are no history, and a gap ends it.
    """
    begun = min((day for day, amount in billed.items() if amount), default=today)
    end = max((day for day in settled if day < today), default=today - ONE_DAY) + ONE_DAY
    first = end
    while first - ONE_DAY in settled and first > begun:
        first -= ONE_DAY
    return Known(billed, first, end, today)


def month_of(day: dt.date) -> Window:
    """Return the calendar month that `day` is in."""
    first = day.replace(day=1)
    return Window(first, shifted(first, 1))


def month_before(day: dt.date) -> Window:
    """Return the calendar month before the one that `day` is in."""
    return month_of(day.replace(day=1) - ONE_DAY)


def days_read(today: dt.date) -> Window:
    """Return the days whose bill a forecast reads: `MONTHS` months and this one's up to today."""
    return Window(shifted(today.replace(day=1), -MONTHS), today + ONE_DAY)


def months_after(day: dt.date, count: int) -> list[Window]:
    """Return the `count` calendar months after the one that `day` is in."""
    first = day.replace(day=1)
    return [month_of(shifted(first, n)) for n in range(1, count + 1)]


@dataclass(frozen=True)
class Outlook:
    """The forecast of one series of daily spend by one of `lib.analysis.forecasting.forecast.METHODS`.

    A day that is not final counts as forecast, or as billed already where that is more, or is less than
    nothing: the credits that made it so are no forecast's to take back.
    """

    known: Known
    method: str = next(iter(METHODS))
    learned: PredictionIntervals | None = None
    """What the method learns from the final days, where somebody had it learn that before."""

    @property
    def reaches(self) -> dt.date:
        """Return the last day that is forecast."""
        return self.known.end + (HORIZON - 1) * ONE_DAY

    def sum(self, window: Window) -> Sum:
        """Return what `window` costs; it may begin before today and ends no later than `reaches`."""
        if window not in self._sums:
            self._sums[window] = self._sum(window)
        return self._sums[window]

    @exactly()
    def _sum(self, window: Window) -> Sum:
        billed = self._billed(window)
        begin, end = self._leads(window)
        if end <= begin:
            return Sum(window, billed, billed, ())
        path = self._days[begin:end]
        final = sum((self.known.of(day) for day in window if day < self.known.end), NOTHING)
        more = float(path.sum()) - float(self._path[begin:end].sum())
        bands = tuple(
            replace(
                band,
                low=max(band.low + more + float(final), float(billed)),
                high=band.high + more + float(final),
            )
            for band in self._intervals.bands(begin, end)
        )
        return Sum(window, billed, final + _cents(float(path.sum())), bands)

    def course(self, window: Window) -> pd.DataFrame:
        """Return `day`, `state`, `billed`, `total`, `low80`, `high80`, `low95`, `high95` of running sums.

        USD from the first day of `window` on; `billed` is the day's own, `total` and the bands are floats
        for drawing; `state` is final, provisional or forecast. Bands are empty where there are none.
        """
        if window not in self._courses:
            self._courses[window] = self._course(window)
        return self._courses[window]

    def _course(self, window: Window) -> pd.DataFrame:
        rows = []
        for day in window:
            found = self.sum(Window(window.first, day + ONE_DAY))
            total = float(found.forecast)
            sides: list[float | None] = [side for band in found.bands for side in (band.low, band.high)]
            if not sides:
                sides = [total if day < self.known.end else None] * 2 * len(LEVELS)
            rows.append((day, self._state(day), self.known.of(day), total, *sides))
        return pd.DataFrame(rows, columns=["day", "state", "billed", "total", *SIDES])

    @exactly()
    def months(self, windows: Sequence[Window]) -> pd.DataFrame:
        """Return `month` (label), `billed`, `rest`, `forecast` (USD, exact), and the sides of the bands.

        `rest` is what is forecast beyond the bill so far; the sides are floats, empty without bands.
        """
        rows = []
        for window in windows:
            found = self.sum(window)
            sides: list[float | None] = [side for band in found.bands for side in (band.low, band.high)]
            rest = found.forecast - found.billed
            rows.append(
                (f"{window.first:%b %Y}", found.billed, rest, found.forecast, *(sides or [None] * len(SIDES)))
            )
        return pd.DataFrame(rows, columns=["month", "billed", "rest", "forecast", *SIDES])

    def passes(self, amount: Decimal, window: Window) -> dt.date | None:
        """Return the day of `window` with which its running sum goes beyond `amount`; None if it does not."""
        so_far = 0.0
        for day in window:
            lead = (day - self.known.end).days
            so_far += float(self._days[lead]) if lead >= 0 else float(self.known.of(day))
            if so_far > float(amount):
                return day
        return None

    def _state(self, day: dt.date) -> str:
        if day < self.known.end:
            return "final"
        return "provisional" if day <= self.known.today else "forecast"

    def _billed(self, window: Window) -> Decimal:
        return sum((self.known.of(day) for day in window), NOTHING)

    def _leads(self, window: Window) -> tuple[int, int]:
        """Return which of the days after the final ones are in `window`."""
        begin = (max(window.first, self.known.end) - self.known.end).days
        return begin, min(HORIZON, (window.end - self.known.end).days)

    @cached_property
    def _sums(self) -> dict[Window, Sum]:
        """Return the sums found so far: everybody asks for the same months."""
        return {}

    @cached_property
    def _courses(self) -> dict[Window, pd.DataFrame]:
        """Return the courses found so far."""
        return {}

    @cached_property
    def _intervals(self) -> PredictionIntervals:
        return self.learned or self.known.learned[self.method]

    @cached_property
    def _path(self) -> Values:
        return self._intervals.path(HORIZON)

    @cached_property
    def _days(self) -> Values:
        """Return the forecast of the days after the final ones, beside what is billed already."""
        days = (self.known.end + n * ONE_DAY for n in range(HORIZON))
        billed = np.array([float(self.known.of(day)) for day in days])
        return np.where(billed < 0, billed, np.maximum(self._path, billed))


def moved(course: pd.DataFrame, onto: Window) -> pd.DataFrame:
    """Return the `day` and `total` of another month's course day by day on `onto`, as far as both go."""
    kept = course[["day", "total"]].head(onto.days)
    return kept.assign(day=list(onto)[: len(kept)])


def _cents(amount: float) -> Decimal:
    return Decimal(amount).quantize(_CENT)
