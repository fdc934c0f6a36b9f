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
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Values = NDArray[np.float64]
Method = Callable[[Values, int], Values]
"""Takes the amounts of the known days, oldest first, and returns those of so many days after them.

Of several histories, a row each, it returns a row each; it reads no more than their last `READ` days.
"""

FEWEST = 7
"""So many known days make a forecast; with fewer there is none."""
LEAST = 28
"""So many show weekdays and a trend; with fewer, a forecast is their run rate, and has no band."""
HORIZON = 124
"""How many days after the known ones are forecast at most: 90 and the rest of a month."""
LEVELS = (0.8, 0.95)
"""In how many of the cases a band should hold what comes."""
_WEEK = 7
READ = 84
"""So many of the latest days are read."""
_LATEST, _DAMPED = 14, 0.94
_TELLING = 0.2
_ENOUGH = 20
"""So many rehearsals make a band."""


def weekday_path(known: Values, days: int) -> Values:
    """Return `days` amounts after those of `known`, by weekday, level and trend; never below zero.

    A history shorter than `LEAST` shows neither: then it is the run rate.
    """
    if known.shape[-1] < LEAST:
        return run_rate_path(known, days)
    read = known[..., -READ:]
    weekly = np.apply_along_axis(np.convolve, -1, read, np.ones(_WEEK) / _WEEK, "valid")
    factors = _factors(read[..., 3:-3], weekly)
    # The factors count from the fourth day read, the first with an average around it.
    factor = factors[..., (np.arange(read.shape[-1] + days) - 3) % _WEEK]
    level, slope = _level(read, factor[..., : read.shape[-1]]), _slope(weekly)
    trend = level[..., None] + slope[..., None] * np.cumsum(_DAMPED ** np.arange(days))
    found: Values = np.maximum(0.0, trend * factor[..., read.shape[-1] :])
    return found


def run_rate_path(known: Values, days: int) -> Values:
    """Return the average of the last four weeks, for each of `days`."""
    rate = np.maximum(0.0, known[..., -4 * _WEEK :].mean(axis=-1))
    return np.repeat(rate[..., None], days, axis=-1)


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

    @property
    def nbytes(self) -> int:
        """Return how many bytes it takes once it was asked for bands."""
        return self.known.nbytes * (1 + HORIZON)

    def path(self, days: int, upto: int | None = None) -> Values:
        """Return the forecast of `days` days after the first `upto` known ones, or after all."""
        return self.method(self.known[:upto], days)

    def bands(self, begin: int, end: int, upto: int | None = None) -> tuple[Band, ...]:
        """Return bands of the sum of the days `begin` to before `end` after the first `upto` known ones.

        None where too few rehearsals had come true by then. Nearer runs of as many days count too, so
        that what is farther off is never the surer. A sum that reaches farther than was rehearsed is given
        the relative error of what was, times the root of the days' ratio. Nothing that is forecast has no
        such error: it has no band either, unless nothing came whenever that was forecast.
        """
        upto = len(self.known) if upto is None else upto
        most = upto - LEAST - _ENOUGH + 1
        if most < _WEEK:
            return ()
        ahead = self._ahead if upto == len(self.known) and end <= HORIZON else self.path(end, upto)
        forecast = float(ahead[begin:end].sum())
        if not forecast and self._came_unforeseen(begin, end, most, upto):
            return ()
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
        said, actual = self._rehearsed(begin, end, upto)
        some = said > 0
        found: Values = (actual[some] - said[some]) / said[some]
        return found

    def _came_unforeseen(self, begin: int, end: int, most: int, upto: int) -> bool:
        """Return whether such a sum came to something when nothing was forecast."""
        reach = min(end, most)
        said, actual = self._rehearsed(min(begin, reach - 1), reach, upto)
        return bool((actual[said <= 0] > 0).any())

    def _rehearsed(self, begin: int, end: int, upto: int) -> tuple[Values, Values]:
        """Return such sums as forecast and as they came, for every day from which they have come."""
        origins = np.arange(LEAST, upto - end + 1)
        said = self._sums[origins - LEAST, end] - self._sums[origins - LEAST, begin]
        return said, self._known_sums[origins + end] - self._known_sums[origins + begin]

    @cached_property
    def _ahead(self) -> Values:
        return self.path(HORIZON)

    @cached_property
    def _known_sums(self) -> Values:
        return np.concatenate([[0.0], np.cumsum(self.known)])

    @cached_property
    def _sums(self) -> Values:
        """Return the running sums of the forecast of every earlier day, a row each, from `LEAST` days on."""
        short = [self.path(HORIZON, upto) for upto in range(LEAST, min(READ, len(self.known)))]
        paths = np.reshape(short, (len(short), HORIZON))
        if len(self.known) > READ:
            histories = sliding_window_view(self.known[:-1], READ)
            paths = np.concatenate([paths, self.method(histories, HORIZON)])
        return np.concatenate([np.zeros((len(paths), 1)), np.cumsum(paths, axis=1)], axis=1)


def _factors(middle: Values, weekly: Values) -> Values:
    """Return the factor of each weekday, counted from the first of `middle`; they average to one."""
    some = weekly > 0
    ratios = np.divide(middle, weekly, out=np.ones_like(middle), where=some)
    each = [_medians(ratios[..., n::_WEEK], some[..., n::_WEEK]) for n in range(_WEEK)]
    found = np.maximum(np.stack(each, axis=-1), 0.0)
    mean = found.mean(axis=-1, keepdims=True)
    shared: Values = np.divide(found, mean, out=np.ones_like(found), where=mean > 0)
    return shared


def _level(read: Values, factor: Values) -> Values:
    """Return the median of the latest days over their factors; days of hardly any spend tell nothing."""
    latest, by = read[..., -_LATEST:], factor[..., -_LATEST:]
    telling = by >= _TELLING
    return _medians(np.divide(latest, by, out=np.ones_like(latest), where=telling), telling)


def _medians(values: Values, which: NDArray[np.bool_]) -> Values:
    """Return the median of those values that count in each row, 1 where none does."""
    ordered = np.sort(np.where(which, values, np.inf), axis=-1)
    count = which.sum(axis=-1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[-1] - 1)
    middle = (np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1)) / 2
    found: Values = np.where(count, middle, 1.0)[..., 0]
    return found


def _slope(weekly: Values) -> Values:
    """Return the Theil–Sen slope a day: the median over all pairs that are a week or more apart."""
    early, late = np.triu_indices(weekly.shape[-1], _WEEK)
    found: Values = np.median((weekly[..., late] - weekly[..., early]) / (late - early), axis=-1)
    return found
