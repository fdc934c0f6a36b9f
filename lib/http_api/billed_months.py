"""Bills: how budgets stand, where months end as forecast, and the statement of a month."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from lib.analysis.forecasting.outlook import Sum, month_before, month_of, months_after
from lib.answers import budget_months, budget_status, forecasts, loading, statement, the_bill
from lib.answers.budget_status import Watched
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column, Kind, table_of
from lib.http_api.parameters import NAMES
from lib.http_api.problems import WrongParameter
from lib.periods.presets import Comparison, month_window
from lib.periods.windows import ONE_DAY, Window

_BANDS = tuple(
    Column(name, Kind.ESTIMATE, f"Where the {which} band {side}, in USD; empty without one", True)
    for name, which, side in (
        ("low80", "80 %", "begins"),
        ("high80", "80 %", "ends"),
        ("low95", "95 %", "begins"),
        ("high95", "95 %", "ends"),
    )
)
BUDGETS = (
    Column("about", Kind.TEXT, "What the budget is for"),
    Column("dimension", Kind.TEXT, "The dimension of what it is for; empty for the whole", True),
    Column("id", Kind.TEXT, "The id of what it is for; empty for the whole", True),
    Column("set_by", Kind.TEXT, "The budget file, who set it in the app, or a limit or alert at OpenAI"),
    Column("amount", Kind.AMOUNT, "USD of the month"),
    Column("billed", Kind.AMOUNT, "USD so far"),
    Column("used", Kind.SHARE, "Which part of the amount is billed"),
    Column("forecast", Kind.AMOUNT, "USD at the month's end; empty without a forecast", True),
    *_BANDS,
    Column("passed_on", Kind.DAY, "The day with which the amount is passed, as billed or forecast", True),
    Column("status", Kind.TEXT, "over, coming (as forecast), tight, holds, or unknown"),
)
FORECAST = (
    Column("month", Kind.TEXT, "Such as 2026-10: the last one, this one, and three to come"),
    Column("billed", Kind.AMOUNT, "USD so far"),
    Column("forecast", Kind.AMOUNT, "USD of the whole month"),
    *_BANDS,
)
STATEMENT = (
    Column("part", Kind.TEXT, "total, credits, project, line_item, budget or invoice"),
    Column("id", Kind.TEXT, "The id of the project, line item or budget", True),
    Column("name", Kind.TEXT, "Its name", True),
    Column("billed", Kind.AMOUNT, "USD of the month, credits included"),
    Column("before", Kind.AMOUNT, "USD of the days compared with; empty where not all are known", True),
    Column("amount", Kind.AMOUNT, "USD of the budget, or of the invoice as somebody entered it", True),
    Column("variance", Kind.AMOUNT, "What is billed less that amount", True),
)
_BY = ("project_id", "line_item")


def budgets(asked: Asked) -> Answer:
    """Return how each budget of a month stands, and in this month OpenAI's own limits and alerts."""
    month, backend, today = _month(asked), asked.backend, asked.view.today
    labels = loading.load_labels(backend)
    found = budget_months.standing(backend, labels, month, today)
    notes: list[str] = []
    if today in month:
        look = partial(budget_months.look_at, backend)
        found += budget_status.watched_limits(backend.store.limits().limits, labels, look)
        declared = loading.load_declared(backend)
        notes += declared.problems
        if declared.balance:
            left = budget_status.remaining(declared.balance, look(budget_status.WHOLE))
            notes.append(
                budget_status.too_old(declared.balance, today)
                if left is None
                else budget_status.balance_words(left, budget_status.balance_status(left, today))
            )
    reading = _reading(backend, asked, _begun(month, today))
    return Answer(table_of(BUDGETS, map(_budget, found)), reading.coverage, notes=tuple(notes))


def _budget(one: Watched) -> tuple[Any, ...]:
    dimension, about = one.key
    status = one.budget_status
    return (
        one.label,
        NAMES[dimension] if dimension else None,
        about or None,
        one.origin,
        status.amount,
        status.billed,
        status.used,
        status.ends.forecast if status.ends else None,
        *_sides(status.ends),
        status.runs_out,
        status.status.value,
    )


