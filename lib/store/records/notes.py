"""Notes: what people write about days, shown on the charts over time."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, in_utc, newest


@dataclass(frozen=True)
class Note:
    """What somebody wrote about the days from `first` to `last` (both included, UTC).

    `about` is empty for a note on the charts, or the key of an anomaly that the note calls expected. A
    note written again under its `note_id` replaces the earlier one; a `removed` one is kept, unseen.
    """

    note_id: str
    first: dt.date
    last: dt.date
    text: str
    about: str
    written_at: dt.datetime
    removed: bool = False


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["note_id"], "written_at")


def _notes(table: pa.Table) -> tuple[Note, ...]:
    rows = _fold(table).to_pylist()
    notes = (Note(**{**row, "written_at": in_utc(row["written_at"])}) for row in rows)
    return tuple(sorted((n for n in notes if not n.removed), key=lambda n: (n.first, n.last, n.note_id)))


NOTES: Record[Note, tuple[Note, ...]] = Record(
    "notes",
    pa.schema(
        [
            ("note_id", TEXT),
            ("first", pa.date32()),
            ("last", pa.date32()),
            ("text", TEXT),
            ("about", TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    _notes,
    _fold,
    "written_at",
)
"""Decoded: the notes that were not removed, by their first day."""
