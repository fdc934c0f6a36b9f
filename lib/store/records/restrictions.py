"""Restrictions: what the API refused, the newest word on each."""

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.store.log import TEXT, Record, as_row


def says_all_of(new: Refusal, old: Refusal) -> bool:
    """Return whether `new` makes `old` needless: it is about the same, and at least as far-reaching."""
    if (new.source, new.kind, new.dimension) != (old.source, old.kind, old.dimension):
        return False
    begins = new.since is None or (old.since is not None and new.since <= old.since)
    ends = new.until is None or (old.until is not None and old.until <= new.until)
    # These dates move, so that the newest is the one that holds.
    return new.kind in (RefusalKind.LOOKBACK, RefusalKind.FLOOR) or (begins and ends)


def _refusals(table: pa.Table) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    for row in table.sort_by("learned_at").to_pylist():
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
        ]
    ),
    _refusals,
    _fold,
    "learned_at",
)
"""Decoded: every refusal that a later one does not make needless."""
