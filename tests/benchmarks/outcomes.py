"""What a way to the rows is asked for, and what it came to."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from lib.sync.plan import Need


@dataclass(frozen=True)
class Api:
    """Where the organization is, and what moment it is there."""

    base_url: str
    key: str
    now: dt.datetime


@dataclass(frozen=True)
class Totals:
    """What all ways must agree on; the cost is in USD."""

    requests: int
    input_tokens: int
    cost: Decimal

    def nearly(self, other: "Totals") -> bool:
        """Return whether the counts are equal, and the costs too as far as floats can tell."""
        counts = (self.requests, self.input_tokens) == (other.requests, other.input_tokens)
        return counts and abs(self.cost - other.cost) <= abs(self.cost) * Decimal("1e-12")


NOTHING = Totals(0, 0, Decimal())


@dataclass(frozen=True)
class Outcome:
    """How long a way took, how many requests it sent, and what it found.

    Of this app's own way also the windows that it asked for, and the rows that it stored.
    """

    seconds: float
    requests: int
    totals: Totals
    asked: tuple[Need, ...] = ()
    rows: int = 0
