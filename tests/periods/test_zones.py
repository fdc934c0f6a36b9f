import datetime as dt

import pytest

from lib.periods.zones import UTC, begins, nearest, today_in, zones


def test_a_day_begins_at_the_midnight_of_its_zone() -> None:
    day = dt.date(2026, 11, 2)

    assert begins(day, UTC) == dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    assert begins(day, "Europe/Berlin") == dt.datetime(2026, 11, 1, 23, tzinfo=dt.UTC)
    assert begins(day, "America/New_York") == dt.datetime(2026, 11, 2, 5, tzinfo=dt.UTC)


def test_a_day_whose_midnight_the_clocks_leave_out_begins_when_they_do() -> None:
    assert begins(dt.date(2026, 3, 8), "America/Havana") == dt.datetime(2026, 3, 8, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [(UTC, 2), ("Pacific/Auckland", 3), ("America/Los_Angeles", 2), ("Pacific/Pago_Pago", 2)],
)
def test_today_is_another_day_elsewhere(zone: str, day: int) -> None:
    noon = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)

    assert today_in(zone, noon) == dt.date(2026, 11, day)


def test_utc_is_the_first_of_the_zones_and_the_rest_are_called_after_places() -> None:
    assert zones()[0] == UTC
    assert "Europe/Berlin" in zones()
    assert not {"EST", "Etc/GMT+5", "posixrules"} & {*zones()}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("utc", UTC),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_what_it_is_nearly_called(text: str, meant: str | None) -> None:
    assert nearest(text) == meant
