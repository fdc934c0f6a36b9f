"""Budget status: what budgets, limits and the balance are for, and how they stand, by the store alone."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from lib.analysis.forecasting import burn_rate
from lib.analysis.forecasting.burn_rate import BudgetStatus, Remaining, Status
from lib.analysis.forecasting.outlook import Outlook, days_read, month_of
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION
from lib.engine.filters import EVERYTHING, Filters
from lib.openai_admin.spend_limits import LimitKind, SpendLimit
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.budget_file import Balance, Declared, read_budgets, resolved
from lib.store.records.budgets import Budget, in_force
from lib.store.usage_store import Store
from lib.wording import budget_words
from lib.wording.dates import day
from lib.wording.labels import Labels
from lib.wording.numbers import usd

Key = tuple[str, str]
"""What a budget is for: a dimension and an id, both empty for the whole organization."""
WHOLE: Key = ("", "")
SOON = dt.timedelta(days=30)
"""A balance that is gone within so many days wants somebody to act."""

_BALANCE = {
    Status.OVER: "Used up",
    Status.COMING: "Gone soon",
    Status.TIGHT: "Tight",
    Status.HOLDS: "Lasts",
    Status.UNKNOWN: "No forecast",
}


@dataclass(frozen=True)
class Watched:
    """An amount a month that is watched: what it is for in words, who says so, and how it stands."""

    key: Key
    label: str
    origin: str
    budget_status: BudgetStatus
    look: Outlook


@dataclass(frozen=True)
class Course:
    """A running total of the month beside an even burn rate; what is `left` counts down to nothing."""

    rows: pd.DataFrame
    even: pd.DataFrame
    title: str
    limit: tuple[str, float]


def table(watched: Iterable[Watched]) -> pd.DataFrame:
    """Return a row for each amount that is watched (`lib.analysis.forecasting.burn_rate.table`), in words."""
    return budget_words.in_words(burn_rate.table([(w.label, w.origin, w.budget_status) for w in watched]))


def course(one: Watched, *, left: bool) -> Course:
    """Return the running total of an amount that is watched, or with `left` what remains of it."""
    amount, month = one.budget_status.amount, one.budget_status.month
    rows, even = burn_rate.course(one.look, month), burn_rate.even(amount, month)
    if not left:
        return Course(rows, even, "Running total", (f"Budget {usd(amount, 0)}", float(amount)))
    rows, even = (burn_rate.left(frame, amount) for frame in (rows, even))
    return Course(rows, even, "Left of the budget", ("Nothing left", 0.0))


def spend_course(look: Outlook) -> pd.DataFrame:
    """Return this month's running total where no budget is set."""
    return burn_rate.course(look, month_of(look.known.today))


def in_file(store: Store, settings: Settings) -> Declared:
    """Return the budgets of the file, by id, the balance, and what is wrong in the file."""
    found = read_budgets(settings.budgets, needed=settings.budgets_file is not None)
    budgets, ambiguous = resolved(found.budgets, store.real_names(), store.teams.names if store.teams else ())
    if not store.is_whole:
        # A name that is spelt wrong there, and the balance, are about the whole organization, or all of them.
        return Declared(store.own_budgets(budgets))
    return replace(found, budgets=budgets, problems=(*found.problems, *ambiguous))


def declared(store: Store, settings: Settings) -> Declared:
    """Return the budgets that hold now, by id, the balance, and what is wrong in the file."""
    found = in_file(store, settings)
    return replace(found, budgets=in_force(found.budgets, store.budgets()))


def filters_of(key: Key) -> Filters:
    """Return the filters that narrow the bill to what a budget is for."""
    dimension, about = key
    return EVERYTHING.narrowed(dimension, about) if dimension else EVERYTHING


def watched(
    budgets: Iterable[Budget], labels: Labels, look: Callable[[Key], Outlook], month: Window | None = None
) -> list[Watched]:
    """Return how each of `budgets` stands in `month`, or without one in this month."""
    return [_watched(budget, labels, origin_words(budget), look, month) for budget in budgets]


def watched_limits(
    limits: Iterable[SpendLimit], labels: Labels, look: Callable[[Key], Outlook]
) -> list[Watched]:
    """Return how each of OpenAI's limits and alerts stands this month."""
    return [_watched(_budget_of(one), labels, limit_words(one), look) for one in limits]


