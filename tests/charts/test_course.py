import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib import charts


def course(*rows: tuple[str, float, float | None]) -> pd.DataFrame:
    """Return days of November as `state`, `total`, and how far the bands reach to either side."""
    frame = pd.DataFrame(rows, columns=["state", "total", "reach"])
    reach = frame["reach"].astype(float)
    return frame.drop(columns="reach").assign(
        day=[dt.date(2026, 11, n) for n in range(1, len(rows) + 1)],
        billed=[Decimal(0)] * len(rows),
        low80=frame["total"] - reach,
        high80=frame["total"] + reach,
        low95=frame["total"] - 2 * reach,
        high95=frame["total"] + 2 * reach,
    )


BILLED = course(("final", 1.0, 0), ("provisional", 2.0, 0), ("forecast", 4.0, 0.5))
OCTOBER = BILLED[["day", "total"]].head(2)
SHORT = course(("final", 1.0, None), ("forecast", 2.0, None))


def layers(chart: Any, mark: str) -> list[list[dict[str, Any]]]:
    """Return the rows of each layer of a kind."""
    spec = chart.to_dict()
    names = [
        layer.get("data", spec.get("data"))["name"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == mark
    ]
    return [spec["datasets"][name] for name in names]


def drawn(frame: pd.DataFrame, before: pd.DataFrame = OCTOBER, **options: Any) -> Any:
    return charts.course_chart(frame, before=before, before_title="October", **options)


def test_bands_begin_where_the_bill_ends() -> None:
    wide, narrow = layers(drawn(BILLED), "area")

    assert [(row["day"][:10], row["low80"], row["high95"]) for row in wide] == [
        ("2026-11-02", 2.0, 2.0),
        ("2026-11-03", 3.5, 5.0),
    ]
    assert narrow == wide


def test_a_short_history_has_no_bands() -> None:
    assert layers(drawn(SHORT), "area") == [[], []]


def test_the_month_before_is_named_at_its_end() -> None:
    chart = drawn(BILLED)

    assert [len(rows) for rows in layers(chart, "line")] == [2, 4]
    assert [(row["words"], row["total"]) for row in layers(chart, "text")[0]] == [("October", 2.0)]


def test_without_a_month_before_nothing_is_said_of_it() -> None:
    chart = drawn(BILLED, OCTOBER.head(0))

    assert [len(rows) for rows in layers(chart, "line")] == [4]
    assert layers(chart, "text") == []
    assert layers(chart, "rule") == []


@pytest.mark.parametrize(("value", "baseline"), [(3.9, "bottom"), (4.0, "top"), (9.0, "top")])
def test_a_line_across_is_named_above_it_unless_nothing_is_higher(value: float, baseline: str) -> None:
    spec = drawn(BILLED, OCTOBER.head(0), line_at=("Budget", value)).to_dict()
    (words,) = (layer for layer in spec["layer"] if layer["mark"]["type"] == "text")

    assert words["mark"]["baseline"] == baseline
    assert [row["value"] for row in layers(drawn(BILLED, line_at=("Budget", value)), "rule")[0]] == [value]


def test_a_tooltip_says_the_narrow_band_first() -> None:
    spec = drawn(BILLED).to_dict()
    line = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"][-1]

    assert [said["title"] for said in line["encoding"]["tooltip"]] == [
        "Day (UTC)",
        "State",
        "Running total",
        "80 %, from",
        "80 %, to",
        "95 %, from",
        "95 %, to",
    ]


def test_a_course_that_has_only_begun_is_zero_so_far() -> None:
    assert charts.describe_course(course(("forecast", 4.0, 0))) == (
        "A running total: $0.00 so far, $4.00 by the end, as forecast."
    )


def months(*bands: float | None) -> pd.DataFrame:
    low, high = bands
    shown = {"low80": [low], "high80": [high], "low95": [low], "high95": [high]}
    amounts = {"billed": [Decimal(1)], "rest": [Decimal(2)], "forecast": [Decimal(3)]}
    return pd.DataFrame({"month": ["Nov 2026"], **amounts, **shown})


def test_whiskers_are_drawn_where_there_are_bands() -> None:
    assert [len(rows) for rows in layers(charts.months_chart(months(2.0, 4.0)), "rule")] == [1, 1]
    assert layers(charts.months_chart(months(None, None)), "rule") == []


def test_months_stand_in_their_order_and_not_by_their_names_or_bars() -> None:
    two = pd.concat([months(2.0, 4.0), months(2.0, 4.0).assign(month="Dec 2026")])

    made = charts.months_chart(two).to_dict()

    assert {tuple(layer["encoding"]["x"]["sort"]) for layer in made["layer"]} == {("Nov 2026", "Dec 2026")}


def test_the_days_of_errors_are_the_days_on_which_forecasts_were_made() -> None:
    errors = pd.DataFrame({"on_day": [5, 10], "method": ["A", "A"], "error": [0.1, 0.2]})
    line, points = charts.errors_chart(errors).to_dict()["layer"]

    assert [layer["mark"]["type"] for layer in (line, points)] == ["line", "point"]
    assert line["encoding"]["x"]["field"] == "on_day"
    assert [said["title"] for said in line["encoding"]["tooltip"]] == [
        "Method",
        "Made on day",
        "Average error",
    ]
