import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.focus_charges import Account, charges
from lib.catalog.focus_columns import FOCUS_COLUMNS
from lib.catalog.schemas import MONEY, TIME

DAY = dt.datetime(2026, 10, 31, tzinfo=dt.UTC)
LINES = pa.schema(
    [
        ("start", TIME),
        *((k, pa.string()) for k in ("project_id", "api_key_id", "line_item", "currency", "quantity_unit")),
        *((k, MONEY) for k in ("cost_usd", "other_amount", "quantity")),
    ]
)
ACCOUNT = Account("org-1", {"proj_a": "Search"}, {"key_a": "production"}, {DAY.date()})
USUAL = {
    "start": DAY,
    "project_id": "proj_a",
    "api_key_id": "key_a",
    "currency": "usd",
    "quantity_unit": "tokens",
    "other_amount": Decimal(0),
    "quantity": Decimal(0),
}


def price(
    model: str,
    day: dt.date,  # noqa: ARG001
    token_class: str,
    *,
    tier: str = "default",
    modality: str = "text",  # noqa: ARG001
    long_context: bool = False,
) -> Decimal | None:
    """Return $2 a unit, half for batches and double for long context; nothing is known of gpt-unlisted."""
    if model == "gpt-unlisted" or token_class == "seconds":
        return None
    return Decimal(2) / (2 if tier == "batch" else 1) * (2 if long_context else 1)


def charged(line_item: str | None, usd: str, **more: Any) -> dict[str, Any]:
    """Return the charge that one line of the bill is."""
    line = USUAL | {"line_item": line_item, "cost_usd": Decimal(usd)} | more
    [found] = charges(pa.Table.from_pylist([line], LINES), ACCOUNT, price).to_pylist()
    return found


def test_a_line_of_tokens_is_usage_at_its_list_price() -> None:
    found = charged("gpt-6-sol, input", "5.5", quantity=Decimal(3))

    assert {name: value for name, value in found.items() if value is not None} == {
        "BilledCost": Decimal("5.5"),
        "BillingAccountId": "org-1",
        "BillingAccountType": "Organization",
        "BillingCurrency": "USD",
        "BillingPeriodEnd": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        "BillingPeriodStart": dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
        "ChargeCategory": "Usage",
        "ChargeDescription": "gpt-6-sol, input",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        "ChargePeriodStart": dt.datetime(2026, 10, 31, tzinfo=dt.UTC),
        "ConsumedQuantity": Decimal(3),
        "ConsumedUnit": "Tokens",
        "ContractedCost": Decimal("5.5"),
        "EffectiveCost": Decimal("5.5"),
        "InvoiceIssuerName": "OpenAI",
        "ListCost": Decimal(6),
        "ListUnitPrice": Decimal(2),
        "PricingCategory": "Standard",
        "PricingQuantity": Decimal(3),
        "PricingUnit": "Tokens",
        "ProviderName": "OpenAI",
        "PublisherName": "OpenAI",
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": "OpenAI API",
        "ServiceSubcategory": "Generative AI",
        "SkuId": "gpt-6-sol, input",
        "SkuMeter": "input tokens",
        "SkuPriceId": "gpt-6-sol, input",
        "SubAccountId": "proj_a",
        "SubAccountName": "Search",
        "SubAccountType": "Project",
        "x_ApiKeyId": "key_a",
        "x_ApiKeyName": "production",
        "x_IsFinal": True,
        "x_Model": "gpt-6-sol",
        "x_TokenClass": "input",
    }


@pytest.mark.parametrize(
    ("line_item", "unit", "list_price"),
    [
        ("batch | gpt-6-sol, input", "tokens", "1"),
        ("gpt-6-sol, output, long context", "tokens", "4"),
        ("gpt-6-sol, input", "1000_tokens", "2000"),
        ("tts", "characters", "2"),
    ],
)
def test_the_list_price_is_that_of_the_tier_and_the_unit(line_item: str, unit: str, list_price: str) -> None:
    found = charged(line_item, "7", quantity_unit=unit, quantity=Decimal(3))

    assert found["ListUnitPrice"] == Decimal(list_price)
    assert found["ListCost"] == 3 * Decimal(list_price)


