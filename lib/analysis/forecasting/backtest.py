"""Back-test: what would have been said of each past month on some of its days, against the actual spend."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.forecasting.forecast import LEAST, METHODS, PredictionIntervals
from lib.analysis.forecasting.outlook import NOTHING, Known, month_of
from lib.periods.windows import ONE_DAY, Window

ON_DAYS = (5, 10, 15, 20, 25)
"""The days of a month at whose end a forecast is made."""
COLUMNS = ("method", "month", "on_day", "forecast", "actual", "error", "in80", "in95")


@exactly()
def backtest(known: Known, unsettled: int, most: int = 6) -> pd.DataFrame:
    """Return `COLUMNS`: a row for each method of `METHODS`, complete month and day of `ON_DAYS`.

    Of each forecast: forecast and actual USD, its relative error (forecast / actual - 1), and whether the
    actual lay in the bands (None without bands). As then, the last `unsettled` days before
    count as not known. The latest `most` months, as far as the history goes.
    """
    rows = [
        row
        for name, intervals in known.learned.items()
        for month in _months(known, most)
        for on_day in ON_DAYS
        for row in _tried(name, intervals, known, month, on_day, unsettled)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def scores(tried: pd.DataFrame) -> pd.DataFrame:
    """Return `method`, `error` (mean size of the relative errors), `held80`, `held95` (shares), best first.

    Months weigh the same. `held` is the share of forecasts whose band held the actual.
    """
    rows = [
        (name, of["error"].abs().mean(), *(_share(of[column]) for column in ("in80", "in95")))
        for name, of in tried.groupby("method", sort=False)
    ]
    found = pd.DataFrame(rows, columns=["method", "error", "held80", "held95"])
    return found.sort_values("error", kind="stable", ignore_index=True)


def by_day(tried: pd.DataFrame) -> pd.DataFrame:
    """Return `on_day`, `method`, `error`: the mean size of the relative errors of forecasts made that day."""
    sizes = tried.assign(error=tried["error"].abs())
    return sizes.groupby(["on_day", "method"], as_index=False, sort=False)[["error"]].mean()


def best(tried: pd.DataFrame) -> str:
    """Return the method with the smallest error; the first of `METHODS` where nothing could be tried."""
    found = scores(tried)
    return str(found["method"].iloc[0]) if len(found) else next(iter(METHODS))


def _months(known: Known, most: int) -> list[Window]:
    found: list[Window] = []
    day = known.end
    while len(found) < most and day > known.first:
        month = month_of(day - ONE_DAY)
        if month.end <= known.end and month.first >= known.first:
            found.append(month)
        day = month.first
    return found[::-1]


def _tried(
    name: str, intervals: PredictionIntervals, known: Known, month: Window, on_day: int, unsettled: int
) -> Iterator[tuple[object, ...]]:
    first = (month.first - known.first).days
    upto = first + on_day - unsettled
    if upto < LEAST:
        return
    begin, end = max(0, first - upto), first + month.days - upto
    rest = float(intervals.path(end, upto)[begin:].sum())
    so_far, actual = _billed(known, month.first, upto), _billed(known, month.first, first + month.days)
    if not actual:
        return
    ahead = float(actual - so_far)
    held = {band.level: band.low <= ahead <= band.high for band in intervals.bands(begin, end, upto)}
    said = float(so_far) + rest
    yield (name, month.first, on_day, said, actual, said / float(actual) - 1, held.get(0.8), held.get(0.95))


def _share(held: pd.Series) -> float | None:
    known = held.dropna()
    return float(known.mean()) if len(known) else None


def _billed(known: Known, first: dt.date, upto: int) -> Decimal:
    """Return what was billed from `first` to before the final day that is number `upto`."""
    end = known.first + upto * ONE_DAY
    return sum((known.of(day) for day in Window(first, end)), NOTHING) if end > first else NOTHING
