import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.openai_admin.retries import Brake, Patience, asked_delay

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def test_a_request_has_six_attempts_within_two_minutes() -> None:
    assert Patience() == Patience(6, 120.0, 0.5, 20.0)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 20.0), (60, 20.0)]
)
def test_waits_double_up_to_the_longest(attempt: int, seconds: float) -> None:
    assert Patience().backoff(attempt, 1.0) == seconds
    assert Patience().backoff(attempt, 0.25) == seconds / 4


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": " 7.5 "}, 7.5),
        ({"retry-after": "1_0"}, None),
        ({"retry-after": "\u0667"}, None),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after": "86401"}, None),
        ({"retry-after": "9" * 5000}, None),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:09 -99999999999999"}, None),
        ({"retry-after": "Mon, 23 Nov 99999999999999999999 12:00:09 GMT"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:09 -0000"}, 9.0),
        ({"retry-after": "Mon, 23 Nov 2026 11:59:00 GMT"}, None),
    ],
)
def test_an_answer_may_ask_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_delay(headers, NOW) == seconds


_PARTS = ("Mon,", "31", "23 Nov", "2026", "0", "99999999999999999999", "12:00:09", "GMT", "-2359", "+9" * 9)
_SOUP = st.lists(st.sampled_from(_PARTS) | st.text(max_size=5), max_size=7).map(" ".join)


@given(st.text() | _SOUP, st.none() | st.text() | _SOUP)
@example("Mon, 23 Nov 2026 12:00:09 -99999999999999", None)
def test_whatever_an_answer_asks_it_is_a_wait_of_at_most_a_day_or_none(text: str, ms: str | None) -> None:
    headers = {"retry-after": text, **({} if ms is None else {"retry-after-ms": ms})}

    seconds = asked_delay(headers, NOW)

    assert seconds is None or 0 < seconds <= 86400


def test_the_brake_holds_until_the_latest_moment_asked_for() -> None:
    brake = Brake()
    assert brake.remaining(5.0) == 0.0

    brake.hold(10.0)
    brake.hold(8.0)

    assert [brake.remaining(clock) for clock in (4.0, 10.0, 11.0)] == [6.0, 0.0, 0.0]
