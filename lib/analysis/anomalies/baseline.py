"""The baseline of a day: the same weekday of the weeks before, and how far from it a value lies."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.analysis.comparison import Number
from lib.analysis.exact import exactly

WEEKS = 8
"""From how many weeks before the baseline is taken."""
LEAST = 4
"""The fewest of these weeks that say anything; with fewer a series is too young."""
HISTORY = dt.timedelta(weeks=WEEKS)
_YOUNG = dt.timedelta(weeks=LEAST)
_WEEK = dt.timedelta(weeks=1)

CONSISTENT = Decimal("1.4826")
"""What makes the median absolute deviation estimate a standard deviation (Rousseeuw and Croux, 1993)."""
RELATIVE = Decimal("0.1")
"""The spread is never below this part of the median: a steady series may move by a few percent."""
THRESHOLD = 6
"""How many spreads from its baseline a day is unusual."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """The arithmetic of one day of one series, kept so that a person can redo it.

    `before` are the days compared with and their values, latest first; `median` is theirs, `mad` the
    median of their distances to it. `spread` is 1.4826 × `mad`, or `floor` where that is larger.
    """

    day: dt.date
    value: Number
    before: tuple[tuple[dt.date, Number], ...]
    median: Number
    mad: Number
    floor: Number

    @property
    def spread(self) -> float:
        """Return by how much the series moves about its median as a rule."""
        return max(float(CONSISTENT) * float(self.mad), float(self.floor))

    @property
    @exactly()
    def excess(self) -> Number:
        """Return the value less the median, exact where both are; below zero where it fell."""
        return self.value - self.median  # type: ignore[operator]  # both are of one kind

    @property
    def score(self) -> float:
        """Return (value - median) / spread."""
        return float(self.excess) / self.spread


@exactly()
def baseline(values: Mapping[dt.date, Number], day: dt.date, least: Number) -> Baseline | None:
    """Return the baseline of `day`, None where the series is too young or `day` is not among `values`.

    `values` holds the days that count: a day without use is zero, an unsettled or unknown day is
    absent, and so is all before the first use. `least` is the smallest spread, in the values' unit.
    """
    earlier = [day - n * _WEEK for n in range(1, WEEKS + 1)]
    before = tuple((d, values[d]) for d in earlier if d in values)
    if day not in values or len(before) < LEAST or day - min(values) < _YOUNG:
        return None
    middle: Number = median([v for _, v in before])  # type: ignore[type-var]  # all are of one kind
    mad = median([abs(v - middle) for _, v in before])  # type: ignore[operator]
    share: Any = RELATIVE if isinstance(middle, Decimal) else float(RELATIVE)
    floor: Number = max(share * abs(middle), least)
    return Baseline(day, values[day], before, middle, mad, floor)


def scores(
    values: Floats, least: float, against: Floats | None = None, since: int = 0
) -> tuple[Floats, Floats]:
    """Return score and median of every day (rows) of every series (columns), as `baseline` has them.

    NaN marks what is absent; the answer is NaN where the series is too young, and in the rows before
    `since`. The days are compared with those of `against`, where it is given.
    """
    against = values if against is None else against
    days, series = values.shape
    behind = np.full((WEEKS, days - since, series), np.nan)
    for n in range(1, WEEKS + 1):
        first = max(7 * n, since)
        behind[n - 1, first - since :] = against[first - 7 * n : max(days - 7 * n, 0)]
    known = ~np.isnan(against)
    age = np.arange(since, days)[:, None] - np.where(known.any(axis=0), known.argmax(axis=0), days)
    young = ((~np.isnan(behind)).sum(axis=0) < LEAST) | (age < _YOUNG.days)
    behind[:, young] = 0.0
    middle = _medians(behind)
    mad = _medians(np.abs(behind - middle))
    spread = np.maximum(float(CONSISTENT) * mad, np.maximum(float(RELATIVE) * np.abs(middle), least))
    found = np.full((2, days, series), np.nan)
    found[:, since:] = np.where(young, np.nan, ((values[since:] - middle) / spread, middle))
    return found[0], found[1]


def _medians(values: Floats) -> Floats:
    """Return the medians along the first axis of what is not NaN, of which there is some everywhere.

    As `np.nanmedian` has them, which takes ten times as long for a few values of many series.
    """
    ranked = np.sort(values, axis=0)  # NaN comes last
    known = (~np.isnan(values)).sum(axis=0, keepdims=True)
    low, high = (np.take_along_axis(ranked, at, axis=0)[0] for at in ((known - 1) // 2, known // 2))
    middle: Floats = (low + high) / 2
    return middle


@exactly()
def above_baseline(values: Mapping[dt.date, Number], day: dt.date) -> Number:
    """Return by how much a day is above the median of the same weekdays before it, zero where none is."""
    before = [values[d] for n in range(1, WEEKS + 1) if (d := day - n * _WEEK) in values]
    value = values.get(day, 0)
    return value - median(before) if before else value  # type: ignore[operator, type-var]


@exactly()
def total(values: Iterable[Number]) -> Number:
    """Return the sum, exact where the values are."""
    exact: list[Any] = list(values)
    whole: Number = sum(exact)
    return whole
