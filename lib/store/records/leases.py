"""Leases: which process is doing what only one of those that share a store should do."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, in_utc


@dataclass(frozen=True)
class Lease:
    """That the process `holder` (in words) holds the lease called `name`, or has given it back.

    `term` grows whenever it is taken, `beat` whenever the holder says that it is still at work. `token` is
    the holder's own. `at` is by the holder's clock: it is shown, and nothing is decided by it.
    """

    name: str
    term: int
    beat: int
    holder: str
    token: str
    at: dt.datetime
    released: bool = False


def _fold(table: pa.Table) -> pa.Table:
    latest: dict[str, int] = {}
    rows = table.to_pylist()
    for nth, row in enumerate(rows):
        had = latest.get(row["name"])
        if had is None or _order(row) >= _order(rows[had]):
            latest[row["name"]] = nth
    return table.take(pa.array(sorted(latest.values()), pa.int64()))


def _order(row: Mapping[str, Any]) -> tuple[int, int, dt.datetime]:
    return row["term"], row["beat"], row["at"]


def _leases(table: pa.Table) -> Mapping[str, Lease]:
    return {
        row["name"]: Lease(**{**row, "at": in_utc(row["at"]), "released": bool(row["released"])})
        for row in _fold(table).to_pylist()
    }


LEASES: Record[Lease, Mapping[str, Lease]] = Record(
    "leases",
    pa.schema(
        [
            ("name", TEXT),
            ("term", pa.int64()),
            ("beat", pa.int64()),
            ("holder", TEXT),
            ("token", TEXT),
            ("at", TIME),
            ("released", pa.bool_()),
        ]
    ),
    _leases,
    _fold,
    "at",
)
"""Decoded: the latest word on each lease by its name."""