@pytest.mark.parametrize(
    ("line_item", "more"),
    [
        ("gpt-unlisted, input", {"quantity": Decimal(3)}),
        ("web search tool calls", {"quantity": Decimal(3), "quantity_unit": None}),
        ("gpt-6-sol, input", {}),
        ("something new", {"quantity": Decimal(3)}),
        (None, {}),
    ],
)
def test_where_no_list_price_is_known_the_list_cost_is_what_was_billed(
    line_item: str | None, more: dict[str, Any]
) -> None:
    found = charged(line_item, "7", **more)

    assert (found["ListUnitPrice"], found["ListCost"], found["ChargeCategory"]) == (None, 7, "Usage")


@pytest.mark.parametrize(("line_item", "usd"), [("Promotional credit", "-9"), ("gpt-6-sol, input", "-9")])
def test_what_is_taken_off_the_bill_is_a_credit_of_no_quantity(line_item: str, usd: str) -> None:
    found = charged(line_item, usd, quantity=Decimal(1))

    names = (
        "ChargeCategory",
        "ChargeFrequency",
        "PricingCategory",
        "PricingQuantity",
        "PricingUnit",
        "SkuId",
    )
    assert [found[name] for name in names] == ["Credit", "One-Time", None, None, None, None]
    assert found["BilledCost"] == found["ListCost"] == found["EffectiveCost"] == -9


@pytest.mark.parametrize(
    ("line_item", "unit", "said"),
    [
        ("gpt-6-sol, input", None, "Tokens"),
        ("code interpreter sessions", None, "Sessions"),
        ("web search tool calls", None, "Calls"),
        ("something new", None, "Units"),
        ("Vector storage", "gibibyte_hours", "GiB-Hours"),
        ("something new", "parsecs", "parsecs"),
    ],
)
def test_a_quantity_has_the_unit_that_the_bill_says_or_the_usual_one(
    line_item: str, unit: str | None, said: str
) -> None:
    found = charged(line_item, "1", quantity_unit=unit, quantity=Decimal(3))

    assert (found["PricingUnit"], found["ConsumedUnit"]) == (said, said)


def test_another_currency_has_its_own_amount_and_no_list_price() -> None:
    found = charged("gpt-6-sol, input", "0", currency="eur", other_amount=Decimal(4), quantity=Decimal(3))

    names = ("BillingCurrency", "BilledCost", "ListCost", "ListUnitPrice", "PricingQuantity")
    assert [found[name] for name in names] == ["EUR", 4, 4, None, 3]


def test_a_day_that_can_still_change_is_not_final_and_an_id_without_a_name_has_none() -> None:
    before = dt.datetime(2026, 2, 28, tzinfo=dt.UTC)
    found = charged("gpt-6-sol, input", "1", start=before, project_id=None, api_key_id="key_z")

    names = ("x_IsFinal", "SubAccountId", "SubAccountName", "SubAccountType", "x_ApiKeyName")
    assert [found[name] for name in names] == [False, None, None, None, None]
    assert found["BillingPeriodEnd"] == found["ChargePeriodEnd"] == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


AMOUNTS = hs.decimals("-1000000", "1000000", places=18)
LINE_ITEMS = hs.sampled_from(["gpt-6-sol, input", "Promotional credit", "=cmd", "gpt-unlisted, output", None])


@given(bill=hs.lists(hs.tuples(LINE_ITEMS, AMOUNTS, hs.decimals("0", "1000000", places=3)), max_size=8))
def test_the_charges_sum_to_the_bill_and_hold_what_their_columns_allow(
    bill: list[tuple[str | None, Decimal, Decimal]],
) -> None:
    rows = [USUAL | {"line_item": i, "cost_usd": usd, "quantity": count} for i, usd, count in bill]

    found = charges(pa.Table.from_pylist(rows, LINES), ACCOUNT, price)

    assert sum(found["BilledCost"].to_pylist(), Decimal(0)) == sum((usd for _, usd, _ in bill), Decimal(0))
    assert found.column_names == [column.name for column in FOCUS_COLUMNS]
    for column in FOCUS_COLUMNS:
        values = set(found[column.name].to_pylist())
        assert column.nullable or None not in values, column.name
        assert not column.allowed or values <= {*column.allowed, None}, column.name
    for row in found.to_pylist():
        assert (row["PricingQuantity"] is None) == (row["PricingUnit"] is None)
