"""When to retry: how long to wait, how often, and that all threads wait once one is told to slow down."""

import datetime as dt
import math
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

AGAIN = frozenset({408, 409, 429})
"""Statuses below 500 after which the same request may succeed."""
_NUMBER = re.compile(r"\s*[0-9]{1,9}(\.[0-9]*)?\s*", re.ASCII)
_LONGEST_ASKED = 86400.0
"""Seconds; who asks for more does not mean it."""


@dataclass(frozen=True)
class Patience:
    """How many attempts a request has, and how many seconds they may take together."""

    attempts: int = 6
    total_seconds: float = 120.0
    first_delay: float = 0.5
    longest_delay: float = 20.0

    def backoff(self, attempt: int, chance: float) -> float:
        """Return the seconds to wait after an attempt: `chance` (0 to 1) of a span that doubles each time."""
        return chance * min(self.longest_delay, self.first_delay * 2.0 ** (attempt - 1))


def asked_delay(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Return the seconds that an answer asks to wait, None where it asks for none that can be meant."""
    milliseconds = _number(headers.get("retry-after-ms"))
    text = headers.get("retry-after")
    seconds = milliseconds / 1000 if milliseconds is not None else _number(text)
    if seconds is None and text is not None:
        seconds = _seconds_until(text, now)
    return seconds if seconds is not None and 0 < seconds <= _LONGEST_ASKED else None


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and _NUMBER.fullmatch(text) else None


def _seconds_until(text: str, now: dt.datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return (aware - now).total_seconds()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


class Brake:
    """The moment before which no thread should send a request, because one was told to slow down."""

    def __init__(self) -> None:
        self._moment = -math.inf
        self._lock = threading.Lock()

    def hold(self, until: float) -> None:
        """Let every thread wait until `until` on the shared clock."""
        with self._lock:
            self._moment = max(self._moment, until)

    def remaining(self, clock: float) -> float:
        """Return the seconds left to wait at `clock`, at least 0."""
        with self._lock:
            return max(0.0, self._moment - clock)
