"""Quantities: how many customers, documents or tickets there were on a day, as a team tells."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, newest


@dataclass(frozen=True)
class Quantity:
    """How much of what `name` says there was on `day` (UTC); `who` wrote it at `written_at`."""

    name: str
    day: dt.date
    quantity: Decimal
    who: str = ""
    written_at: dt.datetime | None = None
    removed: bool = False


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["name", "day"], "written_at")


def _quantities(table: pa.Table) -> tuple[Quantity, ...]:
    found = (Quantity(**row) for row in _fold(table).to_pylist())
    return tuple(sorted((q for q in found if not q.removed), key=lambda q: (q.name, q.day)))


QUANTITIES: Record[Quantity, tuple[Quantity, ...]] = Record(
    "quantities",
    pa.schema(
        [
            ("name", TEXT),
            ("day", pa.date32()),
            ("quantity", pa.decimal128(38, 9)),
            ("who", TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    _quantities,
    _fold,
    "written_at",
)
"""Decoded: the quantities that were not removed, by name and day."""
