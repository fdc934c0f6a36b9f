"""Coverage: which days of a source were fetched and stored, and when."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.log import TEXT, Record, newest

Days = dict[dt.date, dt.datetime]


@dataclass(frozen=True)
class Covered:
    """That the days from `first` to before `end` of a source were fetched and stored, and when."""

    source: str
    width: Width
    first: dt.date
    end: dt.date
    fetched_at: dt.datetime
    requests: int = 0
    rows: int = 0


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["source", "width", "first", "end"], "fetched_at")


def _days(table: pa.Table) -> dict[tuple[str, Width], Days]:
    found: dict[tuple[str, Width], Days] = {}
    for row in _fold(table).to_pylist():
        days = found.setdefault((row["source"], Width(row["width"])), {})
        days.update(dict.fromkeys(Window(row["first"], row["end"]), row["fetched_at"].astimezone(dt.UTC)))
    return found


COVERAGE: Record[Covered, dict[tuple[str, Width], Days]] = Record(
    "coverage",
    pa.schema(
        [
            ("source", TEXT),
            ("width", TEXT),
            ("first", pa.date32()),
            ("end", pa.date32()),
            ("fetched_at", TIME),
            ("requests", pa.int64()),
            ("rows", pa.int64()),
        ]
    ),
    _days,
    _fold,
    "fetched_at",
)
"""Decoded: for each source and width, when each day was last fetched (UTC)."""
