import pandas as pd

from lib import charts
from lib.catalog.units import Unit
from lib.charts import named_rows, palette
from tests.charts.specs import drawn, layers, titles

RANKED = pd.DataFrame(
    {
        "group": ["b", "Other", "a"],
        "value": [10.0, 50.0, 30.0],
        "previous": [5.0, float("nan"), 30.0],
        "share": [0.11, 0.56, 0.33],
    }
)


def test_a_ranking_is_sorted_and_says_values_and_changes() -> None:
    chart = charts.ranking_chart(RANKED, unit=Unit.USD, value_title="Billed")
    bars = layers(chart, "bar")[0]

    assert bars["encoding"]["y"]["sort"] == ["a", "b", "Other"]
    assert [r["shown"] for r in drawn(chart, bars)] == ["$10.00 · +100%", "$50.00", "$30.00 · no change"]


def test_other_is_grey_wherever_it_stands() -> None:
    (bars,) = layers(charts.ranking_chart(RANKED, unit=Unit.USD, value_title="Billed"), "bar")

    color = bars["encoding"]["color"]
    assert color["condition"]["test"] == "datum.group == 'Other'"
    assert (color["condition"]["value"], color["value"]) == (palette.GREY, palette.BLUE)


def test_a_mark_shows_where_it_was_before() -> None:
    chart = charts.ranking_chart(
        RANKED, unit=Unit.USD, value_title="Billed", group_title="Project", previous_title="October"
    )

    assert [tick["encoding"]["x"]["field"] for tick in layers(chart, "tick")] == ["previous"]
    assert titles(layers(chart, "bar")[0]) == ["Project", "Billed", "Share", "October"]


def test_without_a_comparison_only_the_values_are_said() -> None:
    chart = charts.ranking_chart(RANKED[["group", "value"]], unit=Unit.USD, value_title="Billed")
    (bars,) = layers(chart, "bar")

    assert layers(chart, "tick") == []
    assert titles(bars) == ["Group", "Billed"]
    assert [r["shown"] for r in drawn(chart, bars)] == ["$10.00", "$50.00", "$30.00"]


def test_every_row_has_its_height_and_nothing_is_as_high_as_one() -> None:
    for rows, height in ((RANKED, 3), (RANKED[:1], 1), (RANKED[:0], 1)):
        chart = charts.ranking_chart(rows, unit=Unit.USD, value_title="Billed")

        assert chart.to_dict()["height"] == height * named_rows.HEIGHT
