"""What may be asked of a source, and the columns of its answer."""

from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME
from lib.catalog.sources import SOURCES
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import QuestionError
from lib.periods.grains import Grain
from lib.periods.local_days import rows_width
from lib.periods.widths import Width
from lib.periods.windows import Window


@dataclass(frozen=True)
class Question:
    """What to sum of one source: `metrics`, for each bucket of `grain` and each value of `by`."""

    source: str
    window: Window
    grain: Grain = Grain.TOTAL
    by: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    filters: Filters = EVERYTHING

    def __post_init__(self) -> None:
        """Raise QuestionError where the source does not have what is asked for."""
        source = SOURCES.get(self.source)
        if source is None:
            raise QuestionError(f"There is no source called {self.source}. Sources: {', '.join(SOURCES)}.")
        for dimension in (*self.by, *self.filters.dimensions):
            if dimension not in source.groupable:
                has = ", ".join(source.groupable)
                msg = f"{source.name} cannot be grouped or filtered by {dimension}. It has {has}."
                raise QuestionError(msg)
        for metric in self.metrics:
            if metric not in source.metric_names:
                raise QuestionError(f"{source.name} has no metric {metric}.")
        if self.grain.width not in source.widths:
            raise QuestionError(f"{source.name} comes by day only, not by {self.grain}.")
        if self.width not in source.widths:
            raise QuestionError(f"{source.name} comes by UTC day only, not by days of {self.window.zone}.")

    @property
    def width(self) -> Width:
        """Return how long the stored buckets are that are added up."""
        return rows_width(self.grain, self.window)


def answer_schema(question: Question) -> pa.Schema:
    """Return the columns of the question's answer."""
    source = SOURCES[question.source]
    start = [] if question.grain is Grain.TOTAL else [pa.field("start", TIME)]
    money = source.is_money
    return pa.schema(
        [
            *start,
            *(pa.field(d, pa.string()) for d in question.by),
            *(pa.field(m, MONEY if money else pa.int64()) for m in question.metrics or source.metric_names),
        ]
    )
