"""Both ledgers of a view, reconciled at list prices."""

import datetime as dt

import pandas as pd

from lib.analysis.allocation.shares import days_of
from lib.analysis.reconciliation.causes import reconcile
from lib.analysis.reconciliation.lines import COUNTED
from lib.answers import data
from lib.answers.reading import Reading
from lib.catalog.line_items import base_model
from lib.catalog.list_prices import unit_price
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.question import Question
from lib.periods.grains import Grain

READ = (COSTS, *(SOURCES[name] for name in COUNTED))
_SETTLING = (COSTS, SOURCES["completions"])
"""The sources whose days must be final before a difference means anything; the others may be missing."""
MODEL = "model"
BILLED_BY = ("project_id", "line_item")
SHARED = frozenset(COSTS.groupable).intersection(*(SOURCES[name].groupable for name in COUNTED))
"""The dimensions that both ledgers know: only by these can both be narrowed to the same thing."""


def reconciled(reading: Reading) -> pd.DataFrame:
    """Return the view's bill against its usage at list prices (see `lib.analysis.reconciliation.causes`).

    Days of `untold` are left out of both: their usage would look as if it had not been billed. Models are
    chosen last, by the name on which both agree: usage tells snapshots, and the bill whole services.
    """
    days = untold(reading)
    usage = {name: _rows(reading, name, by, days) for name, by in COUNTED.items()}
    unsettled = {stamp.date() for stamp in reading.unsettled(_SETTLING, Grain.DAY)}
    costs = _rows(reading, COSTS.name, BILLED_BY, days)
    found = reconcile(costs, usage, unit_price, unsettled)
    for _, models in reading.view.filters.only({MODEL}):
        names = {base_model(m or "") for m in models}
        found = found.loc[[model in names for model in found[MODEL]]]
    return found


def untold(reading: Reading) -> set[dt.date]:
    """Return the days whose bill does not know what the view is filtered by."""
    filtered = reading.view.filters.dimensions
    return set(data.load_untold(reading.backend, (*BILLED_BY, *filtered), reading.view.window))


def unsettled(reading: Reading, grain: Grain) -> set[pd.Timestamp]:
    """Return the buckets in which the bill or the usage is not final."""
    return reading.unsettled(_SETTLING, grain)


def _rows(reading: Reading, source: str, by: tuple[str, ...], without: set[dt.date]) -> pd.DataFrame:
    filters = reading.view.filters.without(MODEL)
    question = Question(source, reading.view.window, Grain.DAY, by, SOURCES[source].metric_names, filters)
    found = data.load_frame(reading.backend, question)
    return found.loc[~days_of(found, without)] if without else found
