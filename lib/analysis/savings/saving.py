"""Savings: what could cost less, each found in the organization's own rows; all of it an estimate.

What several rules (`lib.analysis.savings.rules`) say of one key overlaps: they change the same requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.savings.priced_traffic import monthly

LEAST = Decimal(20)
"""Savings below so many dollars a month are not worth anybody's time."""
ROWS = ("day", "project_id", "api_key_id", "model", "tier", "what", "now", "then", "saved")
KINDS = {
    "batch": "Batches and flex",
    "cache": "Prompt cache",
    "model": "Newer or smaller model",
    "priority": "Priority off-peak",
    "context": "Long context",
    "idle": "Idle",
}
"""What finders look for, in words."""
NOTHING = Decimal(0)


class Confidence(StrEnum):
    """How sure it is that the saving can be had."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def sign(self) -> str:
        """Return a shape that tells it apart without colour."""
        return {Confidence.HIGH: "●●●", Confidence.MEDIUM: "●●○", Confidence.LOW: "●○○"}[self]


@dataclass(frozen=True)
class Saving:
    """One thing that could cost less: `rows` are `ROWS` in USD, whose `saved` over `days` sum to `saved`.

    `project`, `key` and `model` are ids, empty for all.
    """

    finder: str
    title: str
    project: str
    key: str
    model: str
    assumption: str
    confidence: Confidence
    days: int
    rows: pd.DataFrame

    @property
    def kind(self) -> str:
        """Return what kind of saving it is, in words."""
        return KINDS[self.finder]

    @property
    def name(self) -> str:
        """Return what it is known by in an address."""
        return ":".join((self.finder, self.project, self.key, self.model))

    @property
    @exactly()
    def saved(self) -> Decimal:
        """Return the dollars saved over the days looked at."""
        return sum(self.rows["saved"], NOTHING)

    @property
    @exactly()
    def a_month(self) -> Decimal:
        """Return the dollars saved in an average month, were it as the days looked at."""
        return monthly(self.saved, self.days)


@exactly()
def at_most(found: Iterable[Saving]) -> Decimal:
    """Return the dollars a month of the largest saving of each key: those of one key overlap."""
    largest: dict[tuple[str, str], Decimal] = {}
    for saving in found:
        whose = (saving.project, saving.key)
        largest[whose] = max(largest.get(whose, NOTHING), saving.a_month)
    return sum(largest.values(), NOTHING)


def listed(found: Iterable[Saving]) -> pd.DataFrame:
    """Return `name`, `title`, `project_id`, `api_key_id`, `model` (ids), `a_month` (USD), `confidence`."""
    rows = [
        (s.name, s.title, s.project, s.key, s.model, s.a_month, f"{s.confidence.sign} {s.confidence}")
        for s in found
    ]
    columns = ["name", "title", "project_id", "api_key_id", "model", "a_month", "confidence"]
    return pd.DataFrame(rows, columns=columns).astype(object)


@exactly()
def by_kind(found: Iterable[Saving]) -> pd.DataFrame:
    """Return `group` (kind) and `value`: dollars a month of all savings of a kind, largest first.

    Kinds overlap, so these do not add up to a total.
    """
    sums: dict[str, Decimal] = {}
    for saving in found:
        sums[saving.kind] = sums.get(saving.kind, NOTHING) + saving.a_month
    rows = sorted(sums.items(), key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["group", "value"]).astype(object)
