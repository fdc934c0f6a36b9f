"""Estimates: what a view's filters sent in the last final weeks, at list prices."""

import datetime as dt
from dataclasses import replace

from lib.analysis.savings.priced_traffic import BY, priced
from lib.analysis.savings.saving import SavingsInput
from lib.answers import data
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.list_prices import unit_price
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.windows import Window

DAYS = 28
"""Whole weeks, so that every weekday counts alike."""
COMPLETIONS = SOURCES["completions"]
READ = (COMPLETIONS, COSTS)


def view_of(view: View, settle: dt.timedelta) -> View:
    """Return the view of the latest `DAYS` days that are final, under the same filters."""
    end = view.today - settle
    return replace(view, window=Window(end - dt.timedelta(days=DAYS), end), comparison=Comparison.NONE)


def looked(reading: Reading) -> SavingsInput:
    """Return the traffic and the bill of a reading whose view is from `view_of`."""
    view = reading.view
    used = data.load_frame(
        reading.backend,
        Question(COMPLETIONS.name, view.window, Grain.DAY, BY, COMPLETIONS.metric_names, view.filters),
    )
    by = ("project_id", "api_key_id", "line_item")
    billed = data.load_frame(
        reading.backend, Question(COSTS.name, view.window, Grain.DAY, by, ("cost_usd",), view.filters)
    )
    return SavingsInput(priced(used, unit_price), billed, view.window.days, unit_price)
