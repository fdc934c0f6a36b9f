"""Units: what a metric or measure counts."""

from enum import StrEnum


class Unit(StrEnum):
    """What a metric or measure counts."""

    TOKENS = "tokens"
    REQUESTS = "requests"
    IMAGES = "images"
    SECONDS = "seconds"
    CHARACTERS = "characters"
    BYTES = "bytes"
    SESSIONS = "sessions"
    CALLS = "calls"
    USD = "USD"
    USD_PER_MILLION = "USD per 1M tokens"
    USD_PER_REQUEST = "USD per request"
    TOKENS_PER_REQUEST = "tokens per request"
    SHARE = "share"
    AS_LINE_ITEM = "as the line item says"
