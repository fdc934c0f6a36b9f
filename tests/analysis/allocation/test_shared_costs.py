from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.allocation.shared_costs import Charge, Pool, charges, split
from lib.analysis.exact import WIDE
from lib.store.team_declarations import Method

LAST = Decimal("1E-18")


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("10", ["1", "1"], ["5", "5"]),
        ("9", ["2", "1"], ["6", "3"]),
        ("-9", ["2", "1"], ["-6", "-3"]),
        ("1", ["1", "1", "1"], ["0.333333333333333334", "0.333333333333333333", "0.333333333333333333"]),
        ("1", ["1", "2"], ["0.333333333333333333", "0.666666666666666667"]),
        ("4", ["0", "0"], ["2", "2"]),
        ("4", ["0", "1"], ["0", "4"]),
        ("4", ["0.5"], ["4"]),
        ("0", ["1", "2"], ["0", "0"]),
        ("0.000000000000000001", ["1", "2"], ["0", "0.000000000000000001"]),
    ],
)
def test_an_amount_is_split_by_weights_to_the_last_decimal(
    amount: str, weights: list[str], parts: list[str]
) -> None:
    assert split(Decimal(amount), decimals(*weights)) == decimals(*parts)


@given(
    st.decimals(-(10**12), 10**12, places=18),
    st.lists(st.decimals(0, 10**9, places=6), min_size=1, max_size=8),
)
def test_parts_sum_to_the_amount_and_each_is_within_one_last_decimal_of_its_share(
    amount: Decimal, weights: list[Decimal]
) -> None:
    parts, whole = split(amount, weights), sum(weights)

    total = Decimal(0)
    for part in parts:
        total = WIDE.add(total, part)
    assert total == amount
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            fair = WIDE.divide(WIDE.multiply(amount, weight), whole)
            assert WIDE.compare(WIDE.abs(WIDE.subtract(part, fair)), LAST) != 1


def test_each_pool_is_split_by_its_own_method() -> None:
    direct = {"A": Decimal(30), "B": Decimal(10), "C": Decimal(-5)}
    pools = [
        Pool("Platform", Method.BY_SPEND, Decimal(8), ("A", "B", "C")),
        Pool("Tools", Method.EVENLY, Decimal(6), ("B", "C")),
        Pool("Credits", Method.BY_WEIGHTS, Decimal(-9), ("A", "C"), (Decimal(2), Decimal(1))),
    ]

    assert charges(pools, direct) == [
        Charge("Platform", "A", Decimal(6)),
        Charge("Platform", "B", Decimal(2)),
        Charge("Platform", "C", Decimal(0)),
        Charge("Tools", "B", Decimal(3)),
        Charge("Tools", "C", Decimal(3)),
        Charge("Credits", "A", Decimal(-6)),
        Charge("Credits", "C", Decimal(-3)),
    ]


def test_where_nobody_spends_anything_a_split_by_spend_is_even() -> None:
    pool = Pool("Platform", Method.BY_SPEND, Decimal(8), ("A", "B"))

    assert [charge.amount for charge in charges([pool], {})] == decimals("4", "4")
