"""Pictures, drawn from what a page would be sent."""

import re
import struct
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lib.catalog.units import Unit
from lib.charts import donut_chart, multiples_charts, ranking_chart, time_chart, waterfall_chart
from lib.charts.picture import PictureFormat, picture
from lib.periods.grains import Grain

SVG, PNG = PictureFormat.SVG, PictureFormat.PNG
DAYS = pd.to_datetime(["2026-11-01", "2026-11-02"], utc=True)
SPENT = pd.DataFrame({"start": [*DAYS, *DAYS], "group": ["a", "a", "b", "b"], "value": [1.0, 2.0, 3.0, 4.0]})
MONEY: dict[str, Any] = {"unit": Unit.USD, "value_title": "Billed"}
RANKED = pd.DataFrame({"group": ["Ada", "Bob"], "value": [2.0, 1.0], "share": [0.66, 0.34]})
STEPS = pd.DataFrame(
    {
        "group": ["Oct", "Ada", "Nov"],
        "kind": ["before", "up", "now"],
        "value": [1, 1, 2],
        "from": [0, 1, 0],
        "to": [1, 2, 2],
    }
)
KINDS = {
    "over time": time_chart(SPENT, grain=Grain.DAY, **MONEY),
    "lines": time_chart(SPENT, grain=Grain.DAY, kind="lines", **MONEY),
    "ranking": ranking_chart(RANKED, **MONEY),
    "ring": donut_chart(RANKED, **MONEY),
    "steps": waterfall_chart(STEPS, **MONEY),
}


def spec(chart: Any) -> dict[str, Any]:
    """Return a chart with its rows beside it as Arrow, as pages send it."""
    made: dict[str, Any] = chart.to_dict()
    sink = pa.BufferOutputStream()
    datasets = {}
    for name, rows in made.pop("datasets").items():
        table = pa.Table.from_pylist(rows)
        with pa.ipc.new_stream(sink := pa.BufferOutputStream(), table.schema) as stream:
            stream.write_table(table)
        datasets[name] = bytes(sink.getvalue())
    return {**made, "datasets": datasets}


def words(svg: bytes) -> list[str]:
    return re.findall(r">([^<>]+)</t(?:ext|span)>", svg.decode())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_makes_a_picture_with_its_title_and_what_it_is_about(kind: str) -> None:
    made = picture(
        {"": spec(KINDS[kind])}, "Who spent?", ["1–2 Nov 2026 (UTC) · Search", "$10 in total"], SVG
    )

    assert {"Who spent?", "1–2 Nov 2026 (UTC) · Search", "$10 in total"} <= set(words(made))
    assert b"currentColor" not in made


def test_a_picture_is_as_sharp_as_a_slide_needs() -> None:
    made = picture({"": spec(KINDS["ranking"])}, "Who spent?", [], PNG)

    width, _ = struct.unpack(">II", made[16:24])
    assert made.startswith(b"\x89PNG")
    assert width > 1900


def test_small_charts_stand_in_one_picture_under_their_names_in_their_colours() -> None:
    charts = multiples_charts(SPENT, grain=Grain.DAY, order=["a", "b"], **MONEY)

    made = picture({name: spec(chart) for name, chart in charts.items()}, "Who spent?", [], SVG)

    assert {"a", "b", "Who spent?"} <= set(words(made))
    assert b"#3b6fd4" in made
    assert b"#dca11f" in made


def test_a_long_line_is_broken_between_words() -> None:
    made = picture({"": spec(KINDS["ranking"])}, "Who?", ["word " * 40], SVG)

    assert [text for text in words(made) if text.startswith("word")] == [
        "word " * 25 + "word",
        "word " * 13 + "word",
    ]


def test_names_are_drawn_as_they_are_written() -> None:
    named = RANKED.assign(group=["<b>&\"'", "=Z()"])

    made = picture({"": spec(ranking_chart(named, **MONEY))}, "<i>?", [], SVG)

    assert "&lt;b&gt;&amp;" in made.decode()
    assert "&lt;i&gt;?" in made.decode()


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Europe/Berlin", "2026-10-24T22:00", 25),
        ("Europe/Berlin", "2026-03-28T23:00", 23),
        ("Asia/Kolkata", "2026-10-24T18:30", 24),
    ],
)
def test_hours_are_labelled_by_the_clocks_of_their_zone_around_a_change_too(
    zone: str, first: str, hours: int
) -> None:
    starts = pd.date_range(first, periods=hours, freq="h", tz="UTC")
    asked = pd.DataFrame({"start": starts, "group": "a", "value": 1.0})

    made = picture({"": spec(time_chart(asked, grain=Grain.HOUR, zone=zone, **MONEY))}, "When?", [], SVG)

    said = [word for word in words(made) if ":" in word]
    assert said == [f"{hour:02}:00" for hour in range(3, 24, 3)]