def _budget_of(limit: SpendLimit) -> Budget:
    """Return a limit as a budget for the same: a project, one of several organizations, or the whole."""
    if limit.organization:
        return Budget(ORGANIZATION, limit.organization, limit.amount)
    return Budget("project_id" if limit.project_id else "", limit.project_id, limit.amount)


def _watched(
    budget: Budget,
    labels: Labels,
    origin: str,
    look: Callable[[Key], Outlook],
    month: Window | None = None,
) -> Watched:
    found = look(budget.key)
    status = burn_rate.budget_status(budget.amount, found, month or month_of(found.known.today))
    return Watched(budget.key, label_of(labels, budget.key), origin, status, found)


def label_of(labels: Labels, key: Key) -> str:
    """Return what a budget is for in words: `Search (project)`."""
    dimension, about = key
    if not dimension:
        return labels.whole
    return f"{labels.of(dimension, about)} ({DIMENSIONS[dimension].in_words})"


def origin_words(budget: Budget) -> str:
    """Return who says what a budget is: its file, or somebody in the app."""
    return f"{budget.who}, {budget.written_at:%-d %b %Y}" if budget.written_at else "Budget file"


def limit_words(limit: SpendLimit) -> str:
    """Return what OpenAI does at an amount."""
    if limit.kind is LimitKind.ALERT:
        return "OpenAI alert"
    if limit.enforced is None:
        return "OpenAI limit"
    return "OpenAI limit, enforced" if limit.enforced else "OpenAI limit, not enforced"


def remaining(balance: Balance, look: Outlook) -> Remaining | None:
    """Return what is left of the balance; None where its day is not among those that are read."""
    today = look.known.today
    if not days_read(today).first <= balance.day <= today:
        return None
    return burn_rate.remaining(balance, look)


def too_old(balance: Balance, today: dt.date) -> str:
    """Return why a balance of such a day cannot be followed up."""
    first = days_read(today).first
    return (
        f"The balance of {day(balance.day)} cannot be followed, because the bill is read from "
        f"{day(first)} to today only. Declare a balance of one of these days."
    )


def balance_status(left: Remaining, today: dt.date) -> Status:
    """Return how a balance stands: used up, gone within `SOON`, maybe so, or neither."""
    soon = today + SOON
    if left.left < Decimal(0):
        return Status.OVER
    if left.course["state"].iloc[-1] != "forecast":
        return Status.UNKNOWN
    if left.gone and left.gone <= soon:
        return Status.COMING
    return Status.TIGHT if left.earliest and left.earliest <= soon else Status.HOLDS


def balance_words(left: Remaining, status: Status) -> str:
    """Return what is left of a balance and for how long, in words with numbers."""
    if status is Status.OVER:
        more = usd(-left.left, 2)
        return f"{_BALANCE[status]}. {more} more was billed than the {usd(left.paid, 2)} paid in."
    said = f"{_BALANCE[status]}. {usd(left.left, 2)} of the prepaid {usd(left.paid, 2)} is left"
    if status is Status.UNKNOWN:
        return f"{said}. There are too few days to forecast when it is gone."
    gone = f"on {day(left.gone)}" if left.gone else f"after {day(left.course['day'].iloc[-1])}"
    said += f". It is gone {gone}, as forecast"
    if left.earliest and left.latest:
        return f"{said}: in 8 of 10 cases from {day(left.earliest)} to {day(left.latest)}."
    return f"{said}: in 8 of 10 cases not before {day(left.earliest)}." if left.earliest else f"{said}."


def status_words(one: Watched) -> str:
    """Return how a budget stands, in words with numbers."""
    s = one.budget_status
    if s.month.end <= one.look.known.today:
        over = f". The bill passed the amount on {day(s.runs_out)}" if s.runs_out else ""
        said = f"{one.label}: {usd(s.billed, 2)} of {usd(s.amount, 2)} billed in {s.month.first:%B %Y}"
        return f"{'Exceeded' if s.billed > s.amount else 'Held'}. {said}{over}."
    amounts = f"{usd(s.billed, 2)} of {usd(s.amount, 2)} billed so far"
    said = f"{budget_words.WORDS[s.status]}. {one.label}: {amounts}"
    if s.ends:
        said += f"; the month ends at {usd(s.ends.forecast, 2)}, as forecast"
    if s.runs_out:
        who = "The bill" if s.status is Status.OVER else "The forecast"
        said += f". {who} passes the amount on {day(s.runs_out)}"
    return f"{said}."
