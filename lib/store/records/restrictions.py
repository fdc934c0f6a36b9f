"""Restrictions: what the API refused, the newest word on each."""

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import TIME
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.store.log import TEXT, Record, as_row

_BEFORE = pa.scalar(0, pa.int64()).cast(TIME)
"""When entries were recorded that do not say it: earlier versions did not."""


def says_all_of(new: Refusal, old: Refusal) -> bool:
    """Return whether `new` makes `old` needless: it is about the same, and at least as far-reaching.

    What was refused to another asker stays, unless nobody knows to whom it was.
    """
    if (new.source, new.kind, new.dimension) != (old.source, old.kind, old.dimension):
        return False
    if old.asker not in (None, new.asker):
        return False
    begins = new.since is None or (old.since is not None and new.since <= old.since)
    ends = new.until is None or (old.until is not None and old.until <= new.until)
    # These dates move, so that the newest is the one that holds.
    return new.kind in (RefusalKind.LOOKBACK, RefusalKind.FLOOR) or (begins and ends)


def _refusals(table: pa.Table) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    order = pa.table({"recorded": pc.coalesce(table["recorded_at"], _BEFORE), "learned": table["learned_at"]})
    for row in table.take(
        pc.sort_indices(order, [("recorded", "ascending"), ("learned", "ascending")])
    ).to_pylist():
        refusal = Refusal(**{**row, "kind": RefusalKind(row["kind"])})
        found = [*(old for old in found if not says_all_of(refusal, old)), refusal]
    return tuple(found)


def _fold(table: pa.Table) -> pa.Table:
    return pa.Table.from_pylist([as_row(one) for one in _refusals(table)], RESTRICTIONS.columns)


RESTRICTIONS: Record[Refusal, tuple[Refusal, ...]] = Record(
    "refusals",
    pa.schema(
        [
            ("source", TEXT),
            ("kind", TEXT),
            ("message", TEXT),
            ("learned_at", TIME),
            ("dimension", TEXT),
            ("since", pa.date32()),
            ("until", pa.date32()),
            ("asker", TEXT),
            ("recorded_at", TIME),
        ]
    ),
    _refusals,
    _fold,
    "recorded_at",
)
"""Decoded: every refusal that a later one does not make needless."""
