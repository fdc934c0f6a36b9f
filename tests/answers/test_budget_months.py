"""Budgets month by month: which held in a month, and what was billed against them."""

import datetime as dt
from decimal import Decimal

import pytest

from lib.answers import budget_months
from lib.periods.presets import month_window
from lib.periods.windows import Window
from lib.store.records.budgets import Budget
from tests.answers.test_budget_status import watched

OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
FILE = Budget("", "", Decimal(60))


def changed(amount: int, month: int, day: int, *, removed: bool = False) -> Budget:
    return Budget("", "", Decimal(amount), "Ada", dt.datetime(2026, month, day, tzinfo=dt.UTC), removed)


def held(in_file: list[Budget], *changes: Budget, now: Budget = FILE) -> list[Decimal]:
    return [b.amount for b in budget_months.held_in(OCTOBER, in_file, changes, [now])]


def test_the_budget_that_held_at_the_end_of_the_month_counts() -> None:
    assert held([FILE], changed(70, 10, 31), changed(80, 11, 1)) == [70]
    assert held([FILE], changed(70, 10, 2), changed(70, 10, 9, removed=True)) == [60]
    assert held([FILE], changed(80, 11, 1)) == [60]


def test_where_there_was_none_that_of_today_counts() -> None:
    assert held([], changed(80, 11, 1), now=changed(80, 11, 1)) == [80]


@pytest.mark.parametrize(("day", "month"), [(1, "2026-10"), (2, "2026-11"), (30, "2026-11")])
def test_on_the_first_of_a_month_the_last_one_is_opened(day: int, month: str) -> None:
    assert budget_months.opened_first(dt.date(2026, 11, day)) == month


def test_this_month_and_the_twelve_before_can_be_opened() -> None:
    months = budget_months.months(dt.date(2026, 11, 30))

    assert (months[0], months[1], months[-1], len(months)) == ("2026-11", "2026-10", "2025-11", 13)
    assert month_window("2026-10") == OCTOBER


def test_variances_come_by_the_part_of_the_budget_the_worst_first() -> None:
    rows = budget_months.variances([watched("100"), watched("40")])

    assert rows[["variance", "billed", "amount", "part"]].to_numpy().tolist() == [
        [6, 46, 40, 0.15],
        [-54, 46, 100, -0.54],
    ]
