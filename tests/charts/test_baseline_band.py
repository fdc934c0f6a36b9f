from decimal import Decimal

import pandas as pd

from lib.catalog.units import Unit
from lib.charts import palette
from lib.charts.baseline_band import baseline_chart
from tests.charts.specs import drawn, layers, titles

COURSE = pd.DataFrame(
    {
        "start": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-03"], utc=True),
        "value": [Decimal(1), Decimal(2), Decimal(90)],
        "baseline": [None, Decimal(2), Decimal(2)],
        "low": [None, 1.0, 1.0],
        "high": [None, 3.0, 3.0],
        "unusual": [False, False, True],
    },
    index=[7, 8, 9],
)


def test_unusual_days_are_large_and_red() -> None:
    chart = baseline_chart(COURSE, unit=Unit.USD, value_title="Billed")
    (points,) = layers(chart, "point")

    assert [row["state"] for row in drawn(chart, points)] == ["as expected", "as expected", "unusual"]
    assert points["encoding"]["color"]["scale"] == {
        "domain": ["as expected", "unusual"],
        "range": [palette.BLUE, palette.BRICK],
    }
    small, large = points["encoding"]["size"]["scale"]["range"]
    assert small < large


def test_the_band_and_the_baseline_begin_once_there_is_a_history() -> None:
    chart = baseline_chart(COURSE, unit=Unit.USD, value_title="Billed")
    (band,) = layers(chart, "area")

    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert [(r["baseline"], r["low"], r["high"]) for r in drawn(chart, band)] == [
        (None, None, None),
        (2, 1, 3),
        (2, 1, 3),
    ]
    dashed, course = layers(chart, "line")
    assert (dashed["encoding"]["y"]["field"], course["encoding"]["y"]["field"]) == ("baseline", "value")


def test_a_day_says_all_that_it_is_judged_by() -> None:
    chart = baseline_chart(COURSE, unit=Unit.USD, value_title="Billed")

    assert titles(layers(chart, "point")[0]) == [
        "Day (UTC)",
        "Billed",
        "Baseline (median)",
        "Unusual below",
        "Unusual above",
    ]
    assert drawn(chart, layers(chart, "point")[0])[2]["when"] == "Tue 3 Nov 2026"
