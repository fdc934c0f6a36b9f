"""Saved views: pages with all that was chosen on them, under names that people gave them."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, in_utc, newest


@dataclass(frozen=True)
class SavedView:
    """A page and its address under a `name`, kept by `owner` (an e-mail address, "" where nobody signs in).

    `query` is the address behind its question mark. A view that is `shared` is everybody's to open, a
    `start` is what its owner's app opens with, and a `removed` one is gone. `written_at` is when it was kept.
    """

    name: str
    page: str
    query: str
    owner: str = ""
    shared: bool = False
    start: bool = False
    removed: bool = False
    written_at: dt.datetime | None = None


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["owner", "name"], "written_at")


def _views(table: pa.Table) -> tuple[SavedView, ...]:
    rows = ({**row, "written_at": in_utc(row["written_at"])} for row in _fold(table).to_pylist())
    kept = [view for row in rows if not (view := SavedView(**row)).removed]
    return tuple(sorted(kept, key=lambda view: (view.name.casefold(), view.name, view.owner)))


SAVED_VIEWS: Record[SavedView, tuple[SavedView, ...]] = Record(
    "views",
    pa.schema(
        [
            *((name, TEXT) for name in ("name", "page", "query", "owner")),
            *((name, pa.bool_()) for name in ("shared", "start", "removed")),
            ("written_at", TIME),
        ]
    ),
    _views,
    _fold,
    "written_at",
)
"""Decoded: the latest view of each owner and name, by name, without those that were removed."""
