import datetime as dt
from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis import unit_costs
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.records.quantities import Quantity

WEEK = Window(dt.date(2026, 11, 2), dt.date(2026, 11, 9))
TICKETS = {dt.date(2026, 11, 2): Decimal(10), dt.date(2026, 11, 4): Decimal(30)}


def spent(*dollars: str, freq: str = "D") -> pd.DataFrame:
    starts = pd.date_range("2026-11-02", periods=len(dollars), freq=freq, tz="UTC").as_unit("us")
    return pd.DataFrame({"start": starts, "group": "Total", "value": [Decimal(d) for d in dollars]})


def test_a_bucket_costs_its_spend_over_its_quantity() -> None:
    found = unit_costs.over_time(spent("5", "7", "6"), TICKETS, Grain.DAY, WEEK)

    assert list(zip(found["spend"], found["quantity"], found["cost"], strict=True)) == [
        (5, 10, Decimal("0.5")),
        (7, 0, None),
        (6, 30, Decimal("0.2")),
    ]


def test_a_week_is_all_its_dollars_over_all_its_quantity() -> None:
    found = unit_costs.over_time(spent("18", freq="W-MON"), TICKETS, Grain.WEEK, WEEK)

    assert list(found["cost"]) == [Decimal("0.45")]


def test_quantities_outside_the_period_do_not_count() -> None:
    before = {dt.date(2026, 11, 1): Decimal(99), dt.date(2026, 11, 9): Decimal(99)}

    assert unit_costs.within(TICKETS | before, WEEK) == 40


def test_nothing_costs_nothing_apiece() -> None:
    assert unit_costs.unit_cost(Decimal(5), Decimal(0)) is None


def test_quantities_are_told_by_name() -> None:
    day = dt.date(2026, 11, 2)
    both = [Quantity("tickets", day, Decimal(1)), Quantity("documents", day, Decimal(2))]

    assert unit_costs.of(both, "documents") == {day: 2}


def test_only_buckets_with_a_cost_are_drawn() -> None:
    costs = unit_costs.over_time(spent("5", "7", "6"), TICKETS, Grain.DAY, WEEK)

    drawn = unit_costs.drawn(costs, "tickets", [pd.Timestamp("2026-11-04", tz="UTC")])

    assert list(zip(drawn["value"], drawn["provisional"], strict=True)) == [(0.5, False), (0.2, True)]


@given(
    dollars=hs.lists(hs.decimals("0", "1000", places=6), min_size=7, max_size=7),
    counts=hs.lists(hs.integers(0, 1000), min_size=7, max_size=7),
)
def test_spend_and_quantities_of_the_buckets_sum_to_those_of_the_period(
    dollars: list[Decimal], counts: list[int]
) -> None:
    quantities = dict(zip(WEEK, map(Decimal, counts), strict=True))

    found = unit_costs.over_time(spent(*map(str, dollars)), quantities, Grain.DAY, WEEK)

    assert sum(found["spend"]) == sum(dollars)
    assert sum(found["quantity"]) == unit_costs.within(quantities, WEEK) == sum(counts)


def test_a_quantity_of_the_day_after_the_window_does_not_count() -> None:
    start = pd.Timestamp("2026-11-02", tz="UTC")
    spent = pd.DataFrame({"start": [start], "value": pd.Series([Decimal(6)], dtype=object)})
    week = Window(dt.date(2026, 11, 2), dt.date(2026, 11, 4))
    quantities = {dt.date(2026, 11, day): Decimal(day) for day in (1, 2, 3, 4)}

    found = unit_costs.over_time(spent, quantities, Grain.WEEK, week)

    assert list(found["quantity"]) == [5]


def test_each_groups_part_of_a_unit_is_its_spend_over_all_units() -> None:
    spent = {"Growth": Decimal(2), "Support": Decimal(6), "Nobody": Decimal(0), "Credits": Decimal(-1)}

    assert unit_costs.by_group(spent, Decimal(8)).to_numpy().tolist() == [
        ["Support", Decimal(6), Decimal("0.75")],
        ["Growth", Decimal(2), Decimal("0.25")],
        ["Credits", Decimal(-1), Decimal("-0.125")],
    ]
    assert list(unit_costs.by_group(spent, Decimal(0))["cost"]) == [None] * 3
