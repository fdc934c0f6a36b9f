"""Ahead: what the bill of a view's filters says about the days to come, whatever its dates."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from lib.analysis.forecasting import backtest
from lib.analysis.forecasting.outlook import Outlook, days_read, known
from lib.answers import data
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.periods.finality import DayState
from lib.periods.grains import Grain
from lib.periods.presets import Comparison

SPEND = MEASURES["spend"]


@dataclass(frozen=True)
class Ahead:
    """A forecast by the method that did best, and how all did (`lib.analysis.forecasting.backtest`)."""

    outlook: Outlook
    tried: pd.DataFrame


def view_of(view: View) -> View:
    """Return the view of the days that are read, under the same filters."""
    return replace(view, window=days_read(view.today), comparison=Comparison.NONE)


def ahead(reading: Reading) -> Ahead:
    """Return the forecast of the reading's spend, whose view must be from `view_of`."""
    view = reading.view
    states = data.load_states(reading.backend, COSTS, view.window)
    # Days whose bill does not tell what the view is filtered by look as if nothing had been spent.
    untold = data.load_untold(reading.backend, view.filters.dimensions, view.window)
    settled = {day for day, state in states.items() if state is DayState.SETTLED and day not in untold}
    found = known(_by_day(reading), settled, view.today)
    tried = backtest.backtest(found, reading.backend.settings.settle.days)
    return Ahead(Outlook(found, backtest.best(tried)), tried)


def _by_day(reading: Reading) -> dict[dt.date, Decimal]:
    parts = reading.parts([SPEND], grain=Grain.DAY)
    return dict(zip((start.date() for start in parts["start"]), SPEND.of(parts), strict=True))
