import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.periods.grains import Grain, allowed, automatic
from lib.periods.widths import Width

DATES = st.dates(dt.date(2020, 6, 11), dt.date(2030, 1, 1))
BUCKETED = [g for g in Grain if g is not Grain.TOTAL]


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("grain", "start", "following"),
    [
        (Grain.MINUTE, "2026-11-22T23:59", "2026-11-23T00:00"),
        (Grain.HOUR, "2026-11-22T23:00", "2026-11-23T00:00"),
        (Grain.DAY, "2026-11-22", "2026-11-23"),
        (Grain.WEEK, "2026-11-16", "2026-11-23"),
        (Grain.MONTH, "2026-11-01", "2026-12-01"),
    ],
)
def test_a_bucket_begins_at_its_floor_and_ends_at_the_next(grain: Grain, start: str, following: str) -> None:
    last_second = moment("2026-11-22T23:59:59")  # a Sunday

    assert grain.floor(last_second) == moment(start)
    assert grain.next(moment(start)) == moment(following)


def test_months_of_every_length_follow_each_other() -> None:
    starts = Grain.MONTH.buckets(dt.date(2024, 1, 1), dt.date(2025, 1, 1))

    assert [s.month for s in starts] == list(range(1, 13))
    assert {s.day for s in starts} == {1}


@given(DATES)
def test_weeks_begin_on_monday(day: dt.date) -> None:
    start = Grain.WEEK.floor(dt.datetime(day.year, day.month, day.day, 13, 45, tzinfo=dt.UTC))

    assert start.weekday() == 0
    assert 0 <= (day - start.date()).days < 7
    assert (start.hour, start.minute) == (0, 0)


@given(DATES, st.integers(1, 40), st.sampled_from(BUCKETED))
def test_buckets_touch_every_moment_of_the_days_once(day: dt.date, days: int, grain: Grain) -> None:
    end = day + dt.timedelta(days=1 if grain is Grain.MINUTE else days)

    starts = grain.buckets(day, end)

    assert starts[0].date() <= day < grain.next(starts[0]).date() + dt.timedelta(days=1)
    assert starts[1:] == [grain.next(s) for s in starts[:-1]]
    assert starts[-1] < dt.datetime(end.year, end.month, end.day, tzinfo=dt.UTC) <= grain.next(starts[-1])


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (1, Grain.HOUR),
        (2, Grain.HOUR),
        (3, Grain.DAY),
        (100, Grain.DAY),
        (101, Grain.WEEK),
        (400, Grain.WEEK),
        (401, Grain.MONTH),
    ],
)
def test_the_automatic_grain_follows_the_range(days: int, grain: Grain) -> None:
    assert automatic(days) is grain
    assert grain in allowed(days)


@pytest.mark.parametrize(
    ("days", "finest"),
    [(1, Grain.MINUTE), (2, Grain.HOUR), (31, Grain.HOUR), (32, Grain.DAY), (3000, Grain.DAY)],
)
def test_fine_grains_are_for_short_ranges(days: int, finest: Grain) -> None:
    assert allowed(days) == tuple(BUCKETED[BUCKETED.index(finest) :])


def test_a_total_has_no_buckets() -> None:
    with pytest.raises(ValueError, match="a total has no buckets"):
        Grain.TOTAL.floor(moment("2026-11-22"))
    with pytest.raises(ValueError, match="a total has no buckets"):
        Grain.TOTAL.next(moment("2026-11-22"))


def test_weeks_months_and_totals_are_made_of_days() -> None:
    assert {g: g.width for g in Grain} == {
        Grain.TOTAL: Width.DAY,
        Grain.MINUTE: Width.MINUTE,
        Grain.HOUR: Width.HOUR,
        Grain.DAY: Width.DAY,
        Grain.WEEK: Width.DAY,
        Grain.MONTH: Width.DAY,
    }
