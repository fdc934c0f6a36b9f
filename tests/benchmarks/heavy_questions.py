"""The questions of the pages that take the engine longest, over 90 days of a large organization.

They were found by timing every question of every page; what else is asked takes less than the least of these.
"""

import datetime as dt
from dataclasses import dataclass

from lib.catalog.sources import SOURCES
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.windows import ONE_DAY, Window

_PERIOD, _BASELINE, _SAVINGS, _YEAR = 90, 146, 28, 365


@dataclass(frozen=True)
class Heavy:
    """A question by its name, and how many rows of its answer are wanted: None for all, in any order."""

    name: str
    question: Question
    wanted: int | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return what is summed."""
        return self.question.metrics or SOURCES[self.question.source].metric_names

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what it is summed by."""
        return ("start", *self.question.by)


def heaviest(today: dt.date) -> list[Heavy]:
    """Return the five heaviest questions of pages that end with `today`, and the one about most days."""
    tokens = ("input_tokens", "output_tokens", "num_model_requests", "input_cached_tokens")
    who = ("project_id", "api_key_id", "model")

    def last(days: int) -> Window:
        return Window(today + ONE_DAY - dt.timedelta(days), today + ONE_DAY)

    return [
        Heavy("Anomalies, usage", Question("completions", last(_BASELINE), Grain.DAY, who, tokens)),
        Heavy("Anomalies, bill", Question("costs", last(_BASELINE), Grain.DAY, who, ("cost_usd",))),
        Heavy(
            "Data, the first rows",
            Question("completions", last(_PERIOD), Grain.DAY, SOURCES["completions"].dimensions),
            wanted=200,
        ),
        Heavy(
            "Reconciliation, bill", Question("costs", last(_PERIOD), Grain.DAY, ("project_id", "line_item"))
        ),
        Heavy(
            "Savings, usage",
            Question("completions", last(_SAVINGS), Grain.DAY, (*who, "batch", "service_tier")),
        ),
        Heavy("Forecast, a year", Question("costs", last(_YEAR), Grain.DAY, (), ("cost_usd",))),
    ]
