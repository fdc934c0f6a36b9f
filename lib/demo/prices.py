"""List prices of a day, in USD for one unit, from the `genai_prices` data."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from genai_prices.data import providers
from genai_prices.types import ModelInfo, ModelPrice

_MILLION = Decimal(1_000_000)
_HALF = Decimal("0.5")
_LONG = {"output": Decimal("1.5")}
_LONG_INPUT = Decimal(2)
_WRITE_12H = Decimal(2)
_FIELDS = {
    "input": "input_mtok",
    "cached input": "cache_read_mtok",
    "cache writes": "cache_write_mtok",
    "output": "output_mtok",
    "audio, input": "input_audio_mtok",
    "audio, output": "output_audio_mtok",
    "image, input": "input_image_mtok",
}
_FALLBACKS = {
    "cached input": "input",
    "cache writes": "input",
    "audio, input": "input",
    "audio, output": "output",
    "image, input": "input",
}
_OPENAI = next(p for p in providers if p.id == "openai")
_PRIORITY_SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
WEB_SEARCH = Decimal("0.01")
CODE_INTERPRETER = Decimal("0.03")
FILE_SEARCH = Decimal("0.0025")
WHISPER_SECOND = Decimal("0.0001")
SPEECH_CHARACTER = Decimal("0.00003")
GIBIBYTE_HOUR = Decimal("0.0041666667")
"""0.10 USD for a gibibyte kept for a day, cut to ten decimals."""


@lru_cache(maxsize=16384)
def token_price(model: str, day: dt.date, token_class: str, tier: str = "default") -> Decimal:
    """Return the list price of one token in USD.

    `token_class` is `input`, `cached input`, `cache writes` or `output`, after `audio, ` or `image, `
    where the modality has a price of its own, and before `, 12 h` or `, long context` where that
    changes it. `tier` is `default`, `flex`, `priority` or `batch`.
    """
    known, _, extra = token_class.rpartition(", ")
    if extra in {"long context", "12 h"}:
        plain = token_price(model, day, known, tier)
        return plain * (_WRITE_12H if extra == "12 h" else _LONG.get(known, _LONG_INPUT))
    standard = _field(_prices(model, day), token_class)
    if tier in {"batch", "flex"}:
        return standard * _HALF / _MILLION
    factor = _priority_factor(model) if tier == "priority" else 1
    return (standard * factor / _MILLION).normalize()


def _prices(model: str, day: dt.date) -> ModelPrice:
    return _model(model).get_prices(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))


@lru_cache(maxsize=256)
def _model(name: str) -> ModelInfo:
    found = _OPENAI.find_model(name)
    if found is None:
        msg = f"genai_prices knows no OpenAI model called {name}"
        raise KeyError(msg)
    return found


@lru_cache(maxsize=256)
def _priority_factor(model: str) -> Decimal:
    info = _model(model)
    dear = _field(info.get_prices(_PRIORITY_SINCE, {"service_tier": "priority"}), "input")
    return dear / _field(info.get_prices(_PRIORITY_SINCE), "input")


def _field(prices: ModelPrice, token_class: str) -> Decimal:
    price = getattr(prices, _FIELDS[token_class])
    if price is None:
        return _field(prices, _FALLBACKS[token_class])
    return Decimal(getattr(price, "base", price))
