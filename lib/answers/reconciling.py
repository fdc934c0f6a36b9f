"""The bill of a view against its usage at list prices, every dollar of difference under a name."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis import series
from lib.analysis.reconciliation import waterfall_steps
from lib.analysis.reconciliation.causes import Cause, reconcile
from lib.analysis.reconciliation.lines import COUNTED
from lib.analysis.reconciliation.waterfall_steps import Total
from lib.answers import loading
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import OverTime
from lib.catalog.line_items import base_model
from lib.catalog.list_prices import unit_price
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.wording.reconciliation_words import explained

READ = (COSTS, *(SOURCES[name] for name in COUNTED))
SPEND = MEASURES["spend"]
AT_LIST = "At list prices (estimate)"
_SETTLING = (COSTS, SOURCES["completions"])
"""The sources whose days must be final before a difference means anything; the others may be missing."""
_MODEL = "model"
_BILLED_BY = ("project_id", "line_item")
SHARED = frozenset(COSTS.groupable).intersection(*(SOURCES[name].groupable for name in COUNTED))
"""The dimensions that bill and usage both know: only by these can both be narrowed to the same thing."""


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """The rows of `lib.analysis.reconciliation.causes`, and what a page shows of them (USD, exact).

    `left_out` is how many days are in neither, because their bill cannot be told by the filters.
    """

    rows: pa.Table
    window: Window
    grain: Grain
    provisional: frozenset[pd.Timestamp]
    left_out: int

    @cached_property
    def total(self) -> Total:
        """Return the sums."""
        return waterfall_steps.total(self.rows)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Return the waterfall from list prices to the bill."""
        return explained(waterfall_steps.steps(self.rows))

    @cached_property
    def over_time(self) -> OverTime:
        """Return the bill by bucket, beside usage at list prices."""
        billed, at_list = (
            waterfall_steps.over_time(self.rows, column, self.grain, self.window)
            for column in ("billed", "at_list")
        )
        labels = {series.TOTAL: SPEND.label}
        groups = (series.TOTAL,)
        return OverTime(SPEND, self.grain, billed, groups, labels, self.provisional, at_list, AT_LIST)

    @cached_property
    def by_bucket(self) -> pd.DataFrame:
        """Return `start`, `billed`, `at_list` and each cause that there are dollars of."""
        return waterfall_steps.by_bucket(self.rows, self.grain, self.window)

    @cached_property
    def causes(self) -> list[Cause]:
        """Return the causes that there are any dollars of."""
        return waterfall_steps.present(self.rows)

    @cached_property
    def by_model(self) -> pd.DataFrame:
        """Return billed, list and difference by model and class (`waterfall_steps.by_model`)."""
        return waterfall_steps.by_model(self.rows)

    @cached_property
    def uncounted(self) -> pd.DataFrame:
        """Return what the bill charges that usage does not count (`waterfall_steps.uncounted`)."""
        return waterfall_steps.uncounted(self.rows)

    @cached_property
    def unread(self) -> int:
        """Return how many of the uncounted lines cannot be read."""
        return int((self.uncounted["why"] == Cause.UNKNOWN.value).sum())


@remembered
def reconciliation(reading: Reading) -> Reconciliation:
    """Return the view's bill against its usage at list prices.

    Days whose bill does not know what is filtered by are left out of both: their usage would look as if
    it had not been billed. Models are chosen last, by the name on which both agree: usage tells
    snapshots, and the bill whole services.
    """
    filters, window = reading.view.filters, reading.view.window
    asked = (*_BILLED_BY, *filters.dimensions)
    left_out = set(loading.load_unattributed(reading.backend, asked, window))
    usage = {name: _rows(reading, name, by, left_out) for name, by in COUNTED.items()}
    unsettled = {stamp.date() for stamp in reading.unsettled(_SETTLING, Grain.DAY)}
    rows = reconcile(_rows(reading, COSTS.name, _BILLED_BY, left_out), usage, unit_price, unsettled)
    for _, models in filters.only({_MODEL}):
        names = {base_model(m or "") for m in models}
        rows = rows.filter(pc.is_in(rows[_MODEL], pa.array(names, pa.string())))
    grain = reading.grain(SPEND)
    provisional = frozenset(reading.unsettled(_SETTLING, grain))
    return Reconciliation(rows, window, grain, provisional, len(left_out))


def _rows(reading: Reading, source: str, by: tuple[str, ...], without: set[dt.date]) -> pa.Table:
    filters = reading.view.filters.without(_MODEL)
    question = Question(source, reading.view.window, Grain.DAY, by, SOURCES[source].metric_names, filters)
    found = loading.load_table(reading.backend, question)
    days = pa.array(without, pa.date32())
    return found.filter(pc.invert(pc.is_in(found["start"].cast(pa.date32()), days))) if without else found
