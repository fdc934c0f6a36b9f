"""What could cost less, and what the next months would cost otherwise: estimates at list prices."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pandas as pd
import pyarrow as pa

from lib.analysis.forecasting.outlook import months_after
from lib.analysis.savings import rules, saving, simulation
from lib.analysis.savings.by_team import Used, by_team
from lib.analysis.savings.priced_traffic import BY, monthly, priced
from lib.analysis.savings.saving import Saving, SavingsInput
from lib.analysis.savings.simulation import Moves
from lib.analysis.vectors import sums, total
from lib.answers import loading
from lib.answers.caching import made
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Labels
from lib.answers.view import View
from lib.catalog.dimensions import TEAM, value_of
from lib.catalog.line_items import base_model
from lib.catalog.list_prices import unit_price
from lib.catalog.model_successors import SUCCESSORS
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.windows import Window

DAYS = 28
"""Whole weeks, so that every weekday counts alike."""
COMPLETIONS = SOURCES["completions"]
READ = (COMPLETIONS, COSTS)
KINDS = {rule.slug: rule.kind for rule in rules.RULES}
"""What each rule looks for, in words, by its slug."""
LEAST = saving.LEAST
"""USD a month below which a saving is not worth a person's time."""


@dataclass(frozen=True, eq=False)
class Savings:
    """The traffic and the bill of some final days, and what could be saved of them."""

    read: SavingsInput

    @cached_property
    def is_empty(self) -> bool:
        """Return whether there is neither traffic nor a bill."""
        return not (self.read.traffic.num_rows or self.read.bill.num_rows)

    @cached_property
    def found(self) -> list[Saving]:
        """Return what was found, largest first."""
        return rules.savings(self.read)

    def at_most(self, done: Collection[str] = ()) -> Decimal:
        """Return what could be saved a month in USD, counting only the largest saving of each key.

        The savings called `done` are left out.
        """
        return saving.at_most(one for one in self.found if one.name not in done)

    def likely(self, done: Collection[str] = ()) -> Decimal:
        """Return what is likely to be saved a month in USD, without the savings called `done`."""
        return saving.likely(one for one in self.found if one.name not in done)

    @cached_property
    def worth_a_month(self) -> Decimal:
        """Return what the traffic costs a month at list prices, in USD."""
        return monthly(total(self.read.traffic["worth"]), self.read.days)

    @cached_property
    def by_kind(self) -> pd.DataFrame:
        """Return `group` (kind) and `value` (USD a month): each kind on its own."""
        return saving.by_kind(self.found)

    @cached_property
    def by_kind_drawn(self) -> pd.DataFrame:
        """Return `by_kind` as a chart takes it."""
        return self.by_kind.assign(value=[float(value) for value in self.by_kind["value"]])


@dataclass(frozen=True, eq=False)
class Simulation:
    """The traffic of some final days, and what the next months would cost with other choices."""

    traffic: pa.Table
    days: int
    today: dt.date

    @cached_property
    def is_empty(self) -> bool:
        """Return whether there are no tokens with a list price."""
        return not self.traffic.num_rows

    @cached_property
    def models(self) -> list[str]:
        """Return the models of the traffic, the dearest first."""
        worth = sums(self.traffic, ("model",), ("worth",)).sort_by([("worth", "descending")])
        models: list[str] = worth["model"].to_pylist()
        return models

    @cached_property
    def targets(self) -> list[str]:
        """Return the models that traffic can be moved to."""
        return sorted({*self.models, *(s.successor for s in SUCCESSORS.values())})

    def successor(self, model: str) -> str:
        """Return the model that is proposed for the traffic of `model`."""
        others = [other for other in self.targets if other != model]
        return SUCCESSORS[model].successor if model in SUCCESSORS else others[0]

    @cached_property
    def cached_share(self) -> Decimal:
        """Return which part of the input is read from the cache now."""
        return simulation.cached_share(self.traffic)

    def months(self, moves: Moves, count: int) -> pd.DataFrame:
        """Return the next `count` months as they are and then, in USD (`simulation.months`)."""
        return made(self, _months, moves, count)


def _months(found: Simulation, moves: Moves, count: int) -> pd.DataFrame:
    starts = [month.first for month in months_after(found.today, count)]
    return simulation.months(found.traffic, found.days, unit_price, moves, starts)


def view_of(view: View, settle: dt.timedelta) -> View:
    """Return the view of the latest `DAYS` days that are final, under the same filters."""
    end = view.today - settle
    return replace(view, window=Window(end - dt.timedelta(days=DAYS), end), comparison=Comparison.NONE)


@remembered
def savings(reading: Reading) -> Savings:
    """Return what could be saved of a reading whose view is from `view_of`."""
    return Savings(_read(reading))


@remembered
def savings_by_team(reading: Reading, done: frozenset[str]) -> pd.DataFrame:
    """Return what each team could save at most, as `by_team` does, without the savings called `done`."""
    left = [one for one in savings(reading).found if one.name not in done]
    billed, tokens = (COSTS, ("cost_usd",)), (COMPLETIONS, ("input_tokens", "output_tokens"))
    return by_team(left, [_used(reading, source, metrics) for source, metrics in (billed, tokens)])


def _used(reading: Reading, source: Source, metrics: tuple[str, ...]) -> list[Used]:
    view, by = reading.view, (TEAM, "project_id", "api_key_id")
    question = Question(source.name, view.window, Grain.TOTAL, by, metrics, view.filters)
    rows = loading.load_table(reading.backend, question)
    amounts = [Decimal(sum(values)) for values in zip(*(rows[m].to_pylist() for m in metrics), strict=True)]
    ids = (rows[name].to_pylist() for name in by)
    return [Used(*row) for row in zip(*ids, amounts, strict=True)]


@remembered
def simulated(reading: Reading) -> Simulation:
    """Return what a simulation starts from, of a reading whose view is from `view_of`."""
    read = _read(reading)
    return Simulation(read.traffic, read.days, reading.view.today)


def narrowed(filters: Filters, models: Iterable[str], project: str, key: str, model: str) -> Filters:
    """Return `filters` narrowed to what a saving is about (ids, empty for all).

    `models` are those in the store: usage names the snapshots of a model, the bill the model itself.
    """
    spelt = [m for m in models if m != model and base_model(m) == model]
    for dimension, values in {"project_id": [project], "api_key_id": [key], "model": [model, *spelt]}.items():
        if values[0]:
            filters = filters.narrowed(dimension, *map(value_of, values))
    return filters


def named(frame: pd.DataFrame, projects: Labels, keys: Labels) -> pd.DataFrame:
    """Return `frame` with names in place of the ids of projects and keys."""
    return frame.assign(
        project_id=[projects.get(i, i) for i in frame["project_id"]],
        api_key_id=[keys.get(i, i) for i in frame["api_key_id"]],
    )


def _read(reading: Reading) -> SavingsInput:
    view = reading.view
    used = loading.load_table(
        reading.backend,
        Question(COMPLETIONS.name, view.window, Grain.DAY, BY, COMPLETIONS.metric_names, view.filters),
    )
    by = ("project_id", "api_key_id", "line_item")
    billed = loading.load_table(
        reading.backend, Question(COSTS.name, view.window, Grain.DAY, by, ("cost_usd",), view.filters)
    )
    return SavingsInput(priced(used, unit_price), billed, view.window.days, unit_price)
