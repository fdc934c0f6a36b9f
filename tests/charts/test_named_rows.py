import pandas as pd

from lib.catalog.units import Unit
from lib.charts import named_rows


def test_the_largest_total_comes_first_and_other_last() -> None:
    rows = pd.DataFrame({"first": ["Other", "a", "b", "b"], "value": [9.0, 3.0, 2.0, 2.0]})

    assert named_rows.largest_first(rows, "first") == ["b", "a", "Other"]


def test_of_equal_totals_the_order_stays() -> None:
    rows = pd.DataFrame({"first": ["b", "a", "c"], "value": [1.0, 1.0, 1.0]})

    assert named_rows.largest_first(rows, "first") == ["a", "b", "c"]


def test_names_stand_at_the_left_and_values_at_the_right() -> None:
    rows = pd.DataFrame({"group": ["a"], "value": [1.0], "shown": ["$1"]})

    names, ends = (chart.to_dict() for chart in named_rows.words(rows, "group", ["a"]))

    assert (names["mark"]["align"], names["encoding"]["text"]["field"]) == ("left", "group")
    assert (ends["mark"]["align"], ends["encoding"]["text"]["field"]) == ("right", "shown")
    assert names["encoding"]["y"]["sort"] == ["a"]


def test_the_axis_of_lengths_has_its_unit() -> None:
    assert named_rows.values("Billed", Unit.USD).to_dict()["axis"]["title"] == "Billed, USD"
