import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lib.analysis.savings.priced_traffic import TRAFFIC, at_price, monthly, priced
from tests.analysis.savings.fixed_traffic import MONDAY, price, sent, traffic

USAGE = {
    "start": pd.Timestamp(MONDAY, tz="UTC"),
    "project_id": "proj_a",
    "api_key_id": "key_a",
    "model": "gpt-6-sol-2026-09-28",
    "batch": "false",
    "service_tier": "default",
    "input_tokens": 100,
    "input_cached_tokens": 40,
    "input_audio_tokens": 10,
    "output_tokens": 0,
}


def usage(**row: Any) -> pa.Table:
    return pa.Table.from_pylist([USAGE | row])


def test_each_class_of_tokens_is_priced_once() -> None:
    rows = priced(usage(), price)

    who = [MONDAY, "proj_a", "key_a", "gpt-6-sol", "default"]
    assert [list(row.values()) for row in rows.to_pylist()] == [
        [*who, "input", "text", 50, Decimal(200)],
        [*who, "input", "audio", 10, Decimal(80)],
        [*who, "cached input", "text", 40, Decimal(40)],
    ]


@pytest.mark.parametrize(
    ("row", "tier", "worth"),
    [({"batch": "true"}, "batch", 100), ({"service_tier": "fast"}, "priority", 400)],
)
def test_a_row_is_priced_at_its_own_tier(row: dict[str, str], tier: str, worth: int) -> None:
    rows = priced(usage(**row), price)

    assert set(rows["tier"].to_pylist()) == {tier}
    assert rows["worth"][0].as_py() == worth


def test_a_model_that_the_list_does_not_know_is_left_out() -> None:
    rows = priced(usage(model="gpt-unlisted"), price)

    assert rows.num_rows == 0
    assert rows.schema == TRAFFIC


def test_a_fine_tune_costs_what_its_model_does() -> None:
    asked = []

    def listing(model: str, day: dt.date, token_class: str, **_: object) -> Decimal:
        asked.append((model, day, token_class))
        return Decimal(1)

    rows = priced(usage(model="ft:gpt-4o-2024-08-06:acme::x", input_audio_tokens=0), listing)

    assert rows["model"].to_pylist() == ["ft-gpt-4o", "ft-gpt-4o"]
    assert asked == [("gpt-4o-2024-08-06", MONDAY, "input"), ("gpt-4o-2024-08-06", MONDAY, "cached input")]


def test_other_prices_are_those_of_each_rows_own_tokens() -> None:
    rows = traffic(sent("8", units=2), sent("8", modality="audio"), sent("8", model="gpt-unlisted"))

    assert at_price(rows, price).to_pylist() == [8, 8, None]
    assert at_price(rows, price, tier="batch").to_pylist() == [4, 4, None]
    assert at_price(rows, price, token_class="cached input").to_pylist() == [2, 2, None]
    assert at_price(rows, price, model="gpt-6.1-sol").to_pylist() == [4, 4, 4 / 2]
    others = pa.array(["gpt-6.1-sol", "gpt-5.6-sol", "gpt-unlisted"])
    assert at_price(rows, price, model=others).to_pylist() == [4, 8, None]


def test_a_month_has_a_twelfth_of_the_days_of_an_average_year() -> None:
    assert monthly(Decimal(28), 28) == Decimal("30.4375")
    assert monthly(Decimal(1), 7) == Decimal("4.348214285714285714")
