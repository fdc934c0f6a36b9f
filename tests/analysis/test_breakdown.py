from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.breakdown import by_two, others, relabelled, shares
from lib.catalog.dimensions import CREDITS, OTHER
from tests.analysis import samples
from tests.analysis.samples import BYTES, CACHED, INPUT, MONEY, SHARE, SPEND, TOKENS, frame, spending

FLOORS = st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0])


def table(found: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(found.itertuples(index=False, name=None))


@samples.SOME
@given(samples.parts(), st.integers(1, 6))
def test_parts_by_two_dimensions_sum_to_the_whole(parts: pd.DataFrame, most: int) -> None:
    money = by_two(parts, SPEND, "project_id", "model", most)
    tokens = by_two(parts, TOKENS, "project_id", "model", most)

    assert sum(money["value"]) == sum(parts[MONEY])
    assert sum(tokens["value"]) == sum(parts[INPUT])
    assert not money[["first", "second"]].duplicated().any()
    assert len(set(money["second"]) - {OTHER, CREDITS}) <= most


@samples.SOME
@given(samples.parts(least="0"), FLOORS)
def test_shares_sum_to_the_whole_and_others_to_other(parts: pd.DataFrame, floor: float) -> None:
    found = shares(parts, SPEND, "project_id", floor=floor)
    rest = others(parts, SPEND, "project_id", floor=floor)

    assert sum(found["value"]) == sum(parts[MONEY])
    assert sum(found[found["group"] == OTHER]["value"]) == sum(rest["value"])
    assert not set(rest["group"]) & set(found["group"])
    least = Fraction(str(floor)) * Fraction(sum(parts[MONEY]))
    assert all(Fraction(value) < least for value in rest["value"])
    assert all(Fraction(value) >= least for value in found[found["group"] != OTHER]["value"])


def test_everything_below_five_percent_is_in_other_and_other_says_what_is_in_it() -> None:
    parts = spending("project_id", a="60", b="31", c="5", d="3", e="1")

    assert table(shares(parts, SPEND, "project_id")) == [
        ("a", Decimal(60), 0.6),
        ("b", Decimal(31), 0.31),
        ("c", Decimal(5), 0.05),
        ("Other", Decimal(4), 0.04),
    ]
    assert table(others(parts, SPEND, "project_id")) == [
        ("d", Decimal(3), 0.03),
        ("e", Decimal(1), 0.01),
    ]


def test_one_small_part_is_in_other_too() -> None:
    parts = spending("project_id", a="96", b="4")

    assert [row[0] for row in table(shares(parts, SPEND, "project_id"))] == ["a", "Other"]
    assert [row[0] for row in table(others(parts, SPEND, "project_id"))] == ["b"]


def test_without_small_parts_there_is_no_other() -> None:
    parts = spending("project_id", a="50", b="50")

    assert [row[0] for row in table(shares(parts, SPEND, "project_id"))] == ["a", "b"]
    assert table(others(parts, SPEND, "project_id")) == []


def test_other_comes_last_even_when_it_is_largest() -> None:
    names = {f"p{n:02}": "4" for n in range(20)}

    found = table(shares(spending("project_id", big="20", **names), SPEND, "project_id"))

    assert found == [("big", Decimal(20), 0.2), ("Other", Decimal(80), 0.8)]


def test_a_credit_is_a_row_without_a_share_and_takes_none_from_others() -> None:
    parts = spending("project_id", a="90", b="10", credit="-50", nothing="0")

    assert table(shares(parts, SPEND, "project_id")) == [
        ("a", Decimal(90), 0.9),
        ("b", Decimal(10), 0.1),
        ("Credits", Decimal(-50), None),
    ]
    assert table(others(parts, SPEND, "project_id")) == []


def test_nothing_has_no_shares() -> None:
    for parts in (spending("project_id"), spending("project_id", a="0")):
        assert table(shares(parts, SPEND, "project_id")) == []
        assert table(others(parts, SPEND, "project_id")) == []


def test_the_share_of_a_level_is_told_with_its_average() -> None:
    parts = frame(["project_id", "vector_stores.usage_bytes"], ("a", 270), ("b", 21), ("c", 9))

    assert table(shares(parts, BYTES, "project_id", days=3)) == [
        ("a", 90, 0.9),
        ("b", 7, 0.07),
        ("Other", 3, 0.03),
    ]
    assert table(others(parts, BYTES, "project_id", days=3)) == [("c", 3, 0.03)]


def test_the_second_dimension_is_cut_to_the_largest_and_the_first_to_twice_as_many() -> None:
    rows = [(f"p{n}", f"m{n}", Decimal(10 - n)) for n in range(5)]

    found = by_two(frame(["project_id", "model", MONEY], *rows), SPEND, "project_id", "model", most=2)

    assert table(found) == [
        ("Other", "Other", Decimal(6)),
        ("p0", "m0", Decimal(10)),
        ("p1", "m1", Decimal(9)),
        ("p2", "Other", Decimal(8)),
        ("p3", "Other", Decimal(7)),
    ]


def test_a_ratio_by_two_is_derived_from_folded_parts() -> None:
    columns = ["project_id", "model", CACHED, INPUT]
    parts = frame(columns, ("p", "a", 50, 100), ("p", "b", 1, 10), ("p", "c", 1, 30), ("p", "d", 0, 0))

    assert table(by_two(parts, SHARE, "project_id", "model", most=1)) == [
        ("p", "Other", 0.05),
        ("p", "a", 0.5),
    ]


def test_a_chart_takes_labels_and_floats() -> None:
    exact = frame(["first", "second", "value"], ("proj_a", "Other", Decimal("1.5")))

    drawn = relabelled(exact, {"first": {"proj_a": "Search"}, "second": {}})

    assert table(drawn) == [("Search", "Other", 1.5)]
    assert isinstance(drawn["value"][0], float)
    assert exact["first"][0] == "proj_a"


def test_several_credits_are_one_row_after_other() -> None:
    parts = spending("project_id", a="98", b="2", credit="-50", refund="-1")

    assert [row[:2] for row in table(shares(parts, SPEND, "project_id"))] == [
        ("a", Decimal(98)),
        ("Other", Decimal(2)),
        ("Credits", Decimal(-51)),
    ]


def test_by_two_dimensions_a_credit_is_credits_in_both() -> None:
    columns = ["project_id", "model", MONEY]
    parts = frame(columns, ("p", "a", Decimal(9)), ("(none)", "(none)", Decimal(-5)), ("q", "a", Decimal(1)))

    assert table(by_two(parts, SPEND, "project_id", "model", most=1)) == [
        ("Credits", "Credits", Decimal(-5)),
        ("p", "a", Decimal(9)),
        ("q", "a", Decimal(1)),
    ]


def test_more_cached_than_input_is_no_credit() -> None:
    parts = frame(["project_id", INPUT], ("p", -5), ("q", 10))

    assert [row[0] for row in table(by_two(parts, TOKENS, "project_id", "project_id"))] == ["p", "q"]
