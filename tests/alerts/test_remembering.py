"""What a receiver was told is read back as it was written, and only what that receiver was told."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from lib.alerts.facts import About, News, Stage, Told
from lib.alerts.remembering import as_entries, digests_of, told_to
from lib.store.records.alert_messages import AlertMessage, MessageState

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 18)
WHOLE = Told(
    "anomaly:a",
    frozenset({About.ANOMALIES, About.SYNC}),
    "Unusual: Search",
    "anomalies",
    Decimal("12.50"),
    is_event=True,
    until=DAY + dt.timedelta(days=13),
    group="a",
    last=DAY,
    is_over=True,
)
LEAST = Told("expiring", frozenset({About.EXPIRING}), "Expiring", "data", Decimal(1))


def message(
    number: int, *told: Told, receiver: str = "ada", state: MessageState = MessageState.SENT, digest: str = ""
) -> AlertMessage:
    """Return a message of such facts as it comes back from the store."""
    facts = as_entries(News(one, Stage.FIRST, "So it is.") for one in told)
    kept = tuple(json.loads(json.dumps(facts)))
    return AlertMessage(str(number), number, receiver, "", state, "", "", NOW, kept, digest)


def test_what_was_told_is_read_as_it_was_written() -> None:
    assert told_to("ada", [message(1, WHOLE, LEAST)]) == {"anomaly:a": WHOLE, "expiring": LEAST}


def test_what_another_receiver_was_told_is_not_remembered() -> None:
    messages = [message(1, WHOLE), message(2, LEAST, receiver="bob")]

    assert list(told_to("ada", messages)) == ["anomaly:a"]
    assert list(told_to("bob", messages)) == ["expiring"]


@pytest.mark.parametrize("state", MessageState)
def test_only_what_was_given_up_is_not_told(state: MessageState) -> None:
    told = told_to("ada", [message(1, WHOLE, state=state)])

    assert bool(told) is (state is not MessageState.GIVEN_UP)


def test_what_a_later_version_tells_about_is_left_out() -> None:
    (entry,) = message(1, LEAST).facts
    later = {**entry, "about": ["expiring", "weather"]}
    one = AlertMessage("1", 1, "ada", "", MessageState.SENT, "", "", NOW, (later,))

    assert told_to("ada", [one]) == {"expiring": LEAST}


def test_the_digests_of_a_receiver_are_those_decided_on_whatever_became_of_them() -> None:
    messages = [
        message(1, digest="daily 2026-11-22"),
        message(2, digest="daily 2026-11-23", state=MessageState.GIVEN_UP),
        message(3, digest="weekly 2026-W47", receiver="bob"),
        message(4, LEAST),
    ]

    assert digests_of("ada", messages) == {"daily 2026-11-22", "daily 2026-11-23"}
