from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.comparison import Change, movers
from tests.analysis.samples import frame

TOTALS = st.dictionaries(st.sampled_from("abcdef"), st.decimals(-1_000_000, 1_000_000, places=18))


def spend(**dollars: str | None) -> pd.DataFrame:
    return frame(["model", "spend"], *((k, v if v is None else Decimal(v)) for k, v in dollars.items()))


@pytest.mark.parametrize(
    ("now", "before", "difference", "share"),
    [
        (Decimal("1.1"), Decimal("1.0"), Decimal("0.1"), 0.1),
        (5, 10, -5, -0.5),
        (5, 0, 5, None),
        (0, 5, -5, -1.0),
        (2, -4, 6, 1.5),
        (2**53 + 1, 2**53, 1, 1 / 2**53),
    ],
)
def test_a_change_is_exact_and_its_share_is_of_what_was_before(
    now: Decimal | int, before: Decimal | int, difference: Decimal | int, share: float | None
) -> None:
    change = Change(now, before)

    assert change.difference == difference
    assert change.share == share


@given(TOTALS, TOTALS)
def test_differences_sum_to_the_difference_of_the_totals(
    after: dict[str, Decimal], earlier: dict[str, Decimal]
) -> None:
    now, before = (frame(["model", "spend"], *totals.items()) for totals in (after, earlier))

    found = movers(now, before, "model", "spend")

    assert sum(found["now"]) == sum(after.values())
    assert sum(found["before"]) == sum(earlier.values())
    assert sum(found["difference"]) == sum(after.values()) - sum(earlier.values())
    assert sorted(found["model"]) == sorted({*after, *earlier})


def test_what_came_and_what_went_both_have_a_row_largest_first() -> None:
    found = movers(spend(new="5", stays="7"), spend(stays="10", gone="3", forgotten="4"), "model", "spend")

    assert found.to_dict("records") == [
        {"model": "stays", "now": 7, "before": 10, "difference": -3, "share": -0.3},
        {"model": "new", "now": 5, "before": 0, "difference": 5, "share": None},
        {"model": "forgotten", "now": 0, "before": 4, "difference": -4, "share": -1.0},
        {"model": "gone", "now": 0, "before": 3, "difference": -3, "share": -1.0},
    ]


def test_a_sum_that_a_period_does_not_hold_is_zero() -> None:
    found = movers(spend(a=None), spend(a="2"), "model", "spend")

    assert found.to_dict("records") == [
        {"model": "a", "now": 0, "before": 2, "difference": -2, "share": -1.0}
    ]


def test_a_ratio_without_a_value_has_no_change_and_comes_last() -> None:
    found = movers(spend(a=None, b="1"), spend(a="2", c="3"), "model", "spend", missing=None)

    assert found.to_dict("records") == [
        {"model": "b", "now": 1, "before": None, "difference": None, "share": None},
        {"model": "c", "now": None, "before": 3, "difference": None, "share": None},
        {"model": "a", "now": None, "before": 2, "difference": None, "share": None},
    ]


def test_nothing_has_no_movers() -> None:
    found = movers(spend(), spend(), "model", "spend")

    assert list(found.columns) == ["model", "now", "before", "difference", "share"]
    assert len(found) == 0


def test_a_ratio_that_is_missing_stays_missing_and_comes_last() -> None:
    now = frame(["model", "price"], ("a", None), ("b", Decimal(2)))
    before = frame(["model", "price"], ("a", Decimal(3)), ("c", Decimal(1)))

    found = movers(now, before, "model", "price", missing=None)

    assert list(found.itertuples(index=False, name=None)) == [
        ("b", Decimal(2), None, None, None),
        ("a", None, Decimal(3), None, None),
        ("c", None, Decimal(1), None, None),
    ]


def test_a_ratio_that_neither_period_has_comes_after_one_that_there_was() -> None:
    found = movers(spend(neither=None), spend(gone="0.5"), "model", "spend", missing=None)

    assert list(found["model"]) == ["gone", "neither"]
