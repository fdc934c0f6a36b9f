"""Limits: the spend limits and alerts that are set at OpenAI, as they were last read."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.log import TEXT, Record, in_utc


@dataclass(frozen=True)
class LimitEntry:
    """One thing that a reading at `read_at` found: a limit, a failure, or, with neither, that it was made.

    `all_read_at` says when no project was left out; not said, that is `read_at`.
    """

    read_at: dt.datetime
    limit: SpendLimit | None = None
    failure: str | None = None
    all_read_at: dt.datetime | None = None


def entries(listed: LimitList, read_at: dt.datetime) -> list[LimitEntry]:
    """Return a reading as entries; the first says that it was made, also where there are no limits."""
    return [
        LimitEntry(read_at, all_read_at=listed.all_read_at),
        *(LimitEntry(read_at, failure=sentence) for sentence in listed.failures),
        *(LimitEntry(read_at, limit) for limit in listed.limits),
    ]


def _row(entry: LimitEntry) -> dict[str, Any]:
    names = [f.name for f in fields(SpendLimit) if f.name != "organization"]
    limit = {name: getattr(entry.limit, name) for name in names} if entry.limit else {}
    made = {"read_at": entry.read_at, "failure": entry.failure, "all_read_at": entry.all_read_at}
    return {**made, **limit}


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
        in_utc(next((row["all_read_at"] for row in rows if row["all_read_at"]), rows[0]["read_at"])),
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
            ("all_read_at", TIME),
        ]
    ),
    _limits,
    _latest,
    "read_at",
    _row,
)
"""Decoded: the limits and alerts of the latest reading, and what could not be read."""
