"""Budgets month by month: which held in a month, what was billed against them, and who changed them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.forecasting.outlook import MONTHS, Outlook
from lib.answers import loading
from lib.answers.budget_status import Key, Watched, filters_of, in_file, origin_words, watched
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.periods.presets import last_months, month_window
from lib.periods.windows import Window, midnight
from lib.store.records.budgets import Budget, in_force
from lib.wording.labels import Labels


def months(today: dt.date) -> list[str]:
    """Return the months that can be opened, as `2026-10`, this one first."""
    return last_months(today, MONTHS + 1)


def opened_first(today: dt.date) -> str:
    """Return the month that is opened by itself: this one, or on its first day the last."""
    return months(today)[1 if today.day == 1 else 0]


def standing(backend: Backend, labels: Labels, month: Window, today: dt.date) -> list[Watched]:
    """Return how the budgets that held in `month`, this one or an earlier one, stand in it."""
    held = declarations(backend).held_in(month, today)
    return watched(held, labels, partial(look_at, backend), month)


def look_at(backend: Backend, key: Key) -> Outlook:
    """Return what the bill of whatever a budget is for comes to."""
    return loading.load_forecast(backend, filters_of(key)).outlook


@dataclass(frozen=True)
class Declarations:
    """Every budget that was ever declared: those of the file, the changes in the app, and those of now."""

    in_file: tuple[Budget, ...]
    changes: tuple[Budget, ...]
    now: tuple[Budget, ...]

    def held_in(self, month: Window, today: dt.date) -> tuple[Budget, ...]:
        """Return the budgets that hold in this month, or held in an earlier one (see `held_in`)."""
        return self.now if today in month else held_in(month, self.in_file, self.changes, self.now)


def declarations(backend: Backend) -> Declarations:
    """Return every budget that was ever declared, as far as it may be seen."""
    file, changes = in_file(backend.store, backend.settings).budgets, backend.store.budgets()
    return Declarations(file, changes, in_force(file, changes))


def held_in(
    month: Window, in_file: Iterable[Budget], changes: Sequence[Budget], now: Iterable[Budget]
) -> tuple[Budget, ...]:
    """Return the budgets that held at the end of `month`, and of what had none then, those of `now`.

    `changes` are those in the app, oldest first. The file's budgets have no history: they count as they are.
    """
    earlier = [b for b in changes if b.written_at and b.written_at < midnight(month.end)]
    then = in_force(in_file, earlier)
    known = {budget.key for budget in then}
    return in_force([*then, *(b for b in now if b.key not in known)], ())


@exactly()
def variances(found: Iterable[Watched]) -> pd.DataFrame:
    """Return a row for each budget in its month, in words, the worst first.

    `variance` is billed less the budget, in USD, and `part` that over the budget.
    """
    rows = []
    for one in found:
        s = one.budget_status
        over = s.billed - s.amount
        rows.append((over, s.billed, s.amount, float(over / s.amount), one.label, one.origin))
    rows.sort(key=lambda row: -row[3])
    columns = ["variance", "billed", "amount", "part", "about", "origin"]
    return pd.DataFrame(rows, columns=columns).astype(object)


@exactly()
def history(reading: Reading, one: Watched) -> pd.DataFrame:
    """Return the months that were billed, the latest first: `month` (first day), `billed`, `amount`.

    `variance` and `part` are as in `variances`, `days` says how many of the month's days are known, and
    `origin` who set the budget. Months of which no day is known are left out.
    """
    key, look, rows = one.key, one.look, []
    today, declared = look.known.today, declarations(reading.backend)
    for month in map(month_window, months(today)):
        budget = next((b for b in declared.held_in(month, today) if b.key == key), None)
        coverage = reading.known_days(month, *filters_of(key).dimensions)
        if budget is None or not coverage.known:
            continue
        billed = sum((look.known.of(day) for day in coverage.known), Decimal(0))
        over = billed - budget.amount
        known = f"{len(coverage.known)} of {month.days}"
        rows.append(
            (
                month.first,
                billed,
                budget.amount,
                over,
                float(over / budget.amount),
                known,
                origin_words(budget),
            )
        )
    columns = ["month", "billed", "amount", "variance", "part", "days", "origin"]
    return pd.DataFrame(rows, columns=columns).astype(object)
