"""Coverage: which days of a source were fetched and stored, and when."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.log import TEXT, Record, as_row, newest

_NAMES, _SLICES = ",", "|"

Days = dict[dt.date, dt.datetime]
Key = tuple[str, Width]
"""A source's name and a bucket width."""
Groupings = tuple[tuple[str, ...], ...]
"""The dimensions by which rows are told: of all of them, or of each slice that adds up to the whole."""


@dataclass(frozen=True)
class Covered:
    """That the days from `first` to before `end` of a source were fetched and stored, and when.

    `dimensions` says by what their rows are told, None where that was not recorded.
    """

    source: str
    width: Width
    first: dt.date
    end: dt.date
    fetched_at: dt.datetime
    requests: int = 0
    rows: int = 0
    dimensions: Groupings | None = None


@dataclass(frozen=True)
class Coverage:
    """What all entries say together: for each source and width, when each day was last fetched (UTC).

    `groupings` says by what the rows of a day are told, where that is known.
    """

    days: dict[Key, Days] = field(default_factory=dict)
    groupings: dict[Key, dict[dt.date, Groupings]] = field(default_factory=dict)


def _encode(entry: Covered) -> dict[str, Any]:
    told = entry.dimensions
    return as_row(entry) | {"dimensions": None if told is None else _SLICES.join(map(_NAMES.join, told))}


@cache
def _groupings(text: str) -> Groupings:
    return tuple(tuple(names.split(_NAMES)) if names else () for names in text.split(_SLICES))


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["source", "width", "first", "end"], "fetched_at")


def _decode(table: pa.Table) -> Coverage:
    found = Coverage()
    for row in _fold(table).to_pylist():
        key = (row["source"], Width(row["width"]))
        days, told = found.days.setdefault(key, {}), found.groupings.setdefault(key, {})
        for day in Window(row["first"], row["end"]):
            days[day] = row["fetched_at"].astimezone(dt.UTC)
            if row["dimensions"] is None:
                told.pop(day, None)
            else:
                told[day] = _groupings(row["dimensions"])
    return found


COVERAGE: Record[Covered, Coverage] = Record(
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
            ("dimensions", TEXT),
        ]
    ),
    _decode,
    _fold,
    "fetched_at",
    _encode,
)
"""Decoded: a `Coverage`."""
