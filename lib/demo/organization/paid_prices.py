"""What the demo organization pays for one unit, in USD: list prices, and what the list leaves open."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from lib.catalog.list_prices import unit_price

_LONG = {"output": Decimal("1.5")}
_LONG_INPUT = Decimal(2)
WEB_SEARCH = Decimal("0.01")
CODE_INTERPRETER = Decimal("0.03")
FILE_SEARCH = Decimal("0.0025")
WHISPER_SECOND = Decimal("0.0001")
SPEECH_CHARACTER = Decimal("0.00003")
GIBIBYTE_HOUR = Decimal("0.0041666667")
"""0.10 USD for a gibibyte kept for a day, cut to ten decimals."""


@lru_cache(maxsize=16384)
def token_price(
    model: str,
    day: dt.date,
    token_class: str,
    tier: str = "default",
    *,
    modality: str | None = None,
    long_context: bool = False,
) -> Decimal:
    """Return the price of one token in USD; arguments are those of `lib.catalog.list_prices.unit_price`.

    Long context costs the same surcharge for every model, as it does for those that have one.
    """
    price = unit_price(model, day, token_class, tier=tier, modality=modality)
    if price is None:
        msg = f"there is no list price of {token_class} for an OpenAI model called {model}"
        raise KeyError(msg)
    return price * _LONG.get(token_class, _LONG_INPUT) if long_context else price
