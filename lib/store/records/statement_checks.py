"""Statement checks: who looked at a month's statement when, and the total of its invoice."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME
from lib.store.log import TEXT, Record, in_utc


@dataclass(frozen=True)
class StatementCheck:
    """That `who` looked at the statement of `month` (`2026-10`) at `written_at`.

    `invoice` is the total of the month's invoice in US dollars, None where nobody has entered it.
    """

    month: str
    invoice: Decimal | None = None
    who: str = ""
    written_at: dt.datetime | None = None


def _checks(table: pa.Table) -> tuple[StatementCheck, ...]:
    rows = table.sort_by("written_at").to_pylist()
    return tuple(StatementCheck(**{**row, "written_at": in_utc(row["written_at"])}) for row in rows)


STATEMENT_CHECKS: Record[StatementCheck, tuple[StatementCheck, ...]] = Record(
    "statements",
    pa.schema([("month", TEXT), ("invoice", MONEY), ("who", TEXT), ("written_at", TIME)]),
    _checks,
    lambda table: table,
    "written_at",
)
"""Decoded: every check, oldest first; who entered what is kept for good."""
