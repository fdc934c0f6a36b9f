import datetime as dt

import pytest

from lib.alerts.quiet_hours import QuietHours, quiet_hours


def at(hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, 20, hour, minute, tzinfo=dt.UTC)


def test_hours_over_midnight_are_quiet_on_both_sides_of_it() -> None:
    quiet = quiet_hours("20:00-08:00")

    assert [hour for hour in range(24) if quiet.holds(at(hour))] == [0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 23]
    assert (quiet.holds(at(7, 59)), quiet.holds(at(8))) == (True, False)


def test_hours_within_a_day_are_quiet_from_the_first_to_before_the_last() -> None:
    quiet = quiet_hours("12:00–13:30")

    assert [quiet.holds(at(*time)) for time in ((11, 59), (12,), (13, 29), (13, 30))] == [
        False,
        True,
        True,
        False,
    ]


def test_a_zone_keeps_its_own_time_of_day_in_summer_too() -> None:
    quiet = quiet_hours("20:00-08:00 Europe/Berlin")

    assert (quiet.holds(at(6, 30)), quiet.holds(at(7, 30))) == (True, False)
    assert (quiet.holds(at(5, 30, month=7)), quiet.holds(at(6, 30, month=7))) == (True, False)


def test_the_end_of_a_day_can_be_written_as_24() -> None:
    assert quiet_hours("18:00-24:00") == QuietHours(dt.time(18), dt.time(0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "night",
        "20-8",
        "25:00-08:00",
        "20:60-08:00",
        "08:00-08:00",
        "20:00-08:00 Mars",
        "20:00-08:00 ../x",
    ],
)
def test_what_is_no_time_of_day_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(ValueError, match="two times of day"):
        quiet_hours(text)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("20:00-08:00", "20:00–08:00 UTC"),
        ("9:05 – 24:00 Europe/Berlin", "09:05–00:00 Europe/Berlin"),
    ],
)
def test_quiet_hours_are_said_with_their_zone(declared: str, said: str) -> None:
    assert str(quiet_hours(declared)) == said
