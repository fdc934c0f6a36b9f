import datetime as dt
from decimal import Decimal

import pytest

from lib.analysis.rhythm import weekday_hours
from lib.periods.windows import Window
from tests.analysis.samples import MONEY, SPEND, frame, stamp

MONDAY = dt.date(2026, 1, 5)
LATER = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def days(count: int) -> Window:
    return Window(MONDAY, MONDAY + dt.timedelta(days=count))


def test_an_hour_of_the_week_is_the_mean_of_all_such_hours() -> None:
    parts = frame(
        ["start", "model", MONEY],
        (stamp("2026-01-05T09:00"), "a", Decimal(3)),
        (stamp("2026-01-05T09:00"), "b", Decimal(1)),
        (stamp("2026-01-12T09:00"), "a", Decimal(6)),
        (stamp("2026-01-11T23:00"), "a", Decimal(8)),
    )

    found = weekday_hours(parts, SPEND, days(14), LATER)
    values = {(w, h): v for w, h, v in found.itertuples(index=False, name=None) if v}

    assert len(found) == 7 * 24
    assert values == {(0, 9): 5.0, (6, 23): 4.0}


@pytest.mark.parametrize(("count", "hours"), [(1, 24), (2, 48), (7, 168), (31, 168)])
def test_only_hours_of_the_window_are_there(count: int, hours: int) -> None:
    found = weekday_hours(frame(["start", MONEY]), SPEND, days(count), LATER)

    assert len(found) == hours
    assert set(found["value"]) == {0.0}
    assert list(found["weekday"][:24]) == [0] * 24
    assert list(found["hour"][:24]) == list(range(24))


def test_an_hour_that_is_still_to_come_is_not_counted() -> None:
    now = dt.datetime(2026, 1, 12, 9, 30, tzinfo=dt.UTC)
    parts = frame(
        ["start", MONEY], (stamp("2026-01-05T09:00"), Decimal(4)), (stamp("2026-01-05T10:00"), Decimal(4))
    )

    found = weekday_hours(parts, SPEND, days(14), now)
    monday = {h: v for w, h, v in found.itertuples(index=False, name=None) if w == 0 and v}

    assert monday == {9: 2.0, 10: 4.0}


def test_an_hour_that_begins_now_is_still_to_come() -> None:
    found = weekday_hours(frame(["start", MONEY]), SPEND, days(1), dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC))

    assert list(found["hour"]) == list(range(9))


def test_hours_are_those_of_the_zone_and_one_that_comes_twice_is_a_mean_of_two() -> None:
    sunday = Window(dt.date(2026, 10, 25), dt.date(2026, 10, 26), zone="Europe/Berlin")
    parts = frame(
        ["start", MONEY],
        (stamp("2026-10-24T22:00"), Decimal(1)),
        (stamp("2026-10-25T00:00"), Decimal(2)),
        (stamp("2026-10-25T01:00"), Decimal(4)),
    )

    found = weekday_hours(parts, SPEND, sunday, LATER)

    assert len(found) == 24
    assert {(w, h): v for w, h, v in found.itertuples(index=False, name=None) if v} == {
        (6, 0): 1.0,
        (6, 2): 3.0,
    }
