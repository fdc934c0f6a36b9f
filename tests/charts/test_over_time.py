from typing import Any

import pandas as pd

from lib import charts
from lib.catalog.units import Unit
from lib.periods.grains import Grain

DAY = pd.Timestamp("2026-11-01", tz="UTC")
SPEND = pd.DataFrame({"start": [DAY] * 3, "group": ["a", "b", "Credits"], "value": [30.0, 10.0, -25.0]})


def test_shares_of_a_bucket_are_of_what_is_above_zero_and_credits_have_none() -> None:
    spec = charts.time_chart(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed").to_dict()
    layer = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")
    name = layer.get("data", spec.get("data"))["name"]
    rows: list[dict[str, Any]] = spec["datasets"][name]

    assert [(row["group"], row["total"], row["part"]) for row in rows] == [
        ("a", 15.0, 0.75),
        ("b", 15.0, 0.25),
        ("Credits", 15.0, None),
    ]


def layers(frame: pd.DataFrame, **options: Any) -> list[dict[str, Any]]:
    """Return the layers of a chart of days, each with its `rows`."""
    spec = charts.time_chart(frame, unit=Unit.USD, grain=Grain.DAY, value_title="Billed", **options).to_dict()
    return [
        layer | {"rows": spec["datasets"][layer.get("data", spec.get("data"))["name"]]}
        for layer in spec["layer"]
    ]


def of_kind(found: list[dict[str, Any]], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in found if layer["mark"]["type"] == mark]


def test_values_stack_from_zero_up_and_credits_from_zero_down() -> None:
    (bars,) = of_kind(layers(SPEND), "bar")

    assert [(row["group"], row["low"], row["high"]) for row in bars["rows"]] == [
        ("a", 0, 30),
        ("b", 30, 40),
        ("Credits", 0, -25),
    ]


def test_nothing_is_no_part_of_a_bucket_of_nothing() -> None:
    (bars,) = of_kind(layers(SPEND.assign(value=[0.0, 0.0, -1.0])), "bar")

    assert [row["part"] for row in bars["rows"]] == [None, None, None]


def test_half_a_dollar_has_its_parts() -> None:
    (bars,) = of_kind(layers(SPEND.assign(value=[0.25, 0.0, 0.25])), "bar")

    assert [row["part"] for row in bars["rows"]] == [0.5, 0.0, 0.5]


def test_one_group_needs_neither_its_name_nor_a_total() -> None:
    (bars,) = of_kind(layers(SPEND.head(1)), "bar")

    assert [said["title"] for said in bars["encoding"]["tooltip"]] == ["Day (UTC)", "Billed"]


def test_the_shade_covers_the_days_that_are_not_settled() -> None:
    two = pd.DataFrame(
        {
            "start": [DAY, DAY + pd.Timedelta(days=1), DAY + pd.Timedelta(days=2)],
            "group": ["a"] * 3,
            "value": [1.0] * 3,
            "provisional": [False, True, True],
        }
    )
    shade = of_kind(layers(two, note="may change"), "rect")[0]["rows"]

    assert [(row["first"][:10], row["last"][:10], row["note"]) for row in shade] == [
        ("2026-11-02", "2026-11-04", "may change")
    ]


def test_an_empty_comparison_draws_nothing() -> None:
    assert of_kind(layers(SPEND, comparison=SPEND.head(0)), "line") == []
    assert len(of_kind(layers(SPEND, comparison=SPEND.head(1)), "line")) == 2


def test_marks_of_other_days_are_not_drawn() -> None:
    marks = pd.DataFrame({"start": [DAY - pd.Timedelta(days=1)], "kind": ["Note"], "text": ["deploy"]})

    assert of_kind(layers(SPEND, marks=marks), "point") == []
    assert of_kind(layers(SPEND, marks=marks.head(0)), "rule") == []
    assert len(of_kind(layers(SPEND, marks=marks.assign(start=[DAY])), "rule")) == 1


def test_the_axis_ends_a_twentieth_above_the_highest() -> None:
    (bars,) = of_kind(layers(SPEND, highest=100.0), "bar")

    assert bars["encoding"]["y"]["scale"]["domainMax"] == 105.0


def test_cents_stack_with_dollars_and_not_with_credits() -> None:
    (bars,) = of_kind(layers(SPEND.assign(value=[30.0, 0.5, -25.0])), "bar")

    assert [(row["low"], row["high"]) for row in bars["rows"]] == [(0, 30), (30, 30.5), (0, -25)]


def test_lines_are_drawn_at_their_values_and_areas_at_their_stacks() -> None:
    fields = {
        kind: of_kind(layers(SPEND, kind=kind), mark)[0]["encoding"]["y"]["field"]
        for kind, mark in (("bars", "bar"), ("lines", "line"), ("area", "area"))
    }

    assert fields == {"bars": "high", "lines": "value", "area": "high"}


def test_shares_stack_to_a_whole_without_credits_and_the_compared_period() -> None:
    found = layers(SPEND, share=True, comparison=SPEND.head(1))
    (bars,) = of_kind(found, "bar")

    assert [(row["group"], row["low"], row["high"]) for row in bars["rows"]] == [
        ("a", 0, 0.75),
        ("b", 0.75, 1),
    ]
    assert bars["encoding"]["y"]["axis"]["title"] == "Share of billed, %"
    assert of_kind(found, "line") == []


def test_a_log_axis_has_lines_that_break_where_a_value_is_not_above_zero() -> None:
    zero = SPEND.assign(value=[30.0, 0.0, -25.0])
    line, *_ = of_kind(layers(zero, log=True), "line")

    assert line["encoding"]["y"]["scale"] == {"type": "log"}
    assert [(row["group"], row["value"]) for row in line["rows"]] == [
        ("a", 30),
        ("b", None),
        ("Credits", None),
    ]
    assert of_kind(layers(zero, log=True), "bar") == []


def test_a_click_selects_the_group_or_the_bucket_of_an_only_one() -> None:
    fields = [
        [param["select"].get("fields") for param in charts_params(frame, zoom=True)]
        for frame in (SPEND, SPEND.head(1))
    ]

    assert fields == [[["group"], None], [["start"], None]]


def test_days_can_be_marked_where_that_is_read() -> None:
    names = [[param["name"] for param in charts_params(SPEND, zoom=zoom)] for zoom in (False, True)]

    assert names == [["pick"], ["pick", "marked"]]


def charts_params(frame: pd.DataFrame, **options: Any) -> list[dict[str, Any]]:
    spec = charts.time_chart(frame, unit=Unit.USD, grain=Grain.DAY, value_title="Billed", **options).to_dict()
    found: list[dict[str, Any]] = spec["params"]
    return found
