from decimal import Decimal

import pytest

from lib.demo.organization.bills import Charge


@pytest.mark.parametrize(
    ("percent", "billed"), [(10, 10), (99, 107), (100, 109), (101, 108), (110, 99)], ids=str
)
def test_a_line_bills_its_percent_and_the_other_line_what_that_leaves(percent: int, billed: int) -> None:
    charge = Charge("gpt-5, input", (0, 2), "tokens", lambda _: Decimal(1), percent=percent)

    assert charge.quantity([100, 7, 9]) == billed


def test_a_quantity_is_in_the_lines_own_unit() -> None:
    charge = Charge("gpt-image-2 image, output", (0,), "tokens", lambda _: Decimal(1), factor=1056)

    assert charge.quantity([3]) == 3168
