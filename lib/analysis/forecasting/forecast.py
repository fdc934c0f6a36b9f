"""Forecast: what the days to come cost, from the days before, and how far such forecasts were off.

The weekday method is a classical decomposition (Makridakis, Wheelwright and Hyndman, "Forecasting", ch. 3)
made robust: weekday factors are medians of day over centred 7-day average, the level is the median of
the latest days without their factors, the trend the Theil–Sen slope of the averages, damped day by day,
because a full slope overshoots (Gardner and McKenzie 1985). Bands come from rehearsals: the same method,
run on every earlier day, and how its sums turned out (split conformal prediction, Vovk et al. 2005).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Method = Callable[[Values, int], Values]
"""Takes the amounts of the known days, oldest first, and returns those of so many days after them."""

FEWEST = 7
"""So many known days make a forecast; with fewer there is none."""
LEAST = 28
"""So many show weekdays and a trend; with fewer, a forecast is their run rate, and has no band."""
HORIZON = 124
"""How many days after the known ones are forecast at most: 90 and the rest of a month."""
LEVELS = (0.8, 0.95)
"""In how many of the cases a band should hold what comes."""
_WEEK = 7
_READ, _LATEST, _DAMPED = 84, 14, 0.94
_TELLING = 0.2
_ENOUGH = 20
"""So many rehearsals make a band."""


def weekday_path(known: Values, days: int) -> Values:
    """Return `days` amounts after those of `known`, by weekday, level and trend; never below zero.

    A history shorter than `LEAST` shows neither: then it is the run rate.
    """
    if len(known) < LEAST:
        return run_rate_path(known, days)
    read = known[-_READ:]
    weekly = np.convolve(read, np.ones(_WEEK) / _WEEK, "valid")
    factors = _factors(read[3:-3], weekly)
    # The factors count from the fourth day read, the first with an average around it.
    factor = factors[(np.arange(len(read) + days) - 3) % _WEEK]
    trend = _level(read, factor[: len(read)]) + _slope(weekly) * np.cumsum(_DAMPED ** np.arange(days))
    found: Values = np.maximum(0.0, trend * factor[len(read) :])
    return found


def run_rate_path(known: Values, days: int) -> Values:
    """Return the average of the last four weeks, for each of `days`."""
    return np.full(days, max(0.0, float(known[-4 * _WEEK :].mean())))


METHODS: Mapping[str, Method] = {"By weekday and trend": weekday_path, "Run rate": run_rate_path}
"""What forecasts can be made by; the first one, unless another does better in the back-test."""


@dataclass(frozen=True)
class Band:
    """Between what amounts a sum will lie in `level` of the cases."""

    level: float
    low: float
    high: float


@dataclass(frozen=True)
class PredictionIntervals:
    """A method and all that it would have said on every earlier day of `known`, oldest first."""

    method: Method
    known: Values

    def path(self, days: int, upto: int | None = None) -> Values:
        """Return the forecast of `days` days after the first `upto` known ones, or after all."""
        return self.method(self.known[:upto], days)

    def bands(self, begin: int, end: int, upto: int | None = None) -> tuple[Band, ...]:
        """Return bands of the sum of the days `begin` to before `end` after the first `upto` known ones.

        None where too few rehearsals had come true by then. Nearer runs of as many days count too, so
        that what is farther off is never the surer. A sum that reaches farther than was rehearsed is given
        the relative error of what was, times the root of the days' ratio.
        """
        upto = len(self.known) if upto is None else upto
        most = upto - LEAST - _ENOUGH + 1
        if most < _WEEK:
            return ()
        ahead = self._ahead if upto == len(self.known) and end <= HORIZON else self.path(end, upto)
        forecast = float(ahead[begin:end].sum())
        length = end - begin
        sides = [self._sides(start, start + length, most, upto) for start in range(begin, -1, -length)]
        lows, highs = np.min(sides, axis=0)[:, 0], np.max(sides, axis=0)[:, 1]
        return tuple(
            Band(level, forecast * (1 + float(low)), forecast * (1 + float(high)))
            for level, low, high in zip(LEVELS, lows, highs, strict=True)
        )

    def _sides(self, begin: int, end: int, most: int, upto: int) -> Values:
        """Return the lowest and the highest relative error for each of `LEVELS`, a row each."""
        reach = min(end, most)
        start = min(begin, reach - 1)
        errors = self._errors(start, reach, upto) * (end / reach) ** 0.5
        if not len(errors):
            return np.zeros((len(LEVELS), 2))
        # So many of the errors share no day with each other.
        apart = max(1.0, len(errors) / (reach - start))
        tails = [max(0.0, 1 - (1 + level) / 2 * (apart + 1) / apart) for level in LEVELS]
        lows = np.minimum(np.quantile(errors, tails, method="lower"), 0.0)
        highs = np.maximum(np.quantile(errors, [1 - tail for tail in tails], method="higher"), 0.0)
        return np.stack([lows, highs], axis=1)

    def _errors(self, begin: int, end: int, upto: int) -> Values:
        """Return (actual − forecast) / forecast of such sums, for every day from which it has come."""
        origins = np.arange(LEAST, upto - end + 1)
        said = self._sums[origins - LEAST, end] - self._sums[origins - LEAST, begin]
        actual = self._known_sums[origins + end] - self._known_sums[origins + begin]
        some = said > 0
        found: Values = (actual[some] - said[some]) / said[some]
        return found

    @cached_property
    def _ahead(self) -> Values:
        return self.path(HORIZON)

    @cached_property
    def _known_sums(self) -> Values:
        return np.concatenate([[0.0], np.cumsum(self.known)])

    @cached_property
    def _sums(self) -> Values:
        """Return the running sums of the forecast of every earlier day, a row each, from `LEAST` days on."""
        paths = [self.path(HORIZON, upto) for upto in range(LEAST, len(self.known))]
        return np.concatenate([np.zeros((len(paths), 1)), np.cumsum(paths, axis=1)], axis=1)


def _factors(middle: Values, weekly: Values) -> Values:
    """Return the factor of each weekday, counted from the first of `middle`; they average to one."""
    some = weekly > 0
    ratios = np.divide(middle, weekly, out=np.ones_like(middle), where=some)
    weekday = np.arange(len(middle)) % _WEEK
    found = np.array(
        [np.median(ratios[of]) if (of := (weekday == n) & some).any() else 1.0 for n in range(_WEEK)]
    )
    found = np.maximum(found, 0.0)
    return found / found.mean() if found.any() else np.ones(_WEEK)


def _level(read: Values, factor: Values) -> float:
    """Return the median of the latest days over their factors; days of hardly any spend tell nothing."""
    latest, by = read[-_LATEST:], factor[-_LATEST:]
    telling = by >= _TELLING
    return float(np.median(latest[telling] / by[telling]))


def _slope(weekly: Values) -> float:
    """Return the Theil–Sen slope a day: the median over all pairs that are a week or more apart."""
    early, late = np.triu_indices(len(weekly), _WEEK)
    return float(np.median((weekly[late] - weekly[early]) / (late - early)))
