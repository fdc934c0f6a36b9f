"""Kinds of answers: each with its path, its parameters, its columns and what finds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS, SOURCES
from lib.http_api import billed_months, judgements, known_days, sums
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column
from lib.http_api.parameters import (
    COMPARED,
    FILTERS,
    FORMAT,
    GRAIN,
    LIMIT,
    MEASURE,
    MONTH,
    ORGANIZATIONS,
    PERIOD,
    ROW_GRAIN,
    ZONE,
    Parameter,
    by,
    filters_on,
)
from lib.periods.widths import Width


@dataclass(frozen=True)
class AnswerKind:
    """An answer that can be asked for under `path`; `own` are its parameters beside the format.

    `columns` are those that its rows have always; `is_grouped` ones have those of what is grouped by before.
    """

    path: str
    about: str
    own: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    find: Callable[[Asked], Answer]
    is_grouped: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return every parameter that it takes."""
        return (*self.own, FORMAT)


_MEASURED = (MEASURE, *PERIOD, ZONE, *FILTERS)
KINDS: Mapping[str, AnswerKind] = {
    kind.path: kind
    for kind in (
        AnswerKind(
            "totals",
            "Measures over the whole period, each with its change.",
            (replace(MEASURE, most=len(MEASURES)), *PERIOD, ZONE, *COMPARED, *FILTERS),
            sums.TOTALS,
            sums.totals,
        ),
        AnswerKind(
            "series",
            "A measure over time, whole or by one dimension. Buckets of which no day is known are left out.",
            (*_MEASURED, by(1), GRAIN),
            (sums.START, *sums.SERIES),
            sums.over_time,
            is_grouped=True,
        ),
        AnswerKind(
            "ranking",
            "A measure by one or two dimensions, the largest first, with its change. Credits are a group.",
            (*_MEASURED, *COMPARED, by(2, is_required=True), LIMIT),
            sums.VALUES,
            sums.ranking,
            is_grouped=True,
        ),
        AnswerKind(
            "budgets",
            "How budgets, and limits and alerts at OpenAI, stand in a month.",
            (MONTH, ORGANIZATIONS),
            billed_months.BUDGETS,
            billed_months.budgets,
        ),
        AnswerKind(
            "forecast",
            "What months cost, as forecast from the days whose bill is final.",
            filters_on(COSTS.groupable),
            billed_months.FORECAST,
            billed_months.forecast,
        ),
        AnswerKind(
            "statement",
            "A month as it was billed: in all, credits, by project and line item, against budgets.",
            (MONTH, ORGANIZATIONS),
            billed_months.STATEMENT,
            billed_months.month_statement,
        ),
        AnswerKind(
            "anomalies",
            "Which days were unusual, by how many dollars, and who made them so.",
            (*PERIOD, *filters_on(judgements.FILTERS)),
            judgements.ANOMALIES,
            judgements.anomalies,
        ),
        AnswerKind(
            "savings",
            "What could cost less, found in the latest four weeks whose bill is final; an estimate.",
            filters_on(judgements.FILTERS),
            judgements.SAVINGS,
            judgements.savings,
        ),
        AnswerKind(
            "coverage",
            "Which days of each source are stored and final.",
            (*PERIOD, ORGANIZATIONS),
            known_days.COVERAGE,
            known_days.coverage,
        ),
        AnswerKind(
            "provenance",
            "Where numbers come from: what was asked of OpenAI, when, and what it refused.",
            (*PERIOD, ORGANIZATIONS),
            known_days.PROVENANCE,
            known_days.origins,
        ),
        *(
            AnswerKind(
                f"rows/{source.name}",
                f"The stored sums of {source.label.lower()}, by time and dimensions.",
                (
                    *PERIOD,
                    *((ZONE,) if Width.HOUR in source.widths else ()),
                    *filters_on(source.groupable),
                    ROW_GRAIN,
                    by(len(source.groupable), source.groupable),
                ),
                sums.metrics_of(source),
                sums.rows_of(source),
                is_grouped=True,
            )
            for source in SOURCES.values()
        ),
    )
}
"""Every answer, by its path."""
