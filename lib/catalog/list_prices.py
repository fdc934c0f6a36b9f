"""List prices of a day, in USD for one token or billed unit of a source, from the `genai-prices` data.

The data is imported when the first price is asked for: that takes a third of a second, which only the
page that compares with list prices should wait for.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import product
from typing import Any

from lib.catalog.sources import SOURCES

_MILLION = Decimal(1_000_000)
_HALF = Decimal("0.5")
_PLACES = Decimal("1E-15")
"""The decimals that prices are kept to: the price of a second at so much a minute has no end."""
_WRITE_12H = Decimal(2)
_BILLED_UNITS = tuple(s.billing for s in SOURCES.values() if s.billing and s.billing.price_field)
_LISTED_FOR = {b.metric: Decimal(b.price_units) for b in _BILLED_UNITS}
"""How many units a price is listed for, where that is not a million tokens."""
_FIELDS = {
    ("input", "text"): ("input_mtok",),
    ("input", "audio"): ("input_audio_mtok", "input_mtok"),
    ("input", "image"): ("input_image_mtok", "input_mtok"),
    ("cached input", "text"): ("cache_read_mtok", "input_mtok"),
    ("cached input", "audio"): ("cache_audio_read_mtok", "cache_read_mtok", "input_mtok"),
    ("cached input", "image"): ("cache_image_read_mtok", "cache_read_mtok", "input_mtok"),
    ("cache write", "text"): ("cache_write_mtok", "input_mtok"),
    ("output", "text"): ("output_mtok",),
    ("output", "audio"): ("output_audio_mtok", "output_mtok"),
    ("output", "image"): ("output_image_mtok", "output_mtok"),
    **{(b.metric, "text"): (b.price_field,) for b in _BILLED_UNITS},
}
"""Which field of the data holds a price; the later ones stand in where there is no price of its own."""

_TIERS = ("default", "batch", "flex", "priority")
_HALVED = frozenset({"batch", "flex"})
"""Tiers at half the standard price, as OpenAI's price list has it."""
_TIERS_SINCE = dt.date(2026, 11, 1)
"""A day on which the data knows what priority costs; it does not for the years before."""
TWELVE_HOURS = ", 12 h"
"""How the class of cache writes ends that are kept for 12 hours, at twice the price of a short one."""


@dataclass(frozen=True)
class ListPrice:
    """What a unit costs in USD from `valid_from` (None: always) until before `valid_to` (None: still)."""

    model: str
    token_class: str
    modality: str
    tier: str
    long_context: bool
    valid_from: dt.date | None
    valid_to: dt.date | None
    usd_per_unit: Decimal


def unit_price(
    model: str,
    day: dt.date,
    token_class: str,
    *,
    tier: str = "default",
    modality: str | None = None,
    long_context: bool = False,
) -> Decimal | None:
    """Return the list price of one unit in USD on `day`, None where the data has none.

    `token_class` is a class of `lib.catalog.line_items`, or the billed unit of a source (`characters`).
    `tier` is `default`, `batch`, `flex` or `priority`. What the data lists without any price is free.
    """
    return _listed(model, _valid_from(model, day), token_class, tier, modality or "text", long_context)


def price_list(models: Iterable[str]) -> list[ListPrice]:
    """Return every price of `models` that the data lists, each for as long as it holds."""
    found = []
    for model in dict.fromkeys(models):
        starts = _changes(model)
        if starts is None:
            continue
        spells = list(zip([None, *starts], [*starts, None], strict=True))
        for (kind, modality), tier, long_context in product(_FIELDS, _TIERS, (False, True)):
            for since, until in spells:
                day = since or (until - dt.timedelta(days=1) if until else _TIERS_SINCE)
                usd = unit_price(model, day, kind, tier=tier, modality=modality, long_context=long_context)
                if usd is not None:
                    found.append(ListPrice(model, kind, modality, tier, long_context, since, until, usd))
    return found


def _changes(model: str) -> tuple[dt.date, ...] | None:
    """Return the days from which on a model has cost something else, None where they cannot be told."""
    info = _model(model)
    listed = info.prices if info is not None and isinstance(info.prices, list) else []
    limits = [entry.constraint for entry in listed if entry.constraint is not None]
    if not all(hasattr(limit, "start_date") for limit in limits):
        return None
    return tuple(sorted({limit.start_date for limit in limits}))


@lru_cache(maxsize=65_536)
def _valid_from(model: str, day: dt.date) -> dt.date:
    """Return the first day on which a model cost what it does on `day`, as far back as the data tells."""
    starts = _changes(model)
    if starts is None:
        return day
    return max((start for start in starts if start <= day), default=dt.date.min)


@lru_cache(maxsize=65_536)
def _listed(
    model: str, day: dt.date, token_class: str, tier: str, modality: str, long_context: bool
) -> Decimal | None:
    kind = token_class.removesuffix(TWELVE_HOURS)
    info = _model(model)
    if info is None or (kind, modality) not in _FIELDS:
        return None
    prices = _prices(info, day)
    if not any(value is not None for value in vars(prices).values()):
        return Decimal(0)
    price = _amount(prices, _FIELDS[kind, modality], long_context=long_context)
    if price is None:
        return None
    if kind != token_class:
        price *= _WRITE_12H
    return (price * _factor(model, tier) / _LISTED_FOR.get(kind, _MILLION)).quantize(_PLACES).normalize()


@cache
def _openai() -> Any:
    from genai_prices.data import providers

    return next(p for p in providers if p.id == "openai")


@lru_cache(maxsize=1024)
def _model(name: str) -> Any:
    """Return what the data knows of a model; the bill's `ft-` is the `ft:` of the data."""
    tuned = name.startswith("ft-")
    return _openai().find_model(f"ft:{name.removeprefix('ft-')}:" if tuned else name)


def _prices(info: Any, day: dt.date, context: dict[str, str] | None = None) -> Any:
    return info.get_prices(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC), context)


def _amount(prices: Any, fields: tuple[str, ...], *, long_context: bool = False) -> Decimal | None:
    """Return the first price that there is; past a context length only where the data knows one."""
    price = next((p for p in (getattr(prices, f, None) for f in fields) if p is not None), None)
    if price is None or not long_context:
        return None if price is None else Decimal(getattr(price, "base", price))
    return Decimal(price.tiers[0].price) if getattr(price, "tiers", None) else None


@lru_cache(maxsize=4096)
def _factor(model: str, tier: str) -> Decimal:
    """Return what a tier costs over the standard price.

    Priority costs what the data says for input, since the day from which it says so.
    """
    if tier in _HALVED:
        return _HALF
    if tier != "priority":
        return Decimal(1)
    info, input_ = _model(model), _FIELDS["input", "text"]
    dear, standard = (
        _amount(_prices(info, _TIERS_SINCE, context), input_)
        for context in ({"service_tier": "priority"}, None)
    )
    return dear / standard if dear and standard else Decimal(1)
