import pandas as pd

from lib import charts
from lib.catalog.units import Unit
from tests.charts.specs import drawn, layers, titles


def test_a_heatmap_runs_from_monday_to_sunday() -> None:
    frame = pd.DataFrame({"weekday": [6, 0], "hour": [23, 0], "value": [2.0, 1.0]})
    chart = charts.heatmap_chart(frame, unit=Unit.REQUESTS, value_title="Requests")
    cells = layers(chart, "rect")[0]

    assert cells["encoding"]["y"]["scale"]["domain"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [r["time"] for r in drawn(chart, cells)] == ["Sun 23:00–00:00", "Mon 00:00–01:00"]


def test_a_cell_says_its_hour_and_its_value_and_every_third_hour_is_on_the_axis() -> None:
    frame = pd.DataFrame({"weekday": [2], "hour": [9], "value": [4.0]})
    (cells,) = layers(charts.heatmap_chart(frame, unit=Unit.REQUESTS, value_title="Requests"), "rect")

    assert titles(cells) == ["Hour (UTC)", "Requests"]
    assert cells["encoding"]["x"]["axis"]["values"] == [0, 3, 6, 9, 12, 15, 18, 21]
    assert cells["encoding"]["x"]["scale"]["domain"] == list(range(24))
    assert cells["encoding"]["color"]["scale"]["zero"] is True


def test_the_axis_and_each_cell_say_whose_hours_they_are() -> None:
    frame = pd.DataFrame({"weekday": [2], "hour": [9], "value": [4.0]})
    chart = charts.heatmap_chart(frame, unit=Unit.REQUESTS, value_title="Requests", zone="Europe/Berlin")
    (cells,) = layers(chart, "rect")

    assert titles(cells)[0] == cells["encoding"]["x"]["axis"]["title"] == "Hour (Europe/Berlin)"
