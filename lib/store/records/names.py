"""Names: what every id was ever called, and when it was first and last seen."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.openai_admin.name_lists import Name
from lib.store.log import TEXT, Record, as_row

Names = dict[tuple[str, str], Name]
_SEEN_AGAIN = dt.timedelta(days=1)
_TICK = dt.timedelta(microseconds=1)


def seen(name: Name, known: Mapping[tuple[str, str], Name], seen_at: dt.datetime) -> Name | None:
    """Return what to record of `name`, None where that is known already."""
    old = known.get((name.kind, name.id))
    if old is None or old.last_seen is None:
        return replace(name, first_seen=seen_at, last_seen=seen_at)
    name = replace(name, keys_listed_at=name.keys_listed_at or old.keys_listed_at)
    same = replace(name, first_seen=old.first_seen, last_seen=old.last_seen) == old
    if same and seen_at - old.last_seen < _SEEN_AGAIN:
        return None
    # The name seen last holds: one that a clock saw in the future must not stay for good.
    return replace(name, first_seen=old.first_seen, last_seen=max(seen_at, old.last_seen + _TICK))


def _names(table: pa.Table) -> Names:
    found: Names = {}
    for row in table.sort_by("last_seen").to_pylist():
        name = Name(**row)
        old = found.get((name.kind, name.id))
        if old and old.first_seen and name.first_seen:
            name = replace(name, first_seen=min(old.first_seen, name.first_seen))
        found[name.kind, name.id] = name
    return found


def _fold(table: pa.Table) -> pa.Table:
    return pa.Table.from_pylist([as_row(name) for name in _names(table).values()], NAMES.columns)


NAMES: Record[Name, Names] = Record(
    "names",
    pa.schema(
        [
            ("kind", TEXT),
            ("id", TEXT),
            ("name", TEXT),
            ("detail", TEXT),
            ("project_id", TEXT),
            ("owner_id", TEXT),
            ("archived", pa.bool_()),
            ("first_seen", TIME),
            ("last_seen", TIME),
            ("keys_listed_at", TIME),
        ]
    ),
    _names,
    _fold,
    "last_seen",
)
"""Decoded: the latest name of each kind and id, with when it was first seen."""
