"""Forecasts of what the filters narrow the bill to, whatever days a page shows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from lib.analysis.forecasting import backtest
from lib.analysis.forecasting.forecast import FEWEST, LEAST, PredictionIntervals
from lib.analysis.forecasting.outlook import (
    Known,
    Outlook,
    Sum,
    days_read,
    known,
    month_before,
    month_of,
    months_after,
    moved,
)
from lib.answers.attribution import unattributed_days
from lib.answers.caching import kept
from lib.answers.view import View
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.engine.execution import answer
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.periods.finality import DayState, day_states
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.store.usage_store import Store

SPEND = MEASURES["spend"]
FEWEST_DAYS = FEWEST
"""How many final days in a row a forecast needs at least."""
NEXT = 90
"""How many days the forecast of the next quarter holds."""


@dataclass(frozen=True)
class Forecast:
    """A forecast by the method that did best, and how all did (`lib.analysis.forecasting.backtest`)."""

    outlook: Outlook
    tried: pd.DataFrame

    @property
    def has_spend(self) -> bool:
        """Return whether anything but credits was billed on the days that are read."""
        return any(amount > 0 for amount in self.outlook.known.billed.values())

    @property
    def has_credits_alone(self) -> bool:
        """Return whether no day came to more than its credits, which say nothing of the days to come."""
        return not self.has_spend and any(self.outlook.known.billed.values())

    @property
    def is_enough(self) -> bool:
        """Return whether the final days are enough to forecast from."""
        return self.outlook.known.is_enough

    @property
    def final_days(self) -> int:
        """Return how many final days in a row the forecast is learned from."""
        return len(self.outlook.known.amounts)

    @property
    def has_bands(self) -> bool:
        """Return whether the final days are enough to say how far off a forecast is."""
        return self.final_days >= LEAST

    @property
    def scores(self) -> pd.DataFrame:
        """Return how each method did, the best first (`lib.analysis.forecasting.backtest.scores`)."""
        return backtest.scores(self.tried)

    @property
    def by_day(self) -> pd.DataFrame:
        """Return how far off such forecasts were, by the day of the month on which they were made."""
        return backtest.by_day(self.tried)

    def month_end(self) -> "MonthEnd":
        """Return where this month ends, beside the last one, and what the next months cost."""
        look, today = self.outlook, self.outlook.known.today
        month, last = month_of(today), month_before(today)
        return MonthEnd(
            month,
            last,
            look.sum(month),
            look.sum(last),
            look.sum(Window(today + ONE_DAY, today + (NEXT + 1) * ONE_DAY)),
            look.course(month),
            moved(look.course(last), month),
            look.months([last, month, *months_after(month.first, 3)]),
        )


@dataclass(frozen=True)
class MonthEnd:
    """This month and the last: sums as forecast (USD), running totals by day, and the months to come.

    `quarter` is the next `NEXT` days; `before` is the last month's course moved onto this one.
    """

    month: Window
    last: Window
    ends: Sum
    ended: Sum
    quarter: Sum
    course: pd.DataFrame
    before: pd.DataFrame
    months: pd.DataFrame


def view_of(view: View) -> View:
    """Return the view of the days that a forecast reads, under the same filters."""
    return replace(view, window=days_read(view.today), comparison=Comparison.NONE)


def forecast_of(store: Store, settle: dt.timedelta, today: dt.date, filters: Filters) -> Forecast:
    """Return the forecast of what `filters` keep of the bill, learned from the days that are final.

    Raises StoreError where the store cannot be read.
    """
    window = days_read(today)
    table = answer(store, Question(COSTS.name, window, Grain.DAY, metrics=("cost_usd",), filters=filters))
    starts, amounts = table["start"].to_pylist(), table["cost_usd"].to_pylist()
    billed = {start.date(): amount for start, amount in zip(starts, amounts, strict=True)}
    # Days whose bill does not tell what is filtered by look as if nothing had been spent.
    unattributed = unattributed_days(store, filters.dimensions, window)
    end_of_today = midnight(today) + ONE_DAY
    fetched, unanswered = store.coverage(COSTS, Width.DAY), store.unanswered(COSTS, Width.DAY)
    states = day_states(window, fetched, settle, end_of_today, unanswered)
    final = {day for day, s in states.items() if s is DayState.SETTLED and day not in unattributed}
    found = known(billed, final, today)
    tried, learned = _rehearsed(found, settle)
    best = backtest.best(tried)
    return Forecast(Outlook(found, best, learned[best]), tried)


def _rehearsed(found: Known, settle: dt.timedelta) -> tuple[pd.DataFrame, Mapping[str, PredictionIntervals]]:
    """Return how the methods did on the final days, and what they learned from them.

    That takes most of a forecast's time, and stays as it is while days that are not final are fetched again.
    """
    asked = ("rehearsed", found.first, found.final_bill, settle)
    return kept(asked, lambda: (backtest.backtest(found, settle.days), found.learned))
