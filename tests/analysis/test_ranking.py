from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.comparison import movers
from lib.analysis.ranking import drawn, labelled
from lib.analysis.ranking import ranked as ranked_of
from tests.analysis.samples import frame

AMOUNTS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.decimals(-1_000_000, 1_000_000, places=18), max_size=8
)


def moved(after: dict[str, Decimal], earlier: dict[str, Decimal] | None = None) -> pd.DataFrame:
    now, before = (frame(["model", "spend"], *totals.items()) for totals in (after, earlier or {}))
    return movers(now, before, "model", "spend")


def ranked(movers_: pd.DataFrame, key: str, labels: dict[str, str], most: int) -> pd.DataFrame:
    return ranked_of(movers_, key, labels, most, "models")


def dollars(**amounts: int) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


@given(AMOUNTS, AMOUNTS, st.integers(1, 9))
def test_the_ranked_and_other_sum_to_the_whole(
    after: dict[str, Decimal], earlier: dict[str, Decimal], most: int
) -> None:
    found = ranked(moved(after, earlier), "model", {}, most)

    assert sum(found["now"]) == sum(after.values())
    assert sum(found["before"]) == sum(earlier.values())
    assert len(found) <= 2 * most + 2
    assert all(value >= 0 for value in found.loc[found["group"] != "Credits", "now"])


def test_the_largest_go_by_their_labels_and_the_rest_is_other() -> None:
    found = ranked(moved(dollars(a=4, b=3, c=2, d=1), dollars(d=9)), "model", {"a": "Ada"}, most=2)

    assert found.to_dict("records") == [
        {"group": "Ada", "now": 4, "before": 0},
        {"group": "b", "now": 3, "before": 0},
        {"group": "Other (2 models)", "now": 3, "before": 9},
    ]


def test_other_is_not_the_largest_unless_twice_as_many_rows_leave_it_so() -> None:
    def shown(**amounts: int) -> list[str]:
        return list(ranked(moved(dollars(**amounts)), "model", {}, most=2)["group"])

    assert shown(a=4, b=3, c=2, d=2, e=1) == ["a", "b", "c", "Other (2 models)"]
    assert shown(a=4, b=4, c=4, d=4, e=4, f=4) == ["a", "b", "c", "d", "Other (2 models)"]


def test_a_single_one_left_over_keeps_its_name() -> None:
    found = ranked(moved(dollars(a=4, b=3, c=2)), "model", {}, most=2)

    assert list(found["group"]) == ["a", "b", "c"]


def test_a_table_has_labels_and_parts_of_the_total() -> None:
    named = labelled(moved(dollars(a=3, b=1)), "model", {"a": "Ada"}, totals=("now",))

    assert list(named["model"]) == ["Ada", "b"]
    assert list(named["now"]) == [3, 1]
    assert list(named["now_part"]) == [0.75, 0.25]


def test_nothing_has_no_part_of_nothing() -> None:
    named = labelled(moved(dollars(a=0)), "model", {}, totals=("now", "before"))

    assert list(named["now_part"]) == [None]
    assert list(named["before_part"]) == [None]


def test_a_chart_takes_floats_and_the_previous_only_where_compared() -> None:
    ranking = ranked(moved(dollars(a=3), dollars(a=1)), "model", {}, most=5)

    assert drawn(ranking).to_dict("records") == [{"group": "a", "value": 3.0, "previous": 1.0}]
    assert drawn(ranking, compared=False).to_dict("records") == [{"group": "a", "value": 3.0}]


def test_credits_are_a_row_of_their_own_after_other() -> None:
    found = ranked(moved(dollars(a=6, b=3, c=2, none=-9), dollars(d=-1)), "model", {}, most=1)

    assert found.to_dict("records") == [
        {"group": "a", "now": 6, "before": 0},
        {"group": "Other (2 models)", "now": 5, "before": 0},
        {"group": "Credits", "now": -9, "before": -1},
    ]


def test_parts_of_a_total_are_of_what_is_above_zero() -> None:
    named = labelled(moved(dollars(a=3, b=1, credit=-2)), "model", {}, totals=("now",))

    assert list(named["now_part"]) == [0.75, 0.25, None]


def test_cents_are_no_credit_and_what_was_nothing_keeps_its_row() -> None:
    cents = {"a": Decimal("0.50"), "b": Decimal(0)}

    assert ranked(moved(cents, {"a": Decimal("0.25")}), "model", {}, most=5).to_dict("records") == [
        {"group": "a", "now": Decimal("0.50"), "before": Decimal("0.25")},
        {"group": "b", "now": 0, "before": 0},
    ]


def test_what_was_a_credit_before_counts_from_now_on() -> None:
    found = ranked(moved(dollars(a=4), dollars(a=-3)), "model", {}, most=5)

    assert found.to_dict("records") == [
        {"group": "a", "now": 4, "before": 0},
        {"group": "Credits", "now": 0, "before": -3},
    ]


def test_two_left_over_are_other() -> None:
    found = ranked(moved(dollars(a=4, b=3, c=2, d=1)), "model", {}, most=2)

    assert list(found["group"]) == ["a", "b", "Other (2 models)"]
    assert list(found["now"]) == [4, 3, 3]


def test_the_parts_of_cents_are_parts_too() -> None:
    named = labelled(
        moved({"a": Decimal("0.75"), "b": Decimal("0.25"), "c": Decimal(0)}), "model", {}, ("now",)
    )

    assert list(named["now_part"]) == [0.75, 0.25, 0.0]


def test_parts_stay_beside_their_rows() -> None:
    named = labelled(moved(dollars(a=3, b=1)).set_axis([5, 7]), "model", {}, ("now",))

    assert named["now_part"].to_dict() == {5: 0.75, 7: 0.25}