def forecast(asked: Asked) -> Answer:
    """Return what the last month, this one and the next three cost, as forecast within the filters."""
    asked.check_filters("The forecast", COSTS.groupable)
    view = forecasts.view_of(asked.view)
    found = loading.load_forecast(asked.backend, view.filters)
    reading = Reading(asked.backend, view, (COSTS,))
    if not (found.has_spend and found.is_enough):
        note = (
            f"A forecast needs a bill and the final days of {forecasts.FEWEST_DAYS} in a row; there are "
            f"{found.final_days}."
        )
        return Answer(table_of(FORECAST, ()), reading.coverage, notes=(note,))
    months = [month_before(view.today), month_of(view.today), *months_after(view.today, 3)]
    rows = [(f"{m.first:%Y-%m}", s.billed, s.forecast, *_sides(s)) for m in months if (s := _sum(found, m))]
    return Answer(table_of(FORECAST, rows), reading.coverage)


def _sum(found: forecasts.Forecast, month: Window) -> Sum | None:
    """Return the sum of a month; None of one that is not forecast to its end."""
    return found.outlook.sum(month) if month.end - ONE_DAY <= found.outlook.reaches else None


def month_statement(asked: Asked) -> Answer:
    """Return a month as it was billed: in all, credits, by project and line item, against budgets."""
    month = _month(asked)
    view = statement.view_of(asked.view, f"{month.first:%Y-%m}")
    reading = Reading(asked.backend, view, (COSTS,))
    spend = reading.change(statement.SPEND)
    before = spend.before if reading.compared else None
    credited = the_bill.credits_given(reading.ranking(statement.SPEND, "line_item"))
    rows: list[tuple[Any, ...]] = [
        ("total", None, None, spend.now, before, None, None),
        ("credits", None, None, sum(credited["now"], Decimal(0)), None, None, None),
    ]
    for dimension in _BY:
        rows += _told(reading, dimension)
    held = budget_months.declarations(asked.backend).held_in(month, asked.view.today)
    for budget, row in zip(held, statement.variances(reading, held).to_dict("records"), strict=True):
        numbers = (row["billed"], None, row["amount"], row["variance"])
        rows.append(("budget", budget.about or None, row["about"], *numbers))
    invoice = statement.standing(asked.backend.store.statement_checks(), f"{month.first:%Y-%m}").invoice
    if invoice is not None:
        rows.append(("invoice", None, None, spend.now, None, invoice, Decimal(spend.now) - invoice))
    return Answer(table_of(STATEMENT, rows), reading.coverage, reading.compared)


def _told(reading: Reading, dimension: str) -> Iterable[tuple[Any, ...]]:
    found = reading.ranking(statement.SPEND, dimension)
    for row in found.rows.to_dict("records"):
        name = found.labels.get(row[dimension])
        before = row["before"] if found.compared_with else None
        yield NAMES[dimension], row[dimension], name, row["now"], before, None, None


def _sides(found: Sum | None) -> Sequence[float | None]:
    sides = [side for band in found.bands for side in (band.low, band.high)] if found else []
    return sides or [None] * len(_BANDS)


def _month(asked: Asked) -> Window:
    """Return the month that is asked for; raise the WrongParameter of one that cannot be looked at."""
    months = budget_months.months(asked.view.today)
    named = asked.one("month") or months[0]
    if named not in months:
        raise WrongParameter("month", "cannot be looked at.", months)
    return month_window(named)


def _begun(month: Window, today: dt.date) -> Window:
    return Window(month.first, min(month.end, today + ONE_DAY))


def _reading(backend: Backend, asked: Asked, window: Window) -> Reading:
    view = replace(asked.view, window=window, comparison=Comparison.NONE, filters=EVERYTHING)
    return Reading(backend, view, (COSTS,))
