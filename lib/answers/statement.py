"""The statement of a month: its days, its budgets with their variance, and how far an invoice is off."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import pandas as pd

from lib.analysis import ranking
from lib.answers import loading, the_bill
from lib.answers.budget_status import filters_of, label_of
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Ranking
from lib.answers.view import View
from lib.catalog.dimensions import CREDITS, UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING
from lib.periods.finality import DayState
from lib.periods.presets import Comparison, last_months, month_window
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.budgets import Budget
from lib.store.records.statement_checks import StatementCheck
from lib.wording import dates
from lib.wording.numbers import usd

SPEND = MEASURES["spend"]
MONTHS = 13
_LARGEST = Decimal(10) ** 12


def months(today: dt.date) -> list[str]:
    """Return the months that can be looked at, as `2026-10`: the last one first, this one at the end."""
    this, *past = last_months(today, MONTHS)
    return [*past, this]


def view_of(view: View, month: str) -> View:
    """Return the view of all that was billed in a month, beside the month before."""
    whole = month_window(month)
    window = Window(whole.first, min(whole.end, view.today + ONE_DAY))
    before = Comparison.PREVIOUS if window == whole else Comparison.MONTH
    return replace(view, window=window, comparison=before, filters=EVERYTHING, grain=None)


def numbers(reading: Reading) -> dict[str, str]:
    """Return what was billed, the credits in it, and the compared days, as text by what each is."""
    spend = reading.change(SPEND)
    credit = sum(the_bill.credits_given(reading.ranking(SPEND, "line_item"))["now"], Decimal(0))
    found = {"Billed": usd(spend.now, 2), "Of that, credits": usd(credit, 2)}
    if reading.compared:
        last = reading.compared.end - ONE_DAY
        found[dates.month_or_range(reading.compared.first, last)] = usd(spend.before, 2)
    return found


def open_days(reading: Reading) -> int:
    """Return how many days of the month can still change or are not known."""
    states = loading.load_states(reading.backend, COSTS, reading.view.window)
    return sum(state is not DayState.SETTLED for state in states.values())


@remembered
def variances(reading: Reading, budgets: tuple[Budget, ...]) -> pd.DataFrame:
    """Return `about`, `amount`, `billed` and `variance` (billed less the budget), in USD, for each budget."""
    rows = []
    for budget in budgets:
        parts = reading.parts([SPEND], filters=filters_of(budget.key))
        billed = sum((Decimal(v) for v in parts["costs.cost_usd"]), Decimal(0))
        rows.append((label_of(reading.labels, budget.key), budget.amount, billed, billed - budget.amount))
    return pd.DataFrame(rows, columns=["about", "amount", "billed", "variance"]).astype(object)


@dataclass(frozen=True)
class Standing:
    """What is kept about a month's statement: who `entered` its invoice's total, who last `looked` at it."""

    month: str
    entered: StatementCheck | None = None
    looked: StatementCheck | None = None

    @property
    def invoice(self) -> Decimal | None:
        """Return the total of the invoice, None where nobody has entered it."""
        return self.entered.invoice if self.entered else None


def standing(checks: Iterable[StatementCheck], month: str) -> Standing:
    """Return what `checks` (oldest first) say of a month: whoever repeats a total has not entered it."""
    entered = looked = None
    for check in checks:
        if check.month == month:
            looked = check
            if check.invoice is not None and (entered is None or check.invoice != entered.invoice):
                entered = check
    return Standing(month, entered, looked)


def standing_words(one: Standing, revisions: pd.DataFrame) -> list[str]:
    """Return who entered the total and who last looked when, and how much was revised since, in sentences."""
    said = []
    if one.entered and one.entered.invoice is not None:
        said.append(f"The invoice’s total of {usd(one.entered.invoice, 2)} was entered{_by(one.entered)}.")
    if one.looked is None or one.looked.written_at is None:
        return [*said, "Nobody has marked this statement as looked at yet."]
    since = sum(seen > one.looked.written_at for seen in revisions["seen_at"])
    revised = f"{since or 'No'} revision{'' if since == 1 else 's'} since then"
    return [*said, f"It was last looked at{_by(one.looked)}. {revised}."]


def _by(check: StatementCheck) -> str:
    when = f" on {dates.day(check.written_at)}" if check.written_at else ""
    return f"{when}{f' by {check.who}' if check.who else ''}"


def named_share(keys: Ranking) -> float | None:
    """Return which part of the bill, credits aside, it charges to a named key; None of nothing."""
    rows = [(i, v) for i, v in zip(keys.rows["api_key_id"], keys.rows["now"], strict=True) if v > 0]
    whole = sum((v for i, v in rows if i != CREDITS), Decimal(0))
    named = sum((v for i, v in rows if i not in {CREDITS, UNATTRIBUTED}), Decimal(0))
    return float(named / whole) if whole else None


def by_label(found: Ranking) -> pd.DataFrame:
    """Return `group` (label), `now`, `now_part` and `before` of a ranking by its own rows, largest first."""
    name = found.dimension.name
    rows = ranking.labelled(found.rows, name, found.labels, ("now",))
    return rows.rename(columns={name: "group"})[["group", "now", "now_part", "before"]]


def dollars(text: str) -> Decimal | None:
    """Return the amount that somebody typed, such as `$39,703.93`; None where it is none."""
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < _LARGEST else None
