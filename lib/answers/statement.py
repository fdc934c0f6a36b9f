"""The statement of a month: its days, its budgets with their variance, and how far an invoice is off."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pandas as pd

from lib.answers import loading
from lib.answers.budget_status import filters_of, label_of
from lib.answers.reading import Reading, remembered
from lib.answers.view import View
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING
from lib.periods.finality import DayState
from lib.periods.presets import Comparison, shifted
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.budgets import Budget

SPEND = MEASURES["spend"]
MONTHS = 13
_LARGEST = Decimal(10) ** 12


def months(today: dt.date) -> list[str]:
    """Return the months that can be looked at, as `2026-10`: the last one first, this one at the end."""
    this = today.replace(day=1)
    past = [shifted(this, -n) for n in range(1, MONTHS)]
    return [f"{month:%Y-%m}" for month in (*past, this)]


def view_of(view: View, month: str) -> View:
    """Return the view of all that was billed in a month, beside the month before."""
    first = dt.date.fromisoformat(f"{month}-01")
    window = Window(first, min(shifted(first, 1), view.today + ONE_DAY))
    whole = window.end == shifted(first, 1)
    before = Comparison.PREVIOUS if whole else Comparison.MONTH
    return replace(view, window=window, comparison=before, filters=EVERYTHING, grain=None)


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


def dollars(text: str) -> Decimal | None:
    """Return the amount that somebody typed, such as `$39,703.93`; None where it is none."""
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < _LARGEST else None
