import pandas as pd
import pytest

from lib import charts
from lib.catalog.units import Unit
from lib.periods.grains import Grain
from tests.charts.specs import SPEND


def test_a_sentence_says_total_first_last_and_highest() -> None:
    said = charts.describe(SPEND, Unit.USD, grain=Grain.DAY, value_title="Billed")

    assert said == (
        "Billed: $44.00 in total, from $34.00 (Sun 1 Nov 2026) to $10.00 (Mon 2 Nov 2026), "
        "highest $34.00 (Sun 1 Nov 2026)."
    )


def test_a_sentence_never_adds_ratios() -> None:
    said = charts.describe(SPEND, Unit.USD_PER_MILLION, grain=Grain.DAY, value_title="Price")

    assert said == "Price: the largest of 3 is gpt-6 with $30.00."


def test_a_level_is_described_without_a_total() -> None:
    frame = pd.DataFrame(
        {
            "start": pd.to_datetime(["2026-11-01", "2026-11-02"], utc=True),
            "group": ["Total", "Total"],
            "value": [1e9, 2e9],
        }
    )

    assert charts.describe(frame, Unit.BYTES, grain=Grain.DAY, value_title="Stored") == (
        "Stored: from 1 GB (Sun 1 Nov 2026) to 2 GB (Mon 2 Nov 2026), highest 2 GB (Mon 2 Nov 2026)."
    )


def test_one_group_of_a_ratio_is_described_over_time() -> None:
    alone = SPEND[SPEND["group"] == "gpt-6"]

    assert charts.describe(alone, Unit.USD_PER_MILLION, grain=Grain.DAY, value_title="Price") == (
        "Price: from $30.00 (Sun 1 Nov 2026) to $10.00 (Mon 2 Nov 2026), highest $30.00 (Sun 1 Nov 2026)."
    )


@pytest.mark.parametrize("unit", [Unit.USD, Unit.USD_PER_MILLION])
def test_nothing_is_described_as_such(unit: Unit) -> None:
    assert charts.describe(SPEND[:0], unit, grain=Grain.DAY, value_title="Billed") == "Billed: no data."
    assert charts.describe_ranking(SPEND[:0], unit, value_title="Billed") == "Billed: no data."


def test_a_ranking_is_summed_by_its_field_and_names_the_largest() -> None:
    rows = pd.DataFrame({"first": ["a", "b", "b"], "value": [5.0, 3.0, 4.0]})

    assert charts.describe_ranking(rows, Unit.USD, value_title="Billed", field="first") == (
        "Billed: $12.00 in total, the largest of 2 is b with $7.00."
    )
    assert charts.describe_ranking(rows, Unit.SHARE, value_title="Share", field="first") == (
        "Share: the largest of 2 is a with 500.0%."
    )


@pytest.mark.parametrize(
    ("credit", "total"), [(-1.0, "$8.00 in total ($9.00 before credits)"), (0.0, "$9.00 in total")]
)
def test_a_total_after_credits_says_what_it_was_before(credit: float, total: str) -> None:
    rows = pd.DataFrame({"group": ["a", "b", "Credits"], "value": [5.0, 4.0, credit]})

    assert charts.describe_ranking(rows, Unit.USD, value_title="Billed") == (
        f"Billed: {total}, the largest of 3 is a with $5.00."
    )
