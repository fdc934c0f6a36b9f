import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib import charts
from lib.catalog.units import Unit
from lib.charts import palette
from lib.periods.grains import Grain
from tests.charts.specs import SPEND, days, drawn, layers

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def spend_chart(**options: Any) -> Any:
    return charts.time_chart(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed", **options)


def test_other_is_grey_and_last() -> None:
    scale = layers(spend_chart(), "bar")[0]["encoding"]["color"]["scale"]

    assert scale == {
        "domain": ["gpt-6", "credit", "Other"],
        "range": [palette.BLUE, palette.GOLD, palette.GREY],
    }


def test_a_group_keeps_its_colour_when_others_are_absent() -> None:
    scale = layers(spend_chart(order=["gone", "gpt-6", "credit", "Other"]), "bar")[0]["encoding"]["color"][
        "scale"
    ]

    assert scale["domain"] == ["gpt-6", "credit", "Other"]
    assert scale["range"] == [palette.GOLD, palette.BRICK, palette.GREY]


def test_provisional_buckets_are_lighter_and_said_to_be_settling() -> None:
    chart = spend_chart()
    bars, words = layers(chart, "bar")[0], layers(chart, "text")[0]

    assert bars["encoding"]["fillOpacity"]["condition"] == {"test": "datum.provisional", "value": 0.45}
    assert drawn(chart, bars)[-1]["when"] == "Mon 2 Nov 2026 (still settling)"
    assert drawn(chart, words)[0]["note"] == "still settling"


def test_nothing_is_said_about_settling_when_all_is_settled() -> None:
    chart = charts.time_chart(
        SPEND[~SPEND["provisional"]], unit=Unit.USD, grain=Grain.DAY, value_title="Billed"
    )

    assert layers(chart, "text") == []


def test_bars_stack_in_order_and_credits_hang_below_zero() -> None:
    chart = spend_chart(order=["gpt-6", "credit", "Other"])
    rows = drawn(chart, layers(chart, "bar")[0])

    assert [(r["group"], r["low"], r["high"]) for r in rows] == [
        ("gpt-6", 0, 30),
        ("credit", 0, -5),
        ("Other", 30, 39),
        ("gpt-6", 0, 10),
    ]


@pytest.mark.parametrize("kind", ["bars", "lines", "area"])
def test_a_tooltip_names_the_day_the_group_the_value_the_total_and_the_share(kind: str) -> None:
    layer = spend_chart(kind=kind, group_title="Model").to_dict()["layer"][2]

    titles = [line["title"] for line in layer["encoding"]["tooltip"]]
    assert titles == ["Day (UTC)", "Model", "Billed", "Total", "Share"]


def test_ratios_have_no_total_and_no_share() -> None:
    chart = charts.time_chart(
        SPEND, unit=Unit.USD_PER_MILLION, grain=Grain.DAY, value_title="Price", kind="lines"
    )

    assert [t["title"] for t in layers(chart, "point")[0]["encoding"]["tooltip"]] == [
        "Day (UTC)",
        "Group",
        "Price",
    ]


def test_an_axis_title_holds_the_unit() -> None:
    assert layers(spend_chart(), "bar")[0]["encoding"]["y"]["axis"]["title"] == "Billed, USD"


def test_the_time_axis_spans_whole_utc_buckets() -> None:
    chart = spend_chart()
    edges = drawn(chart, layers(chart, "rect")[-1])[0]

    assert edges == {"first": "2026-11-01T00:00:00+00:00", "last": "2026-11-03T00:00:00+00:00"}
    assert layers(chart, "bar")[0]["encoding"]["x"]["scale"]["type"] == "utc"


def test_notes_and_revisions_stand_over_their_bucket_in_shapes_of_their_own() -> None:
    marks = pd.DataFrame(
        {
            "start": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-12-24"], utc=True),
            "kind": ["Note", "Revised", "Note"],
            "text": ["deploy", "was $1.00, is $2.00", "not drawn"],
        }
    )
    chart = spend_chart(marks=marks)
    (points,) = layers(chart, "point")

    assert [row["text"] for row in drawn(chart, points)] == ["deploy", "was $1.00, is $2.00"]
    assert points["encoding"]["shape"]["scale"] == {
        "domain": ["Note", "Revised"],
        "range": ["diamond", "triangle-down"],
    }


def test_without_marks_nothing_is_drawn_over_the_bars() -> None:
    assert layers(spend_chart(), "point") == []


def test_a_comparison_is_one_dashed_line_with_its_name_in_the_legend() -> None:
    before = SPEND.groupby("start", as_index=False)["value"].sum()
    dashed = layers(spend_chart(comparison=before, comparison_title="October"), "line")[-1]

    assert dashed["encoding"]["strokeDash"]["scale"] == {"domain": ["October"], "range": [[4, 3]]}


def test_token_classes_have_fixed_colours() -> None:
    frame = days(("2026-11-01", "Output", 1, False), ("2026-11-01", "Uncached input", 2, False))
    chart = charts.time_chart(
        frame,
        unit=Unit.TOKENS,
        grain=Grain.DAY,
        value_title="Tokens",
        order=list(charts.TOKEN_CLASSES),
        shades=charts.TOKEN_CLASSES,
    )
    scale = layers(chart, "bar")[0]["encoding"]["color"]["scale"]

    assert scale == {"domain": ["Uncached input", "Output"], "range": [palette.BLUE, palette.BRICK]}


RANKED = pd.DataFrame(
    {
        "group": ["b", "Other", "a"],
        "value": [10.0, 50.0, 30.0],
        "previous": [5.0, float("nan"), 30.0],
        "share": [0.11, 0.56, 0.33],
    }
)


def test_a_stack_of_two_dimensions_has_totals_in_its_legend_and_its_rows() -> None:
    frame = pd.DataFrame(
        [("web", "gpt-6", 1_200_000), ("web", "o5", 300_000), ("app", "gpt-6", 100_000)],
        columns=["first", "second", "value"],
    )
    chart = charts.stacked_chart(
        frame, unit=Unit.TOKENS, value_title="Tokens", first_title="Project", second_title="Model"
    )
    names, totals = layers(chart, "text")

    assert layers(chart, "bar")[0]["encoding"]["color"]["scale"]["domain"] == ["gpt-6 · 1.3M", "o5 · 300k"]
    assert [(r["first"], r["shown"]) for r in drawn(chart, totals)] == [("web", "1.5M"), ("app", "100k")]
    assert names["encoding"]["text"]["field"] == "first"


def test_a_ring_has_shares_in_its_legend_and_the_total_in_its_middle() -> None:
    chart = charts.donut_chart(RANKED, unit=Unit.USD, value_title="Billed")
    color = layers(chart, "arc")[0]["encoding"]["color"]

    assert color["scale"]["domain"] == ["b · 11.0%", "a · 33.0%", "Other · 56.0%"]
    assert color["scale"]["range"][-1] == palette.GREY
    assert drawn(chart, layers(chart, "text")[0])[0]["total"] == "$90.00"


@pytest.mark.parametrize(
    ("chart", "fields"),
    [
        (spend_chart(), ["group"]),
        (spend_chart(kind="lines"), ["group"]),
        (spend_chart(kind="area"), ["group"]),
        (charts.ranking_chart(RANKED, unit=Unit.USD, value_title="Billed"), ["group"]),
        (charts.donut_chart(RANKED, unit=Unit.USD, value_title="Billed"), ["group"]),
    ],
)
def test_a_click_is_read_as_pick(chart: Any, fields: list[str]) -> None:
    (selection,) = chart.to_dict()["params"]

    assert (selection["name"], selection["select"]["fields"]) == ("pick", fields)


@pytest.mark.parametrize("kind", ["bars", "lines", "area"])
def test_an_empty_frame_draws_an_empty_chart(kind: str) -> None:
    chart = charts.time_chart(SPEND[:0], unit=Unit.USD, grain=Grain.DAY, value_title="Billed", kind=kind)

    assert "datasets" in chart.to_dict()


def test_the_theme_uses_the_palette() -> None:
    theme = tomllib.loads(CONFIG.read_text())["theme"]

    assert tuple(theme["chartCategoricalColors"]) == palette.CATEGORICAL
    assert len(theme["chartDivergingColors"]) == 10
    assert all(len(theme[mode]["chartSequentialColors"]) == 10 for mode in ("light", "dark"))


def test_the_theme_asks_no_other_server_for_anything() -> None:
    assert "http" not in CONFIG.read_text()


COURSE = pd.DataFrame(
    {
        "day": [dt.date(2026, 11, 1), dt.date(2026, 11, 2), dt.date(2026, 11, 3)],
        "state": ["final", "provisional", "forecast"],
        "billed": [Decimal("1.5"), Decimal(1), Decimal(0)],
        "total": [1.5, 2.5, 4.0],
        "low80": [1.5, 2.5, 3.5],
        "high80": [1.5, 2.5, 4.5],
        "low95": [1.5, 2.5, 3.0],
        "high95": [1.5, 2.5, 5.0],
    }
)
MONTHS = pd.DataFrame(
    {
        "month": ["Oct 2026", "Nov 2026"],
        "billed": [Decimal(5), Decimal("2.5")],
        "rest": [Decimal(0), Decimal("1.5")],
        "forecast": [Decimal(5), Decimal(4)],
        "low80": [None, 3.5],
        "high80": [None, 4.5],
        "low95": [None, 3.0],
        "high95": [None, 5.0],
    }
)


def rows_of(chart: Any) -> list[dict[str, object]]:
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_a_forecast_begins_where_the_bill_ends() -> None:
    chart = charts.course_chart(COURSE, before=COURSE[["day", "total"]].head(0), before_title="October")

    totals = {(row["what"], row["total"]) for row in rows_of(chart) if "what" in row}
    assert totals == {("Billed", 1.5), ("Billed", 2.5), ("Forecast", 2.5), ("Forecast", 4.0)}
    assert charts.describe_course(COURSE) == ("A running total: $2.50 so far, $4.00 by the end, as forecast.")


def test_a_month_is_drawn_in_what_is_billed_and_what_is_forecast() -> None:
    rows = [row for row in rows_of(charts.months_chart(MONTHS)) if "what" in row]

    assert [(row["month"], row["what"], row["low"], row["high"]) for row in rows] == [
        ("Oct 2026", "Billed", 0, 5),
        ("Nov 2026", "Billed", 0, 2.5),
        ("Nov 2026", "Forecast", 2.5, 4),
    ]
    assert charts.describe_months(MONTHS) == (
        "Spend by month, billed and forecast: Oct 2026 $5.00, Nov 2026 $4.00."
    )


def test_methods_have_a_line_each() -> None:
    errors = pd.DataFrame({"on_day": [5, 5], "method": ["A", "B"], "error": [0.1, 0.2]})

    colour = charts.errors_chart(errors).to_dict()["layer"][0]["encoding"]["color"]

    assert colour["scale"]["domain"] == ["A", "B"]
