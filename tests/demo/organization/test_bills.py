import datetime as dt
from decimal import Decimal

import pytest

from lib.demo.organization.bills import Charge, unexplained


@pytest.mark.parametrize(
    ("percent", "billed"), [(10, 10), (99, 107), (100, 109), (101, 108), (110, 99)], ids=str
)
def test_a_line_bills_its_percent_and_the_other_line_what_that_leaves(percent: int, billed: int) -> None:
    charge = Charge("gpt-5, input", (0, 2), "tokens", lambda _: Decimal(1), percent=percent)

    assert charge.quantity([100, 7, 9]) == billed


@pytest.mark.parametrize(
    ("day", "items"),
    [
        (dt.date(2026, 10, 1), {"Promotional credit": ("-600", None)}),
        (dt.date(2026, 10, 12), {"gpt-4o-2024-08-06 fine-tuning, training": ("202.5", 8_100_000)}),
        (dt.date(2026, 10, 2), {}),
        (dt.date(2026, 10, 13), {}),
    ],
)
def test_credits_come_on_the_first_and_training_on_the_twelfth(
    day: dt.date, items: dict[str, tuple[str, int | None]]
) -> None:
    rows = {row["line_item"]: (row["amount"], row["quantity"]) for row in unexplained(day)}

    assert {name: each for name, each in rows.items() if not name.startswith("evals")} == {
        name: (Decimal(amount), quantity) for name, (amount, quantity) in items.items()
    }
    assert {name for name in rows if name.startswith("evals")} == {
        f"evals | gpt-4o-mini-2024-07-18, {direction}" for direction in ("input", "output")
    }


def test_a_quantity_is_in_the_lines_own_unit() -> None:
    charge = Charge("gpt-image-2 image, output", (0,), "tokens", lambda _: Decimal(1), factor=1056)

    assert charge.quantity([3]) == 3168


@pytest.mark.parametrize(
    ("day", "read", "written", "amount"),
    [(2, 492_318, 54_702, "0.1066689"), (12, 571_508, 63_500, "0.1238262")],
)
def test_evaluations_are_billed_each_day_by_tokens_of_their_own(
    day: int, read: int, written: int, amount: str
) -> None:
    rows = [r for r in unexplained(dt.date(2026, 11, day)) if r["line_item"].startswith("evals")]

    assert [row["quantity"] for row in rows] == [read, written]
    assert sum(row["amount"] for row in rows) == Decimal(amount)
