"""How everything that can be asked by name is asked: a case for each, of any reading."""

import datetime as dt
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from typing import Any

import pyarrow as pa

import lib.answers
from lib.analysis.savings.simulation import Moves
from lib.answers import (
    allocated_spend,
    attribution,
    breaches,
    budget_months,
    budget_status,
    came_and_went,
    collected,
    cost_per_unit,
    exploring,
    forecasts,
    loading,
    month_report,
    month_standing,
    one_spender,
    period_change,
    provenance,
    reconciling,
    saving_effects,
    savings_found,
    spender_list,
    spending,
    statement,
    stored_data,
    team_costs,
    team_rules,
    team_views,
    the_bill,
    trends,
    week_rhythm,
)
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS, SOURCES
from lib.configuration.secrets_files import ROOT
from lib.engine import execution, kept_rows
from lib.engine.filters import EVERYTHING
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.budget_file import Declared
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision, DecisionState
from lib.store.records.quantities import Quantity
from lib.store.team_declarations import DeclaredTeams
from lib.store.team_file import read_teams
from lib.store.usage_store import Store
from lib.sync.plan import Need

Asks = Callable[[Reading], Any]

SPEND, TOKENS, REQUESTS, CACHED = (MEASURES[m] for m in ("spend", "tokens", "requests", "cached_share"))
WRITERS = SOURCES["completions"]
OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
TODAY = dt.date(2026, 11, 23)
TICKETS = tuple(Quantity("tickets", day, Decimal(7)) for day in Window(dt.date(2026, 11, 2), TODAY))
BUDGETS = (Budget("", "", Decimal(5000)), Budget("model", "gpt-6-sol", Decimal(900)))
DECIDED = Decision(
    "batches", DecisionState.DONE, "Use batches", "", "", "", Decimal(9), dt.date(2026, 11, 2), TODAY
)


def example() -> DeclaredTeams:
    """Return the teams of the example that is shipped."""
    found = read_teams(ROOT / ".streamlit" / "teams.example.toml", needed=True)
    assert found is not None
    return found


def of(reading: Reading, *by: str, source: str = "costs", grain: Grain = Grain.DAY) -> Question:
    """Return a question about a reading's days, under as many of its filters as the source knows."""
    filters = reading.view.filters.only(SOURCES[source].groupable)
    return Question(source, reading.view.window, grain, by, filters=filters)


def details(reading: Reading) -> Question:
    """Return the question for every row of what writes."""
    return of(reading, *WRITERS.dimensions, source=WRITERS.name)


def someone(reading: Reading) -> str:
    """Return a project that is in the store."""
    return min(
        filter(None, execution.known_values(reading.backend.store, COSTS, ["project_id"])["project_id"])
    )


def rows_of(reading: Reading) -> list[pa.Table]:
    """Return the rows of `loading.load_rows`, which come in no order, in one."""
    tables = loading.load_rows(
        reading.backend,
        [SPEND, TOKENS],
        reading.view.window,
        grain=Grain.DAY,
        by=("project_id", "model"),
        filters=reading.view.filters,
    )
    return [table.sort_by([(name, "ascending") for name in table.schema.names]) for table in tables]


def unsorted(reading: Reading) -> pa.Table:
    """Return the rows of `execution.unsorted_answer` in an order."""
    table = execution.unsorted_answer(reading.backend.store, of(reading, "token_class"))
    return table.sort_by([("start", "ascending"), ("token_class", "ascending")])


