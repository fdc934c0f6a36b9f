import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from lib.catalog.sources import COSTS, SOURCES
from lib.demo.organization.directory import Directory, Project, User
from lib.demo.server.paging import amount_on_the_wire, page
from lib.demo.server.request import read
from lib.periods.windows import unix
from tests.fixed_rows import FixedRows

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FIRST = dt.date(2026, 11, 9)
START, DAY = unix(FIRST), 86400
COMPLETIONS = SOURCES["completions"]
PEOPLE = Directory(
    "org-a", "Acme", (Project("proj_a", "Search"),), (User("user-a", "Ada", "ada@example.com"),)
)


def asked(source: Any, rows: Any, *, trailing: bool = False, **query: Any) -> dict[str, Any]:
    """Return the page of `rows` of FIRST that a query of numbers, texts or lists asks for."""
    given = {"start_time": START, "end_time": START + DAY} | query
    fields = {
        name: [str(v) for v in (value if isinstance(value, list) else [value])]
        for name, value in given.items()
    }
    organization = FixedRows({source.name: {FIRST: rows}}, PEOPLE)
    return page(read(source, fields, NOW), organization, NOW, trailing=trailing)


def results(source: Any, rows: Any, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked(source, rows, **query)["data"][0]["results"]
    return found


USED = [
    {"model": "a", "batch": True, "input_tokens": 1},
    {"model": "a", "batch": False, "input_tokens": 2},
    {"model": "b", "batch": False, "input_tokens": 4},
]


def test_rows_are_summed_by_what_is_asked_for_and_told_nothing_else() -> None:
    assert results(COMPLETIONS, USED, group_by="model") == [
        {"object": COMPLETIONS.result_object, "model": "a", "input_tokens": 3}
        | dict.fromkeys(d for d in COMPLETIONS.dimensions if d != "model"),
        {"object": COMPLETIONS.result_object, "model": "b", "input_tokens": 4}
        | dict.fromkeys(d for d in COMPLETIONS.dimensions if d != "model"),
    ]


def test_a_filter_keeps_the_rows_that_it_names() -> None:
    assert [r["input_tokens"] for r in results(COMPLETIONS, USED, models="b")] == [4]
    assert [r["input_tokens"] for r in results(COMPLETIONS, USED, batch="true")] == [1]
    assert [r["input_tokens"] for r in results(COMPLETIONS, USED, batch="false", models=["a", "b"])] == [6]


def test_a_bucket_says_when_it_begins_and_ends() -> None:
    (bucket,) = asked(COMPLETIONS, USED)["data"]

    assert {name: bucket[name] for name in bucket if name != "results"} == {
        "object": "bucket",
        "start_time": START,
        "end_time": START + DAY,
        "start_time_iso": "2026-11-09T00:00:00+00:00",
        "end_time_iso": "2026-11-10T00:00:00+00:00",
    }


def edges(source: Any, **query: Any) -> list[tuple[int, int]]:
    return [
        ((b["start_time"] - START) // 60, (b["end_time"] - START) // 60)
        for b in asked(source, [], **query)["data"]
    ]


def test_usage_is_clipped_to_the_range_and_costs_are_whole_days() -> None:
    within = {"start_time": START + 3600, "end_time": START + DAY + 60}

    assert edges(COMPLETIONS, **within) == [(60, 1440), (1440, 1441)]
    assert edges(COSTS, **within) == [(0, 1440), (1440, 2880)]
    assert edges(COSTS, end_time=START + DAY) == [(0, 1440)]


def test_hours_are_aligned_across_midnight() -> None:
    found = edges(
        COMPLETIONS, bucket_width="1h", start_time=START + DAY - 1800, end_time=START + DAY + 3600, limit=2
    )

    assert found == [(1410, 1440), (1440, 1500)]


@pytest.mark.parametrize(
    ("days", "trailing", "has_more"),
    [(2, False, False), (2, True, True), (3, False, True), (3, True, True), (1, True, False)],
)
def test_there_is_more_until_the_end_and_after_a_full_last_page_where_that_trails(
    days: int, trailing: bool, has_more: bool
) -> None:
    found = asked(COSTS, [], trailing=trailing, limit=2, end_time=START + days * DAY)

    assert (found["has_more"], found["next_page"] is not None) == (has_more, has_more)


def test_the_next_page_begins_where_this_one_ended() -> None:
    query = {"limit": 2, "end_time": START + 3 * DAY}
    first = asked(COMPLETIONS, [], **query)

    rest = asked(COMPLETIONS, [], page=first["next_page"], **query)

    assert [b["start_time"] for b in rest["data"]] == [START + 2 * DAY]
    assert (rest["has_more"], rest["next_page"]) == (False, None)


def test_a_page_after_the_last_is_empty() -> None:
    query = {"limit": 1, "trailing": True}
    first = asked(COSTS, [], **query)

    rest = asked(COSTS, [], page=first["next_page"], **query)

    assert (rest["data"], rest["has_more"]) == ([], False)


BILLED = [
    {
        "project_id": "proj_a",
        "user_id": "user-a",
        "line_item": "x",
        "amount": "1.25",
        "quantity": 2,
        "quantity_unit": "tokens",
    },
    {"project_id": "proj_a", "line_item": "x", "amount": "0.25", "quantity": 3, "quantity_unit": "tokens"},
    {"project_id": "proj_b", "line_item": "y", "amount": "4"},
]


def test_costs_are_summed_with_their_quantities_where_the_line_item_is_told() -> None:
    x, y = results(COSTS, BILLED, group_by="line_item")

    assert Decimal(str(x["amount"]["value"])) == Decimal("1.5")
    assert (x["quantity"], x["quantity_unit"], y["quantity"], y["quantity_unit"]) == (
        5.0,
        "tokens",
        None,
        None,
    )
    assert (x["project_id"], x["project_name"], x["organization_id"], x["organization_name"]) == (
        None,
        None,
        "org-a",
        "Acme",
    )
    whole = results(COSTS, BILLED)
    assert [(r["quantity"], r["quantity_unit"]) for r in whole] == [(None, None)]


def test_costs_name_projects_and_people_that_are_known() -> None:
    found = results(COSTS, BILLED, group_by=["project_id", "user_id"])

    assert [(r["project_name"], r["user_email"]) for r in found] == [
        ("Search", "ada@example.com"),
        ("Search", None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("amount", "wire"),
    [
        ("0", "0E-6176"),
        ("0.2", "0.2"),
        ("1.25", 1.25),
        ("12", 12.0),
        ("4", "4." + "0" * 39),
        ("1.5", "1.5"),
        ("0.9", "9E-1"),
        ("-1.5", "-1.5"),
        ("0.0000000000000000000000000000000000000004", "4E-40"),
    ],
)
def test_an_amount_comes_in_one_of_the_forms_that_were_seen(amount: str, wire: str | float) -> None:
    given = amount_on_the_wire(Decimal(amount))

    assert Decimal(str(given)) == Decimal(amount)
    assert given == wire
