"""Explore's table: any measures by any dimensions that they share, searched, and the rest in Other."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers.exploring import columns_for, explored
from lib.answers.reading import Reading
from lib.catalog.measures import MEASURES
from lib.engine.filters import Filters
from lib.openai_admin.name_lists import Name
from lib.periods.presets import Comparison
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
BILL = [
    {"start": "2026-11-09", "project_id": "proj_a", "api_key_id": "key_1", "cost_usd": Decimal(6)},
    {"start": "2026-11-10", "project_id": "proj_a", "api_key_id": "key_2", "cost_usd": Decimal(3)},
    {"start": "2026-11-10", "project_id": "proj_b", "api_key_id": "key_1", "cost_usd": Decimal(1)},
    {"start": "2026-11-08", "project_id": "proj_b", "api_key_id": "key_1", "cost_usd": Decimal(5)},
]
USED = [
    {"start": "2026-11-09", "project_id": "proj_b", "api_key_id": "key_1", "num_model_requests": 8},
    {"start": "2026-11-09", "project_id": "proj_a", "api_key_id": "key_1", "num_model_requests": 2},
]


def reading(folder: Path, **more: Any) -> Reading:
    days = {"costs": [november(1, 20)], "completions": [november(1, 20)]}
    found = reading_of(folder, {"costs": BILL, "completions": USED}, november(9, 10), fetched=days, **more)
    found.backend.store.merge_names([Name("project", "proj_a", "Straße")], NOW)
    return found


def column(read: Reading, name: str, by: tuple[str, ...], *asked: Any) -> dict[tuple[str, ...], Any]:
    """Return a column of the table by the cells that name its rows, in order."""
    rows = explored(read, by, ("spend", "requests"), *asked).rows
    return dict(zip(zip(*(rows[d] for d in by), strict=True), rows[name], strict=True))


def test_each_combination_has_a_row_under_its_name_with_every_measure(tmp_path: Path) -> None:
    read = reading(tmp_path)

    assert column(read, "spend", ("project_id",), "", None) == {("Straße",): 9, ("proj_b",): 1}
    assert column(read, "requests", ("project_id",), "", None) == {("Straße",): 2, ("proj_b",): 8}
    assert column(read, "spend:change", ("project_id",), "", None) == {("Straße",): None, ("proj_b",): -0.8}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", ["Straße", "proj_b"]),
        (" STRASSE ", ["Straße"]),
        ("PROJ_A", ["Straße"]),
        ("proj_", ["Straße", "proj_b"]),
        ("nothing", []),
    ],
)
def test_rows_are_found_by_a_part_of_their_name_or_id(tmp_path: Path, wanted: str, found: list[str]) -> None:
    rows = column(reading(tmp_path), "spend", ("project_id",), wanted, None)

    assert [name for (name,) in rows] == found


def test_any_of_two_names_may_hold_what_is_searched_for(tmp_path: Path) -> None:
    by = ("project_id", "api_key_id")

    found = [column(reading(tmp_path), "spend", by, wanted, None) for wanted in ("key_2", "proj_b")]

    assert found == [{("Straße", "key_2"): 3}, {("proj_b", "key_1"): 1}]


def test_beyond_so_many_rows_the_rest_is_in_other(tmp_path: Path) -> None:
    by = ("project_id", "api_key_id")
    read = reading(tmp_path)

    assert column(read, "spend", by, "", 1) == {("Straße", "key_1"): 6, ("Other (2 rows)", ""): 4}
    assert explored(read, by, ("spend",), "", 1).folded == 2
    assert explored(read, by, ("spend",), "", 2).folded == 0  # one row alone needs no other name


def test_the_rest_of_one_dimension_is_counted_by_its_name(tmp_path: Path) -> None:
    bill = [{"start": "2026-11-09", "project_id": f"proj_{n}", "cost_usd": Decimal(n)} for n in range(1, 5)]
    read = reading_of(tmp_path, {"costs": bill}, november(9, 10), fetched={"costs": [november(1, 20)]})

    rows = explored(read, ("project_id",), ("spend",), "", 1).rows

    assert rows[["project_id", "spend"]].to_numpy().tolist() == [["proj_4", 4], ["Other (3 projects)", 6]]


def test_without_a_compared_period_nothing_is_said_to_have_changed(tmp_path: Path) -> None:
    compared = explored(reading(tmp_path / "a"), ("project_id",), ("spend",), "", None)
    alone = explored(
        reading(tmp_path / "b", comparison=Comparison.NONE), ("project_id",), ("spend",), "", None
    )

    assert (compared.compared_with, alone.compared_with) == ("7–8 Nov 2026", None)
    assert set(compared.rows) - set(alone.rows) == {"spend:change"}


def test_what_the_filters_leave_without_a_source_is_left_out_but_never_all_of_it(tmp_path: Path) -> None:
    billed_only = reading(tmp_path, filters=Filters.of({"line_item": ["sol, input"]}))

    def left(*slugs: str) -> list[str]:
        return [m.slug for m in explored(billed_only, ("project_id",), slugs, "", None).measures]

    assert left("spend", "requests") == ["spend"]
    assert left("requests", "tokens") == ["requests"]


def test_what_can_stand_beside_a_measure_knows_the_same_dimensions() -> None:
    beside = columns_for(("project_id",), MEASURES["spend"])

    assert "requests" in beside
    assert "spend" not in beside
    assert "usage_bytes" in columns_for(("project_id", "team"), MEASURES["spend"])  # which has no others
    assert columns_for(("line_item",), MEASURES["requests"]) == ["spend"]
    assert columns_for(("user_id", "line_item"), MEASURES["spend"]) == []
