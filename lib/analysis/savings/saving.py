"""Savings: what could cost less, each found in the organization's own rows; all of it an estimate.

What several rules (`lib.analysis.savings.rules`) say of one key overlaps: they change the same requests.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.savings.priced_traffic import monthly

LEAST = Decimal(20)
"""Savings below so many dollars a month are not worth anybody's time."""
ROWS = ("day", "project_id", "api_key_id", "model", "tier", "what", "now", "then", "saved")
NOTHING = Decimal(0)


class Confidence(StrEnum):
    """How sure it is that the saving can be had."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


CHANCES: Mapping[Confidence, Decimal] = {
    Confidence.HIGH: Decimal("0.9"),
    Confidence.MEDIUM: Decimal("0.5"),
    Confidence.LOW: Decimal("0.2"),
}
"""Which part of a saving counts as likely; a convention, as nobody has measured how many come about."""


@dataclass(frozen=True)
class SavingsInput:
    """What the rules read: `traffic` (`lib.analysis.savings.priced_traffic`) and `bill` of the same `days`.

    `bill` holds `start`, `project_id`, `api_key_id`, `line_item`, `cost_usd`; `price` is a price list.
    """

    traffic: pa.Table
    bill: pa.Table
    days: int
    price: Price

    def narrowed(self, **ids: str) -> "SavingsInput":
        """Return what there is of the given ids; an empty one keeps all, as does one that a table lacks."""
        return replace(self, traffic=_of(self.traffic, ids), bill=_of(self.bill, ids))


def _of(rows: pa.Table, ids: Mapping[str, str]) -> pa.Table:
    for name, one in ids.items():
        if one and name in rows.schema.names:
            rows = rows.filter(pc.equal(rows[name], one))
    return rows


@dataclass(frozen=True)
class SavingRule:
    """A way to spend less: `find` yields what it finds.

    `slug` is its name in addresses, `kind` what it looks for. `title` says what to do and `assumption` what
    that rests on, both with the names of a saving's facts in braces.
    """

    slug: str
    kind: str
    title: str
    assumption: str
    find: Callable[[SavingsInput], Iterator["Saving"]]


@dataclass(frozen=True)
class Saving:
    """One thing that could cost less, by `saved` (USD) over the `days` looked at.

    `project`, `key` and `model` are ids, empty for all. `facts` are what the rule's words name. `find_rows`
    returns `ROWS` in USD, whose `saved` sum to that of the whole.
    """

    rule: SavingRule
    project: str
    key: str
    model: str
    facts: Mapping[str, object]
    confidence: Confidence
    days: int
    saved: Decimal
    find_rows: Callable[[], pd.DataFrame] = field(repr=False, compare=False)

    @property
    def rows(self) -> pd.DataFrame:
        """Return what it is made of: `ROWS`, in USD."""
        return self.find_rows()

    @property
    def name(self) -> str:
        """Return what it is known by in an address."""
        return ":".join((self.rule.slug, self.project, self.key, self.model))

    @cached_property
    def a_month(self) -> Decimal:
        """Return the dollars saved in an average month, were it as the days looked at."""
        return monthly(self.saved, self.days)


@exactly()
def at_most(found: Iterable[Saving]) -> Decimal:
    """Return the dollars a month of the largest saving of each key: those of one key overlap."""
    return sum(largest_of_keys((saving, saving.a_month) for saving in found).values(), NOTHING)


@exactly()
def likely(found: Iterable[Saving]) -> Decimal:
    """Return the dollars a month that are likely to be saved: of each key the largest likely saving."""
    likely = ((saving, saving.a_month * CHANCES[saving.confidence]) for saving in found)
    return rounded(sum(largest_of_keys(likely).values(), NOTHING))


def largest_of_keys(amounts: Iterable[tuple[Saving, Decimal]]) -> dict[tuple[str, str], Decimal]:
    """Return the largest amount of each key, by its project and its id."""
    largest: dict[tuple[str, str], Decimal] = {}
    for saving, amount in amounts:
        owner = (saving.project, saving.key)
        largest[owner] = max(largest.get(owner, NOTHING), amount)
    return largest


@exactly()
def by_kind(found: Iterable[Saving]) -> pd.DataFrame:
    """Return `group` (kind) and `value`: dollars a month of all savings of a kind, largest first.

    Kinds overlap, so these do not add up to a total.
    """
    sums: dict[str, Decimal] = {}
    for saving in found:
        sums[saving.rule.kind] = sums.get(saving.rule.kind, NOTHING) + saving.a_month
    rows = sorted(sums.items(), key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["group", "value"]).astype(object)