CASES: Mapping[str, Asks] = {
    # the engine's questions
    "execution.answer": lambda r: [
        execution.answer(r.backend.store, of(r, "line_item", "api_key_id", grain=Grain.WEEK)),
        execution.answer(r.backend.store, of(r, "model", "batch", source=WRITERS.name, grain=Grain.MONTH)),
    ],
    "execution.unsorted_answer": unsorted,
    "execution.page": lambda r: execution.page(r.backend.store, details(r), 5, 20),
    "execution.row_counts": lambda r: execution.row_counts(r.backend.store, details(r)),
    "execution.known_values": lambda r: [
        execution.known_values(r.backend.store, source, [*source.dimensions, *source.derived])
        for source in (COSTS, WRITERS)
    ],
    "execution.other_currencies": lambda r: execution.other_currencies(r.backend.store, r.view.window),
    "execution.amounts_by_currency": lambda r: execution.amounts_by_currency(r.backend.store, r.view.window),
    "execution.bill_lines": lambda r: execution.bill_lines(r.backend.store, r.view.window),
    "kept_rows.held_rows": lambda r: kept_rows.held_rows(r.backend.store, of(r)) is None,
    # what answers are made of
    "loading.load_parts": lambda r: loading.load_parts(
        r.backend, MEASURES.values(), r.view.window, grain=Grain.DAY, filters=r.view.filters
    ),
    "loading.load_rows": rows_of,
    "loading.known_of": lambda r: loading.known_of(r.backend, WRITERS.name, r.view.window),
    "loading.load_table": lambda r: loading.load_table(r.backend, of(r, "model", source="embeddings")),
    "loading.load_answers": lambda r: loading.load_answers(
        r.backend, [of(r, source="images"), of(r, source="embeddings")]
    ),
    "loading.load_page": lambda r: loading.load_page(r.backend, details(r), 0, 30),
    "loading.load_row_count": lambda r: loading.load_row_count(r.backend, details(r)),
    "loading.load_other_currencies": lambda r: loading.load_other_currencies(r.backend, r.view.window),
    "loading.load_revisions": lambda r: loading.load_revisions(r.backend, r.view.window),
    "loading.load_notes": lambda r: loading.load_notes(r.backend),
    "loading.load_quantities": lambda r: loading.load_quantities(r.backend),
    "loading.load_declared": lambda r: loading.load_declared(r.backend),
    "loading.load_forecast": lambda r: loading.load_forecast(r.backend, r.view.filters),
    "loading.load_labels": lambda r: loading.load_labels(r.backend).apart("project_id", [someone(r)]),
    "loading.load_values": lambda r: loading.load_values(r.backend),
    "loading.load_lacking": lambda r: loading.load_lacking(r.backend, [COSTS], r.view.window),
    "loading.load_unattributed": lambda r: loading.load_unattributed(r.backend, ["user_id"], r.view.window),
    "loading.load_watched": lambda r: loading.load_watched(r.backend, r.view.window, r.view.filters),
    "loading.load_states": lambda r: loading.load_states(r.backend, COSTS, r.view.window),
    "loading.load_coverage": lambda r: loading.load_coverage(r.backend, [COSTS], r.view.window, ["user_id"]),
    "loading.has_rows": lambda r: loading.has_rows(r.backend),
    "loading.offered": lambda r: loading.offered(r.backend, ["team", "organization", "model"]),
    "loading.last_refreshed": lambda r: loading.last_refreshed(
        r.backend, [Need("costs", Width.DAY, r.view.window)]
    ),
    "loading.versions": lambda r: loading.versions(r.backend, COSTS, [Width.DAY]),
    "loading.record_versions": lambda r: loading.record_versions(r.backend),
    # a reading
    "Reading.depends_on": lambda r: r.depends_on([COSTS], whole=True),
    "Reading.anew": lambda r: r.anew().coverage,
    "Reading.known_days": lambda r: r.known_days(r.view.window, "user_id"),
    "Reading.compared_by": lambda r: r.compared_by("user_id"),
    "Reading.grain": lambda r: r.grain(TOKENS),
    "Reading.applies": lambda r: r.applies(TOKENS, "line_item"),
    "Reading.parts": lambda r: r.parts([SPEND, TOKENS], by=("project_id", "model")),
    "Reading.split": lambda r: r.split(SPEND, ("line_item",), grain=Grain.DAY),
    "Reading.credited_items": lambda r: r.credited_items(SPEND, None),
    "Reading.change": lambda r: r.change(TOKENS),
    "Reading.values": lambda r: r.values(CACHED),
    "Reading.headlines": lambda r: r.headlines([SPEND, TOKENS, REQUESTS, CACHED]),
    "Reading.ranks": lambda r: r.ranks("model"),
    "Reading.ranking": lambda r: [r.ranking(SPEND, "token_class"), r.ranking(CACHED, "model")],
    "Reading.two_way": lambda r: r.two_way(SPEND, "project_id", "model"),
    "Reading.shares": lambda r: r.shares(TOKENS, "model"),
    "Reading.over_time": lambda r: [r.over_time(SPEND), r.over_time(TOKENS)],
    "Reading.by_group": lambda r: r.by_group(TOKENS, "model"),
    "Reading.grouped": lambda r: r.grouped(
        r.parts([TOKENS], by=("model",), grain=r.grain(TOKENS)), TOKENS, "model", 3
    ),
    "Reading.movers": lambda r: r.movers(SPEND, "project_id"),
    "Reading.narrowed": lambda r: r.narrowed("project_id", someone(r)).view,
    "Reading.widened": lambda r: r.widened("project_id").view,
    "Reading.leaves_out": lambda r: r.leaves_out("project_id", someone(r)),
    "Reading.totals": lambda r: r.totals([SPEND, TOKENS], ("project_id",)),
    "Reading.provisional": lambda r: r.provisional(SPEND),
    "Reading.unsettled": lambda r: r.unsettled([COSTS], Grain.DAY),
    "Reading.known_buckets": lambda r: r.known_buckets(r.over_time(SPEND), Grain.DAY, [COSTS]),
    "Reading.any_rows": lambda r: r.any_rows(SPEND, "model")(EVERYTHING),
    # what pages, exports and commands ask for
    "allocated_spend.allocated_spend": lambda r: [
        allocated_spend.allocated_spend(r, by) for by in (("user_id",), ("owner",))
    ],
    "allocated_spend.by_two": lambda r: allocated_spend.by_two(
        r, allocated_spend.allocated_spend(r, ("user_id", "model")), "model"
    ),
    "attribution.unattributed_days": lambda r: attribution.unattributed_days(
        r.backend.store, ["user_id"], r.view.window
    ),
    "breaches.check": lambda r: breaches.check(r.backend.store, r.backend.settings, Declared(BUDGETS), TODAY),
    "budget_months.standing": lambda r: budget_months.standing(r.backend, r.labels, OCTOBER, TODAY),
    "budget_months.look_at": lambda r: budget_months.look_at(r.backend, ("project_id", someone(r))),
    "budget_months.declarations": lambda r: budget_months.declarations(r.backend),
    "budget_months.history": lambda r: [
        budget_months.history(r, one)
        for one in budget_status.watched(
            BUDGETS[:1], r.labels, lambda key: budget_months.look_at(r.backend, key)
        )
    ],
    "budget_status.in_file": lambda r: budget_status.in_file(r.backend.store, r.backend.settings),
    "budget_status.declared": lambda r: budget_status.declared(r.backend.store, r.backend.settings),
    "came_and_went.days_of": lambda r: came_and_went.days_of(r, SPEND, "project_id", someone(r)),
    "came_and_went.stored_before": came_and_went.stored_before,
    "came_and_went.known_from": lambda r: came_and_went.known_from(r, "user_id"),
    "came_and_went.turnover_of": lambda r: came_and_went.turnover_of(r, SPEND, "api_key_id", OCTOBER),
    "collected.expiring": lambda r: collected.expiring(r.backend),
    "collected.expiring_words": lambda r: collected.expiring_words(r.backend),
    "collected.collecting_status": lambda r: collected.collecting_status(r.backend),
    "cost_per_unit.cost_by_team": lambda r: cost_per_unit.cost_by_team(r, Decimal(7)),
    "cost_per_unit.cost_per_unit": lambda r: cost_per_unit.cost_per_unit(r, "tickets", TICKETS),
    "exploring.explored": lambda r: exploring.explored(
        r, ("project_id", "model"), ("spend", "tokens"), "", 9
    ),
    "forecasts.forecast_of": lambda r: forecasts.forecast_of(
        r.backend.store, r.backend.settings.settle, TODAY, r.view.filters
    ),
    "month_report.month_report": lambda r: month_report.month_report(r.backend, r.view, "2026-11"),
    "month_standing.so_far": month_standing.so_far,
    "month_standing.end": lambda r: month_standing.end(r, r.view.filters),
    "month_standing.budgets": lambda r: month_standing.budgets(r.backend),
    "one_spender.known_ids": lambda r: one_spender.known_ids(r, ["model", "user_id"]),
    "one_spender.listed": lambda r: one_spender.listed(r, "project_id", {someone(r)}),
    "one_spender.spender": lambda r: one_spender.spender(r, "project_id", someone(r)),
    "period_change.period_change": lambda r: period_change.period_change(r, "model"),
    "provenance.origins": lambda r: provenance.origins(r.backend, [Need("costs", Width.DAY, r.view.window)]),
    "reconciling.reconciliation": reconciling.reconciliation,
    "saving_effects.followed": lambda r: saving_effects.followed(r, [DECIDED]),
    "savings_found.savings": savings_found.savings,
    "savings_found.savings_by_team": lambda r: savings_found.savings_by_team(r, frozenset()),
    "savings_found.simulated": lambda r: savings_found.simulated(r).months(Moves(batched=50, growth=2), 3),
    "spender_list.spender_list": lambda r: spender_list.spender_list(r, "api_key_id"),
    "spending.sources_of": lambda r: spending.sources_of(r, ["user_id"]),
    "spending.spent": lambda r: spending.spent(r, ("team", "model")),
    "spending.spent_before": lambda r: spending.spent_before(r, ("user_id",)),
    "spending.labels_of": lambda r: spending.labels_of(r, "project_id", [someone(r)]),
    "statement.numbers": statement.numbers,
    "statement.open_days": statement.open_days,
    "statement.variances": lambda r: statement.variances(r, BUDGETS),
    "stored_data.covered": stored_data.covered,
    "stored_data.doubts": stored_data.doubts,
    "stored_data.refused": stored_data.refused,
    "stored_data.revisions": stored_data.revisions,
    "stored_data.rows": lambda r: [
        (rows.page(1), rows.total, rows.everything())
        for rows in (stored_data.rows(r, SOURCES["images"], Grain.DAY),)
    ],
    "team_costs.shared_costs": team_costs.shared_costs,
    "team_costs.team_costs": team_costs.team_costs,
    "team_rules.declared": team_rules.declared,
    "team_rules.rules_matched": lambda r: team_rules.rules_matched(r, example()),
    "team_rules.competing": lambda r: team_rules.competing(r, example()),
    "team_rules.without_team": team_rules.without_team,
    "team_rules.moves": lambda r: team_rules.moves(r, example()),
    "team_views.team_view": lambda r: team_views.team_view(r.backend.store, frozenset({"Growth"})),
    "the_bill.effective_prices": the_bill.effective_prices,
    "the_bill.other_currencies": the_bill.other_currencies,
    "trends.of": lambda r: [trends.of(r, SPEND, "project_id"), trends.of(r, TOKENS)],
    "trends.of_members": lambda r: trends.of_members(r, {"Requests": REQUESTS}, REQUESTS, "What"),
    "trends.of_sources": lambda r: trends.of_sources(r, REQUESTS),
    "trends.by_source": lambda r: trends.by_source(r, REQUESTS),
    "week_rhythm.weekday_hours": lambda r: week_rhythm.weekday_hours(r, TOKENS),
}
"""By `module.function`, or `Reading.method`: what it is asked."""


def named() -> Iterator[str]:
    """Yield the name of everything that can be asked of a store, a backend or a reading."""
    modules = [import_module(f"lib.answers.{m.name}") for m in pkgutil.iter_modules(lib.answers.__path__)]
    for module in (*modules, execution):
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                about = next(iter(inspect.signature(function).parameters.values()), None)
                if about and about.annotation in (Reading, Backend, Store):
                    yield f"{module.__name__.rpartition('.')[2]}.{name}"
    for name, method in vars(Reading).items():
        if inspect.isfunction(method) and name[0] != "_":
            yield f"Reading.{name}"
    yield "kept_rows.held_rows"
