"""Revisions: days whose totals were others when they were fetched again."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME
from lib.periods.widths import Width
from lib.store.log import TEXT, Record


@dataclass(frozen=True)
class Revision:
    """That a day's total was another one when it was fetched again.

    `old` and `new` are in the metric's unit, `first_fetched_at` says when `old` was fetched.
    """

    source: str
    width: Width
    day: dt.date
    metric: str
    old: Any
    new: Any
    first_fetched_at: dt.datetime
    seen_at: dt.datetime


def _once_each(table: pa.Table) -> pa.Table:
    """Return each change once, as it was first seen, newest first."""
    keys = [name for name in table.column_names if name != "seen_at"]
    once = table.group_by(keys).aggregate([("seen_at", "min")]).rename_columns([*keys, "seen_at"])
    order = [
        ("seen_at", "descending"),
        ("day", "descending"),
        ("source", "ascending"),
        ("metric", "ascending"),
    ]
    return once.select(table.column_names).sort_by(order)


REVISIONS: Record[Revision, pa.Table] = Record(
    "revisions",
    pa.schema(
        [
            ("source", TEXT),
            ("width", TEXT),
            ("day", pa.date32()),
            ("metric", TEXT),
            ("old", MONEY),
            ("new", MONEY),
            ("first_fetched_at", TIME),
            ("seen_at", TIME),
        ]
    ),
    _once_each,
    _once_each,
    "seen_at",
)
"""Decoded: a table of the record's columns, each change once, newest first."""
