from typing import Any

import pandas as pd

from lib import charts
from lib.catalog.units import Unit

BILLED = pd.DataFrame({"group": ["a", "b"], "value": [400.0, 50.0], "share": [8 / 9, 1 / 9]})
CREDITED = pd.DataFrame(
    {"group": ["a", "b", "Credits"], "value": [400.0, 50.0, -360.0], "share": [8 / 9, 1 / 9, None]}
)


def rows(frame: pd.DataFrame) -> list[list[dict[str, Any]]]:
    spec = charts.donut_chart(frame, unit=Unit.USD, value_title="Billed").to_dict()
    return [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]


def test_a_ring_holds_every_part_and_says_their_total() -> None:
    ring, words, _ = rows(BILLED)

    assert [row["series"] for row in ring] == ["a · 88.9%", "b · 11.1%"]
    assert words == [{"total": "$450.00", "title": "Billed"}]


def test_credits_are_not_drawn_and_the_total_is_said_to_be_before_them() -> None:
    ring, words, _ = rows(CREDITED)

    assert [row["series"] for row in ring] == ["a · 88.9%", "b · 11.1%"]
    assert words == [{"total": "$450.00", "title": "Billed before credits"}]


def test_a_part_of_nothing_is_no_credit_and_not_drawn() -> None:
    ring, words, _ = rows(BILLED.assign(value=[400.0, 0.0]))

    assert [row["group"] for row in ring] == ["a"]
    assert words == [{"total": "$400.00", "title": "Billed"}]


def test_the_words_for_a_ring_with_credits_hold_both_totals() -> None:
    assert charts.describe_ranking(CREDITED, Unit.USD, value_title="Billed") == (
        "Billed: $90.00 in total ($450.00 before credits), the largest of 3 is a with $400.00."
    )
