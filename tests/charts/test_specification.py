from decimal import Decimal

import altair as alt
import pandas as pd
import pytest

from lib.charts.specification import Drawing
from tests.charts.drawn_data import rows_of

MANY = pd.DataFrame({"x": range(5), "y": [Decimal(n) for n in range(5)]})


def points(frame: pd.DataFrame) -> alt.Chart:
    return alt.Chart(frame.assign(y=frame["y"].astype(float))).mark_point().encode(x="x:Q", y="y:Q")


def test_a_specification_is_the_same_each_time_with_its_data() -> None:
    drawing = Drawing(points(MANY))

    first, second = drawing.to_dict(), drawing.to_dict()

    assert list(rows_of(drawing).values()) == [[{"x": n, "y": float(n)} for n in range(5)]]
    assert first == second
    first.pop("datasets")
    assert "datasets" in drawing.to_dict()


def test_what_a_chart_does_not_name_is_not_sent() -> None:
    base = alt.Chart(MANY.assign(said="a", asked=True, other=1))
    layer = base.mark_point().encode(x="x:Q", tooltip="said:N").transform_filter("datum.asked")
    line = alt.Chart(MANY.assign(x=MANY["x"] + 1, z=0)).mark_line().encode(x="z:Q")

    sent = rows_of(Drawing(alt.LayerChart(layer=[layer, line])))

    assert [list(rows[0]) for rows in sent.values()] == [["x", "said", "asked"], ["z"]]


def test_texts_stay_texts_however_many_there_are() -> None:
    texts = pd.DataFrame({"x": [f"n{n}" for n in range(300)]})

    (rows,) = rows_of(Drawing(alt.Chart(texts).mark_point().encode(x="x:N"))).values()

    assert [row["x"] for row in rows] == list(texts["x"])


def test_a_few_rows_are_sent_as_values_with_moments_in_milliseconds() -> None:
    rows = pd.DataFrame({"start": pd.to_datetime(["2026-11-01"], utc=True), "note": ["still settling"]})
    chart = alt.Chart(rows).mark_text().encode(x="start:T", text="note:N")

    made = Drawing(chart).to_dict()

    assert made["data"] == {"values": [{"start": 1_793_491_200_000, "note": "still settling"}]}
    assert made["datasets"] == {}


def test_a_chart_that_is_no_drawing_has_its_rows() -> None:
    made = points(MANY.head(2)).to_dict()

    assert [*made["datasets"].values()] == [[{"x": 0, "y": 0.0}, {"x": 1, "y": 1.0}]]


def test_a_chart_keeps_its_own_data() -> None:
    chart = points(MANY)

    Drawing(chart)

    assert len(chart.data) == 5


def test_a_drawing_grows_upwards_and_keeps_its_data() -> None:
    small = Drawing(points(MANY).properties(height=300))

    large = small.enlarged(500)

    assert (small.to_dict()["height"], large.to_dict()["height"]) == (300, 500)
    assert large.to_dict()["datasets"] == small.to_dict()["datasets"]


@pytest.mark.parametrize("height", [40, 500, 600])
def test_rows_of_names_and_what_is_as_high_already_stay_as_they_are(height: int) -> None:
    rows = alt.LayerChart(layer=[alt.Chart(MANY).mark_bar().encode(y="x:N")], height=height)

    assert Drawing(rows).enlarged(500).to_dict()["height"] == height
