import datetime as dt
from decimal import Decimal

import pytest

from lib.demo.organization.paid_prices import token_price

DAY = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("token_class", "tier", "long_context", "price"),
    [
        ("input", "default", False, "0.00000125"),
        ("input", "default", True, "0.0000025"),
        ("cached input", "default", True, "0.00000025"),
        ("output", "default", False, "0.00001"),
        ("output", "default", True, "0.000015"),
        ("output", "batch", False, "0.000005"),
    ],
)
def test_a_token_costs_its_list_price_and_more_in_a_long_context(
    token_class: str, tier: str, long_context: bool, price: str
) -> None:
    assert token_price("gpt-5", DAY, token_class, tier, long_context=long_context) == Decimal(price)


def test_a_model_without_a_price_is_named() -> None:
    with pytest.raises(KeyError, match="no list price of input for an OpenAI model called gpt-nothing"):
        token_price("gpt-nothing", DAY, "input")
