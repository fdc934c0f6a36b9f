"""Priced traffic and bills written down row by row, and a price list that is easy to multiply."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.analysis.savings.priced_traffic import TRAFFIC
from lib.analysis.savings.saving import Saving, SavingRule, SavingsInput
from lib.catalog.schemas import MONEY, TIME

MONDAY = dt.date(2026, 11, 2)
FRIDAY, SATURDAY, SUNDAY = (MONDAY + dt.timedelta(days=n) for n in (4, 5, 6))
PRICES = {"input": 4, "cached input": 1, "output": 8}
TIERS = {"default": 2, "batch": 1, "flex": 1, "priority": 4}
DAYS = 7
BILL = pa.schema(
    [
        ("start", TIME),
        *((name, pa.string()) for name in ("project_id", "api_key_id", "line_item")),
        ("cost_usd", MONEY),
    ]
)


def price(
    model: str,
    day: dt.date,  # noqa: ARG001
    token_class: str,
    *,
    tier: str = "default",
    modality: str | None = "text",
    long_context: bool = False,
) -> Decimal | None:
    """Return half of the class's price times the tier's; audio and long contexts cost double."""
    if token_class not in PRICES or model == "gpt-unlisted":
        return None
    half = Decimal(PRICES[token_class]) / (4 if model == "gpt-6.1-sol" else 2)
    return half * TIERS[tier] * (2 if modality == "audio" else 1) * (2 if long_context else 1)


def sent(worth: str, **row: Any) -> dict[str, Any]:
    """Return a row of traffic; what is left out is one input token at the standard tier on Monday."""
    return {
        "day": MONDAY,
        "project_id": "proj_a",
        "api_key_id": "key_a",
        "model": "gpt-5.6-sol",
        "tier": "default",
        "token_class": "input",
        "modality": "text",
        "units": 1,
        "worth": Decimal(worth),
    } | row


def billed(dollars: str, line_item: str, **row: Any) -> dict[str, Any]:
    """Return a row of the bill of Monday."""
    return {
        "start": pd.Timestamp(MONDAY, tz="UTC"),
        "project_id": "proj_a",
        "api_key_id": "key_a",
        "line_item": line_item,
        "cost_usd": Decimal(dollars),
    } | row


def traffic(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), TRAFFIC)


def bill(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), BILL)


def read(
    *sent_rows: dict[str, Any], bill_rows: tuple[dict[str, Any], ...] = (), days: int = DAYS
) -> SavingsInput:
    return SavingsInput(traffic(*sent_rows), bill(*bill_rows), days, price)


def found(
    rule: SavingRule, *sent_rows: dict[str, Any], bill_rows: tuple[dict[str, Any], ...] = ()
) -> list[Saving]:
    return list(rule.find(read(*sent_rows, bill_rows=bill_rows)))
