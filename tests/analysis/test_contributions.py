from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.comparison import movers
from lib.analysis.contributions import largest, waterfall
from tests.analysis.samples import frame

TOTALS = st.dictionaries(st.sampled_from("abcdefgh"), st.decimals(-1_000_000, 1_000_000, places=18))
NAMES = {"proj_a": "Search", "proj_b": "Chat"}


def changes(**dollars: int) -> pd.DataFrame:
    now = frame(["project_id", "spend"], *((k, Decimal(max(v, 0))) for k, v in dollars.items()))
    before = frame(["project_id", "spend"], *((k, Decimal(max(-v, 0))) for k, v in dollars.items()))
    return movers(now, before, "project_id", "spend")


@given(TOTALS, TOTALS, st.integers(1, 8))
def test_contributions_sum_exactly_to_the_change(
    after: dict[str, Decimal], earlier: dict[str, Decimal], most: int
) -> None:
    frames = [frame(["key", "spend"], *totals.items()) for totals in (after, earlier)]

    found = largest(movers(*frames, "key", "spend"), "key", {}, most)

    assert sum(value for _, value in found) == sum(after.values()) - sum(earlier.values())
    assert len(found) <= most + 1


@given(TOTALS, TOTALS)
def test_a_waterfall_leads_from_one_total_to_the_other(
    after: dict[str, Decimal], earlier: dict[str, Decimal]
) -> None:
    frames = [frame(["key", "spend"], *totals.items()) for totals in (after, earlier)]
    total = sum(earlier.values(), start=Decimal(0))

    found = waterfall(("Oct", total), largest(movers(*frames, "key", "spend"), "key", {}), "Nov")

    assert found["value"].iloc[0] == total
    assert found["value"].iloc[-1] == sum(after.values())
    assert list(found["from"][1:-1]) == list(found["to"][:-2])


def test_steps_go_from_the_greatest_rise_to_the_greatest_fall() -> None:
    assert largest(changes(proj_b=-7, proj_a=5, c=2), "project_id", NAMES) == [
        ("Search", 5),
        ("c", 2),
        ("Chat", -7),
    ]


def test_the_smallest_changes_are_one_step_which_says_how_many_they_are() -> None:
    assert largest(changes(a=9, b=-8, c=2, d=-1, e=1), "project_id", {}, most=2) == [
        ("a", 9),
        ("b", -8),
        ("Other (3)", 2),
    ]


def test_one_that_is_left_over_keeps_its_name() -> None:
    assert largest(changes(a=9, b=-8, c=2), "project_id", {}, most=2) == [("a", 9), ("c", 2), ("b", -8)]


def test_what_did_not_change_is_no_step() -> None:
    same = frame(["project_id", "spend"], ("a", Decimal(4)))

    assert largest(movers(same, same, "project_id", "spend"), "project_id", {}) == []


def test_a_waterfall_holds_both_totals_and_each_step_with_its_sign() -> None:
    found = waterfall(("Oct", Decimal(10)), [("Search", Decimal(5)), ("Chat", Decimal(-7))], "Nov")

    assert found.to_dict("records") == [
        {"group": "Oct", "kind": "before", "from": 0, "to": 10, "value": 10},
        {"group": "Search", "kind": "up", "from": 10, "to": 15, "value": 5},
        {"group": "Chat", "kind": "down", "from": 15, "to": 8, "value": -7},
        {"group": "Nov", "kind": "now", "from": 0, "to": 8, "value": 8},
    ]


def test_credits_are_a_step_of_their_own_and_never_in_other() -> None:
    assert largest(changes(a=9, b=8, c=2, d=1, Credits=-1), "project_id", {}, most=2) == [
        ("a", 9),
        ("b", 8),
        ("Credits", -1),
        ("Other (2)", 3),
    ]


def test_of_changes_of_one_size_the_first_by_name_is_kept() -> None:
    found = largest(changes(b=-5, a=5, c=3), "project_id", {}, most=1)

    assert found == [("a", 5), ("Other (2)", -2)]


def test_rises_come_before_falls_and_equals_by_name() -> None:
    found = largest(changes(d=-2, c=3, b=-2, a=3), "project_id", {})

    assert found == [("a", 3), ("c", 3), ("b", -2), ("d", -2)]
