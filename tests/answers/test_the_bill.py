from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers import the_bill
from lib.answers.reading import Reading
from tests.answers.readings import november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD = november(8, 14)


def bill(day: int, dollars: str, item: str, **more: Any) -> dict[str, Any]:
    return {"start": f"2026-11-{day:02}", "line_item": item, "cost_usd": Decimal(dollars), **more}


BILLS = [
    bill(9, "3", "gpt-6-sol, input"),
    bill(9, "2", "gpt-6-sol, output"),
    bill(10, "-1", "Credit"),
    bill(11, "-4", "Refund"),
    bill(7, "100", "gpt-6-sol, input"),
    bill(12, "0", "gpt-6-sol, input", currency="eur", other_amount=Decimal("7.5")),
]
USED = {
    "start": "2026-11-09",
    "model": "gpt-6-sol",
    "input_tokens": 1_500_000,
    "input_cached_tokens": 500_000,
    "output_tokens": 50_000,
}
EMBEDDED = {"start": "2026-11-09", "model": "gpt-6-sol", "input_tokens": 2_000_000}


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    rows = {"costs": BILLS, "completions": [USED], "embeddings": [EMBEDDED]}
    return reading_of(tmp_path, rows, PERIOD, fetched={name: [PERIOD] for name in rows})


def test_a_million_tokens_cost_what_was_billed_for_the_tokens_used(reading: Reading) -> None:
    found = the_bill.effective_prices(reading)

    assert found.to_dict("split")["data"] == [
        ["gpt-6-sol", "input", Decimal(3), 3_000_000, Decimal(1)],
        ["gpt-6-sol", "output", Decimal(2), 50_000, Decimal(40)],
    ]


def test_credits_are_the_lines_below_zero_largest_first(reading: Reading) -> None:
    found = the_bill.credits_given(reading.ranking(the_bill.SPEND, "line_item"))

    assert found.to_dict("split")["data"] == [["Refund", Decimal(-4)], ["Credit", Decimal(-1)]]


def test_bills_in_other_currencies_are_told_apart(reading: Reading) -> None:
    found = the_bill.other_currencies(reading)

    assert found.to_dict("split")["data"] == [["eur", "gpt-6-sol, input", Decimal("7.5")]]
