"""Traffic: what each key sent to each model, priced at list by class of tokens; always an estimate."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.reconciliation.lines import tier_of, units_of
from lib.catalog.line_items import base_model, untuned

WHO = ("project_id", "api_key_id", "model")
BY = (*WHO, "batch", "service_tier")
"""The dimensions that completions are asked by."""
COLUMNS = ("day", *WHO, "tier", "token_class", "modality", "units", "worth")
INPUTS = ("input", "cached input")
STANDARD = "default"
_MONTH = Decimal("365.25") / 12


@exactly()
def priced(completions: pd.DataFrame, price: Price) -> pd.DataFrame:
    """Return `COLUMNS`: tokens by day, key, model, tier and class, and what they are worth at list (USD).

    `completions` holds rows by day and `BY` with all metrics. Models go by their base name. Tokens whose
    model the price list does not know are left out.
    """
    rows = [row for usage in completions.to_dict("records") for row in _rows(usage, price)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"units": object, "worth": object})


@exactly()
def at_price(rows: pd.DataFrame, price: Price, **other: str) -> list[Decimal | None]:
    """Return what each row of `priced` would be worth with another `model`, `tier` or `token_class`."""
    found = []
    for row in rows.to_dict("records"):
        asked: dict[Any, Any] = {**row, **other}
        each = unit(
            price, asked["model"], asked["day"], asked["token_class"], asked["tier"], asked["modality"]
        )
        found.append(None if each is None else each * asked["units"])
    return found


def unit(
    price: Price, model: str, day: dt.date, token_class: str, tier: str, modality: str
) -> Decimal | None:
    """Return the list price of one token (USD), None where the list has none."""
    return price(untuned(model), day, token_class, tier=tier, modality=modality)


@exactly()
def monthly(amount: Decimal, days: int) -> Decimal:
    """Return dollars of `days` as dollars of an average month of 30.4375 days."""
    return rounded(amount * _MONTH / days)


def _rows(usage: dict[Any, Any], price: Price) -> Iterator[tuple[Any, ...]]:
    day, tier = usage["start"].date(), tier_of(usage)
    who = (usage["project_id"], usage["api_key_id"], base_model(usage["model"]))
    for token_class, modality, units in units_of("completions", usage):
        each = unit(price, usage["model"], day, token_class, tier, modality) if units else None
        if each is not None:
            yield (day, *who, tier, token_class, modality, units, each * units)
