"""Organization: whose rows a store holds, and which keys are known to be answered the same one's."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record


@dataclass(frozen=True)
class Owner:
    """That rows of an organization were answered to `asker`, the fingerprint of a key and base URL."""

    organization_id: str
    asker: str | None
    seen_at: dt.datetime


@dataclass(frozen=True)
class Ownership:
    """Whose rows a store holds, None where no row has said so yet, and the askers that are answered these."""

    organization_id: str | None = None
    askers: frozenset[str | None] = frozenset()


def _fold(table: pa.Table) -> pa.Table:
    once = table.group_by(["organization_id", "asker"]).aggregate([("seen_at", "min")])
    return once.rename_columns(ORGANIZATION.columns.names).cast(ORGANIZATION.columns)


def _decode(table: pa.Table) -> Ownership:
    rows = table.sort_by("seen_at").to_pylist()
    if not rows:
        return Ownership()
    owner = rows[0]["organization_id"]
    return Ownership(owner, frozenset(row["asker"] for row in rows if row["organization_id"] == owner))


ORGANIZATION: Record[Owner, Ownership] = Record(
    "organization",
    pa.schema([("organization_id", TEXT), ("asker", TEXT), ("seen_at", TIME)]),
    _decode,
    _fold,
    "seen_at",
)
"""Decoded: an `Ownership`."""
