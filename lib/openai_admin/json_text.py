"""JSON as the API sends it: exact numbers, and text that can always be written again."""

import json
from decimal import Decimal
from typing import Any

from lib.catalog.whole_text import whole_text


def parsed(body: bytes) -> Any:
    """Return what `body` holds, numbers with a point as Decimal, NaN as text, broken Unicode as U+FFFD.

    Raises ValueError, ArithmeticError or RecursionError where it is no JSON.
    """
    text = body.decode(json.detect_encoding(body), "replace")
    answer = json.loads(text, parse_float=Decimal, parse_constant=str)
    # Half of a surrogate pair can only come as an escape; without one the answer need not be walked.
    return _whole(answer) if "\\ud" in text or "\\uD" in text else answer


def _whole(value: Any) -> Any:
    """Return `value` with every surrogate that has no other half replaced; parsing joined the pairs."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(each) for name, each in value.items()}
    return value
