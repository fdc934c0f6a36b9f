import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.periods.grains import Grain
from lib.periods.local_days import (
    bucket_of_each,
    bucket_on,
    bucket_starts,
    day_of,
    day_width,
    is_too_long,
    rows_width,
)
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, midnight
from lib.periods.zones import UTC, zones

BERLIN, NEW_YORK, LORD_HOWE, KOLKATA = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
CHANGES = [
    (BERLIN, dt.date(2026, 3, 29), Width.HOUR, 23),
    (BERLIN, dt.date(2026, 10, 25), Width.HOUR, 25),
    (NEW_YORK, dt.date(2026, 3, 8), Width.HOUR, 23),
    (NEW_YORK, dt.date(2026, 11, 1), Width.HOUR, 25),
    (LORD_HOWE, dt.date(2026, 4, 5), Width.MINUTE, 24 * 60 + 30),
    (LORD_HOWE, dt.date(2026, 10, 4), Width.MINUTE, 24 * 60 - 30),
    (KOLKATA, dt.date(2026, 10, 4), Width.MINUTE, 24 * 60),
    ("America/Havana", dt.date(2026, 3, 8), Width.HOUR, 23),  # its clocks leave out midnight
]
"""Days on which the clocks change, or never do, the buckets they are made of, and how many those are."""


def one_day(zone: str, day: dt.date) -> Window:
    return Window(day, day + ONE_DAY, zone=zone)


@pytest.mark.parametrize(("zone", "day", "width", "count"), CHANGES)
def test_a_day_has_as_many_buckets_as_its_clocks_went_through(
    zone: str, day: dt.date, width: Width, count: int
) -> None:
    window = one_day(zone, day)

    assert day_width(window) is width
    assert len(bucket_of_each(Grain.DAY, window, width)) == count
    assert {*bucket_of_each(Grain.DAY, window, width).values()} == {midnight(day)}


@pytest.mark.parametrize(("zone", "day", "width", "_count"), CHANGES)
@pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.HOUR])
def test_around_a_change_of_clocks_each_bucket_is_in_exactly_one_other(
    zone: str, day: dt.date, width: Width, _count: int, grain: Grain
) -> None:
    window = Window(day - 3 * ONE_DAY, day + 3 * ONE_DAY, zone=zone)
    fine = rows_width(grain, window)

    whole = list(bucket_of_each(grain, window, fine))
    parts = [s for one in window for s in bucket_of_each(grain, one_day(zone, one), fine)]

    step = dt.timedelta(seconds=fine.seconds)
    count = (window.ends - window.begins) // step
    assert fine is (Width.MINUTE if Width.MINUTE in (width, fine) else Width.HOUR)
    assert whole == parts == [window.begins + nth * step for nth in range(count)]
    assert set(bucket_of_each(grain, window, fine).values()) <= set(bucket_starts(grain, window))


@given(
    st.sampled_from(zones()),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(min_value=1, max_value=40),
)
def test_days_follow_each_other_without_a_gap_in_every_zone(zone: str, first: dt.date, days: int) -> None:
    window = Window(first, first + days * ONE_DAY, zone=zone)
    parts = [one_day(zone, day) for day in window]

    assert [part.ends for part in parts[:-1]] == [part.begins for part in parts[1:]]
    assert all(22 <= (part.ends - part.begins).total_seconds() / 3600 <= 26 for part in parts)
    assert window.in_utc.begins <= window.begins
    assert window.ends <= window.in_utc.ends
    assert window.in_utc.days <= days + 1


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (dt.date(2026, 11, 1), 24)]
)
def test_the_hour_that_clocks_go_through_twice_is_two_buckets(day: dt.date, hours: int) -> None:
    window = one_day(BERLIN, day)

    starts = bucket_starts(Grain.HOUR, window)

    assert len(starts) == len(set(starts)) == hours
    assert {day_of(start, Grain.HOUR, window) for start in starts} == {day}


def test_hours_of_a_zone_within_the_hour_begin_as_its_clocks_do() -> None:
    window = one_day(KOLKATA, dt.date(2026, 11, 2))

    starts = bucket_starts(Grain.HOUR, window)

    assert starts[0] == dt.datetime(2026, 11, 1, 18, 30, tzinfo=dt.UTC)
    assert len(starts) == 24
    assert rows_width(Grain.HOUR, window) is Width.MINUTE


def test_a_zone_whose_offset_is_whole_hours_in_summer_only_needs_minutes_in_winter_only() -> None:
    assert day_width(one_day(LORD_HOWE, dt.date(2026, 1, 10))) is Width.HOUR
    assert day_width(one_day(LORD_HOWE, dt.date(2026, 7, 10))) is Width.MINUTE


def test_a_month_of_local_days_is_named_by_its_first_day() -> None:
    window = Window(dt.date(2026, 10, 31), dt.date(2026, 11, 2), zone=BERLIN)
    last_of_october = dt.datetime(2026, 10, 31, 22, tzinfo=dt.UTC)

    months = bucket_of_each(Grain.MONTH, window, Width.HOUR)

    assert months[last_of_october] == midnight(dt.date(2026, 10, 1))
    assert months[last_of_october + dt.timedelta(hours=1)] == midnight(dt.date(2026, 11, 1))


def test_a_mark_of_a_day_stands_on_the_hour_in_which_the_day_begins() -> None:
    window = one_day(BERLIN, dt.date(2026, 11, 3))

    assert bucket_on(window.first, Grain.HOUR, window) == dt.datetime(2026, 11, 2, 23, tzinfo=dt.UTC)
    assert bucket_on(window.first, Grain.DAY, window) == midnight(window.first)


@pytest.mark.parametrize(
    ("zone", "days", "too_long"),
    [(BERLIN, 93, False), (BERLIN, 94, True), (KOLKATA, 7, False), (KOLKATA, 8, True), (UTC, 3000, False)],
)
def test_only_so_many_days_are_made_of_hours_and_fewer_of_minutes(
    zone: str, days: int, too_long: bool
) -> None:
    first = dt.date(2026, 1, 1)

    assert is_too_long(Window(first, first + days * ONE_DAY, zone=zone)) is too_long


@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH])
def test_days_of_utc_are_as_they_always_were(grain: Grain) -> None:
    window = Window(dt.date(2026, 10, 20), dt.date(2026, 11, 3))

    assert window.in_utc is window
    assert rows_width(grain, window) is grain.width
    assert bucket_starts(grain, window) == grain.buckets(window.first, window.end)
