import altair as alt
import pandas as pd
import pytest

from lib.catalog.units import Unit
from lib.charts import canvas, palette


@pytest.mark.parametrize(
    ("widest", "entry"), [("", 40), ("a", 47), ("a" * 40, 320), ("a" * 41, 320)], ids=str
)
def test_a_legend_has_as_many_columns_as_its_widest_label_leaves_room_for(widest: str, entry: int) -> None:
    columns = canvas.legend(None, widest).to_dict()["columns"]

    assert columns == {"expr": f"max(1, floor(width / {entry}))"}


def test_one_group_needs_no_legend() -> None:
    one, two = (canvas.colour("group", groups, "Model").to_dict() for groups in (["a"], ["a", "bb"]))

    assert one["legend"] is None
    assert two["legend"]["title"] == "Model"
    assert two["legend"]["columns"] == {"expr": "max(1, floor(width / 54))"}
    assert two["scale"]["domain"] == ["a", "bb"]


def test_groups_have_the_shades_that_they_are_given() -> None:
    scale = canvas.colour("group", ["a", "b"], None, {"a": "red", "b": "blue"}).to_dict()["scale"]

    assert scale == {"domain": ["a", "b"], "range": ["red", "blue"]}


def test_what_is_not_picked_is_faded() -> None:
    assert canvas.faded(canvas.pick("group")).to_dict() == {
        "value": 0.25,
        "condition": {"param": "pick", "value": 1},
    }
    assert canvas.faded(canvas.pick("group"), 0.9).to_dict()["condition"]["value"] == 0.9


def test_totals_stand_beside_the_names_of_those_that_have_one() -> None:
    rows = pd.DataFrame({"second": ["b", "a"]})

    drawn, colour = canvas.totalled(rows, "second", ["a", "gone", "b"], {"a": "$1", "b": "$22"}, "Model")

    assert list(zip(drawn["series"], drawn["rank"], strict=True)) == [("b · $22", 2), ("a · $1", 0)]
    assert colour.to_dict()["scale"]["domain"] == ["a · $1", "b · $22"]
    assert colour.to_dict()["scale"]["range"] == [palette.colours(["a", "gone", "b"])[g] for g in ("a", "b")]
    assert colour.to_dict()["legend"]["columns"] == {"expr": f"max(1, floor(width / {40 + 7 * 7}))"}


def test_small_amounts_are_written_with_more_places_than_large_ones() -> None:
    small, large = (canvas.exact(pd.Series([value]), Unit.USD) for value in (-0.001, 1000.0))

    assert small != large
    assert canvas.exact(pd.Series([], dtype=float), Unit.USD) == canvas.exact(pd.Series([1.0]), Unit.USD)
    assert canvas.exact(pd.Series([-1000.0, 0.1]), Unit.USD) == large


def test_a_chart_is_as_wide_as_its_page_and_its_plot_as_high_as_asked() -> None:
    spec = canvas.layered([alt.Chart(pd.DataFrame({"a": [1]})).mark_bar()], 123).to_dict()

    assert (spec["width"], spec["height"]) == ("container", 123)
    assert spec["autosize"] == {"type": "fit-x", "contains": "padding"}
    assert len(spec["layer"]) == 1


def test_an_axis_has_its_title_above_it_and_about_five_ticks() -> None:
    axis = canvas.value_axis("Spend", Unit.USD).to_dict()

    assert (axis["title"], axis["titleAngle"], axis["tickCount"]) == ("Spend, USD", 0, 5)
    assert canvas.value_axis("Spend", Unit.USD, ticks=3).to_dict()["tickCount"] == 3
