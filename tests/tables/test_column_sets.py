"""Which columns tables have, and that they keep the first one in sight."""

from collections.abc import Mapping

import pytest

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.tables import column_sets, columns
from lib.tables.columns import Column, ColumnType

PROJECT, SPEND, CACHED = DIMENSIONS["project_id"], MEASURES["spend"], MEASURES["cached_share"]
SETS: Mapping[str, Mapping[str, Column]] = {
    **{name: held for name, held in vars(column_sets).items() if name.isupper() and name[0] != "_"},
    "movers": columns.movers_columns(PROJECT, SPEND, "1–7 Nov 2026"),
    "steps": columns.steps_columns("Project"),
    "spenders": columns.spenders_columns(PROJECT, SPEND, None, estimated=True),
    "peers": columns.peers_columns("Search"),
    "price, volume and mix": columns.price_volume_mix_columns(PROJECT, {"price": "Price"}),
    "budgets": columns.budget_columns("Set by"),
    "course": columns.course_columns("Total"),
    "turnover": columns.turnover_columns(PROJECT),
}


NARROW = {"OTHER_CURRENCIES", "FORECAST_COURSE", "BACK_TEST"}
"""Tables that never scroll sideways."""


@pytest.mark.parametrize("name", SETS)
def test_only_the_first_column_stays_in_sight(name: str) -> None:
    pinned = [column.pinned for column in SETS[name].values()]

    assert pinned == [name not in NARROW, *[False] * (len(pinned) - 1)]


@pytest.mark.parametrize(
    "name", ["SAVINGS", "SAVING_ROWS", "UNCOUNTED", "movers", "peers", "budgets", "price, volume and mix"]
)
def test_a_number_stands_among_the_first_two_columns_which_a_phone_has_room_for(name: str) -> None:
    assert any(column.is_number for column in [*SETS[name].values()][:2])


@pytest.mark.parametrize("name", SETS)
def test_no_two_columns_of_a_table_are_called_the_same(name: str) -> None:
    labels = [column.label for column in SETS[name].values()]

    assert sorted(set(labels)) == sorted(labels)


def test_movers_have_a_change_only_against_a_period_and_parts_only_where_they_add_up() -> None:
    assert list(columns.movers_columns(PROJECT, SPEND, "1–7 Nov 2026")) == [
        "project_id",
        "now",
        "now_part",
        "before",
        "difference",
        "share",
    ]
    assert list(columns.movers_columns(PROJECT, SPEND, None)) == ["project_id", "now", "now_part"]
    assert list(columns.movers_columns(PROJECT, CACHED, None)) == ["project_id", "now"]


def test_spenders_have_estimates_only_where_there_are_any() -> None:
    assert "estimated" in columns.spenders_columns(PROJECT, SPEND, None, estimated=True)
    assert "estimated" not in columns.spenders_columns(PROJECT, SPEND, None, estimated=False)


def test_buckets_within_a_day_start_at_a_time() -> None:
    assert columns.start_column(Grain.HOUR) == Column(
        "Start (UTC)", ColumnType.TIME, "D MMM YYYY, HH:mm", pinned=True
    )
