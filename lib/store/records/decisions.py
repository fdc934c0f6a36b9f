"""Decisions: which savings people plan or have carried out, and what each was expected to save."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME
from lib.store.log import TEXT, Record, in_utc, newest


class DecisionState(StrEnum):
    """What somebody decided about a saving."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Decision:
    """What somebody decided about the saving called `saving`, and what it was then.

    `title` says what to do, of whose traffic `project`, `key` and `model` (ids, empty for all). `expected`
    are dollars a month, told by the days from `first` until before `end`. `who` decided it at `written_at`.
    """

    saving: str
    state: DecisionState
    title: str
    project: str
    key: str
    model: str
    expected: Decimal
    first: dt.date
    end: dt.date
    who: str = ""
    written_at: dt.datetime | None = None


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["saving"], "written_at")


def _decisions(table: pa.Table) -> tuple[Decision, ...]:
    known = {state.value for state in DecisionState} - {DecisionState.DROPPED}
    return tuple(
        Decision(**{**row, "state": DecisionState(row["state"]), "written_at": in_utc(row["written_at"])})
        for row in _fold(table).to_pylist()
        if row["state"] in known
    )


DECISIONS: Record[Decision, tuple[Decision, ...]] = Record(
    "decisions",
    pa.schema(
        [
            *((name, TEXT) for name in ("saving", "state", "title", "project", "key", "model")),
            ("expected", MONEY),
            ("first", pa.date32()),
            ("end", pa.date32()),
            ("who", TEXT),
            ("written_at", TIME),
        ]
    ),
    _decisions,
    _fold,
    "written_at",
)
"""Decoded: the latest decision about each saving, oldest first, without those that were dropped."""
