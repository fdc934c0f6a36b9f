from typing import Any

import pandas as pd

from lib.catalog.units import Unit
from lib.charts.named_rows import HEIGHT
from lib.charts.two_way import stacked_chart


def bars(*rows: tuple[str, str, float], order: list[str] | None = None) -> Any:
    """Return the bars' spec, its rows under `rows`."""
    frame = pd.DataFrame(rows, columns=["first", "second", "value"])
    spec = stacked_chart(
        frame, unit=Unit.USD, value_title="Billed", first_title="Project", second_title="Model", order=order
    ).to_dict()
    (layer,) = (layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")
    return layer | {"rows": spec["datasets"][layer.get("data", spec.get("data"))["name"]]}


def test_parts_are_of_all_that_is_billed_in_the_row_and_credits_have_none() -> None:
    rows = bars(("web", "a", 0.75), ("web", "b", 0.25), ("web", "credit", -2.0), ("app", "credit", -1.0))[
        "rows"
    ]

    assert [(r["first"], r["second"], r["total"], r["part"]) for r in rows] == [
        ("web", "a", -1.0, 0.75),
        ("web", "b", -1.0, 0.25),
        ("web", "credit", -1.0, None),
        ("app", "credit", -1.0, None),
    ]


def test_nothing_is_no_part_of_nothing() -> None:
    rows = bars(("web", "a", 0.0), ("app", "a", 2.0), ("app", "b", 0.0))["rows"]

    assert [(r["first"], r["second"], r["part"]) for r in rows] == [
        ("web", "a", None),
        ("app", "a", 1.0),
        ("app", "b", 0.0),
    ]


def test_a_tooltip_says_both_names_the_value_the_total_and_the_share() -> None:
    lines = bars(("web", "a", 1.0))["encoding"]["tooltip"]

    assert [(line["field"], line["title"], line["format"]) for line in lines[2:]] == [
        ("value", "Billed", "$,.2f"),
        ("total", "Total", "$,.2f"),
        ("part", "Share", ".1%"),
    ]
    assert [(line["field"], line["title"]) for line in lines[:2]] == [
        ("first", "Project"),
        ("second", "Model"),
    ]


def test_the_order_says_who_has_which_colour() -> None:
    chart = bars(("web", "a", 9.0), ("web", "b", 1.0), order=["b", "a"])

    assert chart["encoding"]["color"]["scale"]["domain"] == ["b · $1.00", "a · $9.00"]


def test_a_chart_is_as_high_as_its_rows_and_never_without_any() -> None:
    def height(*rows: tuple[str, str, float]) -> int:
        frame = pd.DataFrame(rows, columns=["first", "second", "value"])
        spec = stacked_chart(
            frame, unit=Unit.USD, value_title="Billed", first_title="Project", second_title="Model"
        ).to_dict()
        found: int = spec["height"]
        return found

    rows = [("web", "a", 1.0), ("app", "a", 1.0), ("docs", "a", 1.0)]
    assert [height(*rows[:count]) for count in (1, 2, 3)] == [HEIGHT, 2 * HEIGHT, 3 * HEIGHT]
