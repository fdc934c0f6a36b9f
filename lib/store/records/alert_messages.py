"""Alert messages: what was decided to be sent to whom, what came of it, and what each told of."""

import datetime as dt
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, as_row, in_utc, newest

_KEPT = 1000


class MessageState(StrEnum):
    """What came of a message."""

    DECIDED = "decided"
    """It is going to be sent, or was being sent when the process that did so ended."""
    SENT = "sent"
    FAILED = "failed"
    """It could not be sent, and is tried again."""
    GIVEN_UP = "given up"


@dataclass(frozen=True)
class AlertMessage:
    """One message; `message_id` stays the same however often it is sent.

    `number` counts all messages of a store. `receiver` tells receivers apart, and `sent_to` names one without
    its secrets. `facts` are what it tells of, as `lib.alerts` has them, `digest` which digest it is.
    `failure` is why the last of the `attempts` failed. `written_at` is set when it is recorded: the later
    entry holds.
    """

    message_id: str
    number: int
    receiver: str
    sent_to: str
    state: MessageState
    title: str
    body: str
    decided_at: dt.datetime
    facts: tuple[dict[str, Any], ...] = ()
    digest: str = ""
    attempts: int = 0
    failure: str = ""
    written_at: dt.datetime | None = field(default=None, compare=False)


def _encode(message: AlertMessage) -> dict[str, Any]:
    return {**as_row(message), "state": message.state.value, "facts": json.dumps(message.facts)}


def _fold(table: pa.Table) -> pa.Table:
    latest = newest(table, ["message_id"], "written_at").sort_by("number")
    return latest.slice(max(latest.num_rows - _KEPT, 0))


def _messages(table: pa.Table) -> tuple[AlertMessage, ...]:
    return tuple(_message(row) for row in _fold(table).to_pylist())


def _message(row: dict[str, Any]) -> AlertMessage:
    moments = {name: in_utc(row[name]) for name in ("decided_at", "written_at")}
    facts = tuple(json.loads(row["facts"] or "[]"))
    return AlertMessage(**{**row, **moments, "state": MessageState(row["state"]), "facts": facts})


ALERT_MESSAGES: Record[AlertMessage, tuple[AlertMessage, ...]] = Record(
    "alerts",
    pa.schema(
        [
            ("message_id", TEXT),
            ("number", pa.int64()),
            ("receiver", TEXT),
            ("sent_to", TEXT),
            ("state", TEXT),
            ("title", TEXT),
            ("body", TEXT),
            ("decided_at", TIME),
            ("facts", TEXT),
            ("digest", TEXT),
            ("attempts", pa.int64()),
            ("failure", TEXT),
            ("written_at", TIME),
        ]
    ),
    _messages,
    _fold,
    "written_at",
    _encode,
)
"""Decoded: the latest messages as they stand, in the order in which they were decided."""
