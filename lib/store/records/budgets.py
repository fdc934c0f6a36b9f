"""Budgets: what a month may cost, as it was set in the app."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.schemas import MONEY, TIME
from lib.store.log import TEXT, Record, in_utc

SUBJECTS = {
    "organization": ORGANIZATION,
    "project": "project_id",
    "user": "user_id",
    "key": "api_key_id",
    "model": "model",
    "team": "team",
}
"""What a budget can be for besides the whole organization: the file's word → the dimension."""


@dataclass(frozen=True)
class Budget:
    """What may be billed in a calendar month (UTC), in US dollars, of what `dimension` calls `about`.

    Both are empty for the whole organization. `who` set it in the app at `written_at`; a budget of the
    file has neither.
    """

    dimension: str
    about: str
    amount: Decimal
    who: str = ""
    written_at: dt.datetime | None = None
    removed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what the budget is for."""
        return self.dimension, self.about


def in_force(declared: Iterable[Budget], changes: Iterable[Budget]) -> tuple[Budget, ...]:
    """Return the budgets that hold: the file's, or what `changes` (oldest first) put in their place.

    What was removed again gives the file's its place back.
    """
    found = {budget.key: budget for budget in declared}
    own = {budget.key: budget for budget in changes}
    found |= {key: budget for key, budget in own.items() if not budget.removed}
    order = ("", *SUBJECTS.values())
    return tuple(sorted(found.values(), key=lambda b: (order.index(b.dimension), -b.amount, b.about)))


def _budgets(table: pa.Table) -> tuple[Budget, ...]:
    rows = table.sort_by("written_at").to_pylist()
    return tuple(Budget(**{**row, "written_at": in_utc(row["written_at"])}) for row in rows)


BUDGETS: Record[Budget, tuple[Budget, ...]] = Record(
    "budgets",
    pa.schema(
        [
            ("dimension", TEXT),
            ("about", TEXT),
            ("amount", MONEY),
            ("who", TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    _budgets,
    lambda table: table,
    "written_at",
)
"""Decoded: every budget ever set, removals included, oldest first; who changed what is kept for good."""
