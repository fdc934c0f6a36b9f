"""Limits: the spend limits and alerts that are set at OpenAI, as they were last read."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.log import TEXT, Record


@dataclass(frozen=True)
class LimitEntry:
    """One thing that a reading at `read_at` found: a limit, a failure, or, with neither, that it was made."""

    read_at: dt.datetime
    limit: SpendLimit | None = None
    failure: str | None = None


def entries(listed: LimitList, read_at: dt.datetime) -> list[LimitEntry]:
    """Return a reading as entries; the first says that it was made, also where there are no limits."""
    return [
        LimitEntry(read_at),
        *(LimitEntry(read_at, failure=sentence) for sentence in listed.failures),
        *(LimitEntry(read_at, limit) for limit in listed.limits),
    ]


def _row(entry: LimitEntry) -> dict[str, Any]:
    limit = {f.name: getattr(entry.limit, f.name) for f in fields(SpendLimit)} if entry.limit else {}
    return {"read_at": entry.read_at, "failure": entry.failure, **limit}


def _latest(table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["read_at"], pc.max(table["read_at"])))


def _limits(table: pa.Table) -> LimitList:
    rows = _latest(table).to_pylist()
    if not rows:
        return LimitList()
    return LimitList(
        tuple(
            SpendLimit(LimitKind(row["kind"]), row["project_id"], row["amount"], row["enforced"])
            for row in rows
            if row["kind"]
        ),
        tuple(row["failure"] for row in rows if row["failure"]),
        rows[0]["read_at"].astimezone(dt.UTC),
    )


LIMITS: Record[LimitEntry, LimitList] = Record(
    "limits",
    pa.schema(
        [
            ("read_at", TIME),
            ("kind", TEXT),
            ("project_id", TEXT),
            ("amount", MONEY),
            ("enforced", pa.bool_()),
            ("failure", TEXT),
        ]
    ),
    _limits,
    _latest,
    "read_at",
    _row,
)
"""Decoded: the limits and alerts of the latest reading, and what could not be read."""
