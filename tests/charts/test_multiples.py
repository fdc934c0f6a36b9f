from lib import charts
from lib.catalog.units import Unit
from lib.charts import palette
from lib.periods.grains import Grain
from tests.charts.specs import SPEND, drawn, layers


def test_small_multiples_share_their_scale() -> None:
    found = charts.multiples_charts(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed")

    assert list(found) == ["gpt-6", "credit", "Other"]
    encodings = [layers(chart, "area")[0]["encoding"]["y"] for chart in found.values()]
    assert {y.get("scale", {}).get("domainMax") for y in encodings} == {31.5}


def test_they_come_in_the_given_order_without_those_that_have_no_rows() -> None:
    found = charts.multiples_charts(
        SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed", order=["credit", "gone", "gpt-6"]
    )

    assert list(found) == ["credit", "gpt-6"]


def test_each_keeps_the_colour_of_its_place_among_all() -> None:
    found = charts.multiples_charts(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed")

    spec = str(found["credit"].to_dict())
    assert palette.colours(["gpt-6", "credit", "Other"])["credit"] in spec


def test_they_say_nothing_about_settling() -> None:
    found = charts.multiples_charts(SPEND, unit=Unit.USD, grain=Grain.DAY, value_title="Billed")

    (words,) = layers(found["gpt-6"], "text")
    assert {row["note"] for row in drawn(found["gpt-6"], words)} == {""}


def test_of_nothing_there_are_none() -> None:
    assert charts.multiples_charts(SPEND[:0], unit=Unit.USD, grain=Grain.DAY, value_title="Billed") == {}
