"""Both ledgers of a view, reconciled at list prices."""

import pandas as pd

from lib import data
from lib.analysis.ledgers import COUNTED
from lib.analysis.reconcile import reconcile
from lib.grain import Grain
from lib.list_prices import unit_price
from lib.query import Question
from lib.reading import Reading
from lib.sources import COSTS, SOURCES

READ = (COSTS, *(SOURCES[name] for name in COUNTED))
_SETTLING = (COSTS, SOURCES["completions"])
"""The sources whose days must be final before a difference means anything; the others may be missing."""
SHARED = frozenset(COSTS.groupable).intersection(*(SOURCES[name].groupable for name in COUNTED))
"""The dimensions that both ledgers know: only by these can both be narrowed to the same thing."""


def reconciled(reading: Reading) -> pd.DataFrame:
    """Return the view's bill against its usage at list prices (see `lib.analysis.reconcile`)."""
    usage = {name: _rows(reading, name, by) for name, by in COUNTED.items()}
    unsettled = {stamp.date() for stamp in reading.unsettled(_SETTLING, Grain.DAY)}
    return reconcile(_rows(reading, "costs", ("project_id", "line_item")), usage, unit_price, unsettled)


def unsettled(reading: Reading, grain: Grain) -> set[pd.Timestamp]:
    """Return the buckets in which the bill or the usage is not final."""
    return reading.unsettled(_SETTLING, grain)


def _rows(reading: Reading, source: str, by: tuple[str, ...]) -> pd.DataFrame:
    question = Question(
        source, reading.view.window, Grain.DAY, by, SOURCES[source].metric_names, reading.view.where
    )
    return data.load_frame(reading.backend, question)
