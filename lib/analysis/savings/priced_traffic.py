"""Traffic: what each key sent to each model, priced at list by class of tokens; always an estimate."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.reconciliation.lines import counted_units, tier_of
from lib.analysis.vectors import PRICE, found_for, times, with_column
from lib.catalog.line_items import base_model, untuned
from lib.catalog.schemas import MONEY

WHO = ("project_id", "api_key_id", "model")
BY = (*WHO, "batch", "service_tier")
"""The dimensions that completions are asked by."""
TRAFFIC = pa.schema(
    [
        ("day", pa.date32()),
        *((name, pa.string()) for name in (*WHO, "tier", "token_class", "modality")),
        ("units", pa.int64()),
        ("worth", MONEY),
    ]
)
INPUTS = ("input", "cached input")
STANDARD = "default"
_MONTH = Decimal("365.25") / 12
_PRICED_BY = ("model", "day", "token_class", "tier", "modality")


def priced(completions: pa.Table, price: Price) -> pa.Table:
    """Return `TRAFFIC`: tokens by day, key, model, tier and class, and what they are worth at list (USD).

    `completions` holds rows by day and `BY` with all metrics. Models go by their base name. Tokens whose
    model the price list does not know are left out.
    """
    tier = found_for([completions["batch"], completions["service_tier"]], tier_of, pa.string())
    usage = completions.append_column("day", completions["start"].cast(pa.date32())).append_column(
        "tier", tier
    )
    rows = counted_units("completions", usage, ("day", *WHO, "tier"))
    worth = times(prices(rows, price), rows["units"])
    models = found_for([rows["model"]], base_model, pa.string())
    rows = with_column(rows, "model", models)
    return rows.append_column("worth", worth).filter(worth.is_valid()).select(TRAFFIC.names).cast(TRAFFIC)


def prices(rows: pa.Table, price: Price, **other: str | pa.Array) -> pa.Array:
    """Return the list price (`PRICE`) of a token of each row, what is in `other` in place of its own."""
    columns = [
        pa.repeat(found, rows.num_rows) if isinstance(found, str) else found
        for found in (other.get(name, rows[name]) for name in _PRICED_BY)
    ]
    return found_for(columns, lambda *row: unit(price, *row) if row[0] is not None else None, PRICE)


def at_price(rows: pa.Table, price: Price, **other: str | pa.Array) -> pa.Array:
    """Return what each row would be worth (USD) with another `model`, `tier` or `token_class`."""
    return times(prices(rows, price, **other), rows["units"])


def unit(
    price: Price, model: str, day: dt.date, token_class: str, tier: str, modality: str
) -> Decimal | None:
    """Return the list price of one token (USD), None where the list has none."""
    return price(untuned(model), day, token_class, tier=tier, modality=modality)


@exactly()
def monthly(amount: Decimal, days: int) -> Decimal:
    """Return dollars of `days` as dollars of an average month of 30.4375 days."""
    return rounded(amount * _MONTH / days)
