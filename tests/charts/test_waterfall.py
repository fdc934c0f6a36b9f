from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from lib import charts
from lib.catalog.units import Unit
from lib.charts.named_rows import HEIGHT

STEPS = [("Search", "up", "60"), ("Chat", "down", "-20")]


def steps(before: str, *between: tuple[str, str, str]) -> pd.DataFrame:
    total = Decimal(before)
    rows: list[tuple[Any, ...]] = [("Oct", "before", Decimal(0), total, total)]
    for name, kind, text in between:
        rows.append((name, kind, total, total + Decimal(text), Decimal(text)))
        total += Decimal(text)
    rows.append(("Nov", "now", Decimal(0), total, total))
    return pd.DataFrame(rows, columns=["group", "kind", "from", "to", "value"]).astype(object)


def bars(frame: pd.DataFrame) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    chart = charts.waterfall_chart(frame, unit=Unit.USD, value_title="Billed", group_title="Project")
    spec = chart.to_dict()
    layer = next(one for one in spec["layer"] if one["mark"]["type"] == "bar")
    return layer["encoding"], spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def test_each_step_begins_where_the_one_above_it_ends() -> None:
    _, rows = bars(steps("100", *STEPS))

    assert [(r["group"], r["begin"], r["end"]) for r in rows] == [
        ("Oct", 0, 100),
        ("Search", 100, 160),
        ("Chat", 160, 140),
        ("Nov", 0, 140),
    ]


def test_rises_and_falls_are_said_without_colour() -> None:
    _, rows = bars(steps("100", *STEPS))

    assert [r["shown"] for r in rows] == ["$100.00", "▲ +$60.00", "▼ −$20.00", "$140.00"]


def test_rows_keep_the_order_of_the_frame() -> None:
    encoding, _ = bars(steps("100", *STEPS))

    assert encoding["y"]["sort"] == ["Oct", "Search", "Chat", "Nov"]


def test_the_axis_begins_at_zero_where_the_steps_can_be_seen_from_there() -> None:
    encoding, _ = bars(steps("100", *STEPS))

    assert encoding["x"]["scale"]["zero"]
    assert encoding["x"]["axis"]["title"] == "Billed, USD"


def test_the_axis_begins_near_small_steps_and_says_so() -> None:
    encoding, rows = bars(steps("1000", ("Search", "up", "40"), ("Chat", "down", "-20")))

    assert not encoding["x"]["scale"]["zero"]
    assert encoding["x"]["axis"]["title"] == "Billed, USD (axis begins at $980.00)"
    assert [r["begin"] for r in rows] == [980, 1000, 1040, 980]


def test_a_total_below_zero_is_drawn_from_zero() -> None:
    encoding, rows = bars(steps("-10", ("Search", "up", "4")))

    assert encoding["x"]["scale"]["zero"]
    assert [(r["begin"], r["end"]) for r in rows] == [(0, -10), (-10, -6), (0, -6)]


def test_a_waterfall_reads_as_a_sentence() -> None:
    said = charts.describe_waterfall(steps("100", *STEPS), Unit.USD, value_title="Billed")

    assert said == "Billed: $100.00 (Oct) to $140.00 (Nov); Search ▲ +$60.00, Chat ▼ −$20.00."


def test_a_waterfall_without_steps_says_that_nothing_changed() -> None:
    said = charts.describe_waterfall(steps("100"), Unit.USD, value_title="Billed")

    assert said == "Billed: $100.00 (Oct) to $100.00 (Nov); no change."


def test_steps_of_three_tenths_of_the_axis_can_be_seen_from_zero() -> None:
    from_zero, _ = bars(steps("70", ("Search", "up", "30")))
    cut, rows = bars(steps("71", ("Search", "up", "29")))

    assert from_zero["x"]["scale"] == {"zero": True, "nice": True}
    assert cut["x"]["scale"] == {"zero": False, "nice": False}
    assert [(r["begin"], r["end"]) for r in rows] == [(56.5, 71), (71, 100), (56.5, 100)]


def test_totals_that_do_not_change_are_drawn_from_zero() -> None:
    encoding, rows = bars(steps("100"))

    assert encoding["x"]["scale"]["zero"]
    assert [(r["begin"], r["end"]) for r in rows] == [(0, 100), (0, 100)]


def test_a_total_of_nothing_is_drawn_from_zero() -> None:
    encoding, _ = bars(steps("0", ("Search", "up", "1")))

    assert encoding["x"]["scale"]["zero"]
    assert encoding["x"]["axis"]["title"] == "Billed, USD"


def test_a_waterfall_is_as_high_as_its_rows() -> None:
    heights = [
        charts.waterfall_chart(steps("1", *STEPS[:count]), unit=Unit.USD, value_title="Billed").to_dict()[
            "height"
        ]
        for count in (0, 1)
    ]

    assert heights == [2 * HEIGHT, 3 * HEIGHT]


def test_cents_are_cut_as_dollars_are() -> None:
    encoding, rows = bars(steps("0.80", ("Search", "up", "0.04")))

    assert encoding["x"]["axis"]["title"] == "Billed, USD (axis begins at $0.78)"
    assert rows[0]["begin"] == pytest.approx(0.78)


def strokes(frame: pd.DataFrame) -> list[str]:
    """Return the rows whose bars are drawn as broken off."""
    spec = charts.waterfall_chart(frame, unit=Unit.USD, value_title="Billed").to_dict()
    return [
        row["group"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point"
        for row in spec["datasets"][layer["data"]["name"]]
    ]


def test_the_bars_of_the_totals_are_broken_where_the_axis_is_and_a_sentence_says_so() -> None:
    small = steps("1000", ("Search", "up", "40"), ("Chat", "down", "-20"))

    assert strokes(small) == ["Oct", "Nov"]
    assert charts.broken_axis(small, Unit.USD) == (
        "The axis begins at $980.00, so the totals are larger than their bars look."
    )


def test_an_axis_from_zero_has_nothing_to_say() -> None:
    assert strokes(steps("100", *STEPS)) == []
    assert charts.broken_axis(steps("100", *STEPS), Unit.USD) == ""
