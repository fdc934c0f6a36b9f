"""Remembering: what a receiver was told, as the store keeps it with each message."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from lib.alerts.facts import About, News, Stage, Told, remembered
from lib.store.records.alert_messages import AlertMessage, MessageState

PENDING = frozenset({MessageState.DECIDED, MessageState.FAILED})
"""What became of messages that are to be sent still."""


def as_entries(all_news: Iterable[News]) -> tuple[dict[str, Any], ...]:
    """Return news as the store keeps it."""
    return tuple(
        {
            **vars(one.told),
            "about": sorted(one.told.about),
            "size": str(one.told.size),
            "until": _text(one.told.until),
            "last": _text(one.told.last),
            "stage": one.stage.value,
            "words": one.words,
        }
        for one in all_news
    )


def told_to(receiver: str, messages: Iterable[AlertMessage]) -> dict[str, Told]:
    """Return what a receiver was told, or is going to be: not what was given up."""
    own = [m for m in messages if m.receiver == receiver and m.state is not MessageState.GIVEN_UP]
    return remembered((_news(entry) for message in own for entry in message.facts), {})


def digests_of(receiver: str, messages: Iterable[AlertMessage]) -> set[str]:
    """Return which digests were decided on for a receiver, whatever became of them."""
    return {message.digest for message in messages if message.receiver == receiver and message.digest}


def _news(entry: dict[str, Any]) -> News:
    told = Told(
        entry["key"],
        frozenset(About(about) for about in entry["about"] if about in list(About)),
        entry["title"],
        entry["page"],
        Decimal(entry["size"]),
        bool(entry["is_event"]),
        _date(entry["until"]),
        entry["group"],
        _date(entry["last"]),
        bool(entry["is_over"]),
    )
    return News(told, Stage(entry["stage"]), entry["words"])


def _text(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
