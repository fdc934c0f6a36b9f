import datetime as dt

import pytest

from lib.periods.grains import Grain
from lib.wording import dates


@pytest.mark.parametrize(
    ("last", "text"),
    [
        (dt.date(2026, 10, 1), "1 Oct 2026"),
        (dt.date(2026, 10, 31), "1–31 Oct 2026"),
        (dt.date(2026, 11, 2), "1 Oct – 2 Nov 2026"),
        (dt.date(2027, 1, 2), "1 Oct 2026 – 2 Jan 2027"),
    ],
)
def test_a_range_of_days_says_nothing_twice(last: dt.date, text: str) -> None:
    assert dates.day_range(dt.date(2026, 10, 1), last) == text


@pytest.mark.parametrize(
    ("grain", "text"),
    [
        (Grain.HOUR, "Mon 2 Nov 2026, 14:00 UTC"),
        (Grain.DAY, "Mon 2 Nov 2026"),
        (Grain.WEEK, "2–8 Nov 2026"),
        (Grain.MONTH, "November 2026"),
    ],
)
def test_a_bucket_is_named_by_its_grain(grain: Grain, text: str) -> None:
    assert dates.bucket(dt.datetime(2026, 11, 2, 14, tzinfo=dt.UTC), grain) == text


def test_hours_of_a_zone_stand_beside_those_of_utc_which_tell_two_of_them_apart() -> None:
    twice = [dt.datetime(2026, 10, 25, hour, tzinfo=dt.UTC) for hour in (0, 1)]

    assert [dates.bucket(start, Grain.HOUR, "Europe/Berlin") for start in twice] == [
        "Sun 25 Oct 2026, 02:00 (00:00 UTC)",
        "Sun 25 Oct 2026, 02:00 (01:00 UTC)",
    ]
    assert dates.bucket(dt.datetime(2026, 10, 25, tzinfo=dt.UTC), Grain.DAY, "Europe/Berlin") == (
        "Sun 25 Oct 2026"
    )


def test_a_month_is_written_in_words() -> None:
    assert dates.month("2026-10") == "October 2026"


def test_a_whole_month_goes_by_its_name() -> None:
    def said(first: str, last: str) -> str:
        return dates.month_or_range(dt.date.fromisoformat(first), dt.date.fromisoformat(last))

    assert said("2026-09-01", "2026-09-30") == "September 2026"
    assert said("2026-10-01", "2026-10-31") == "October 2026"
    assert said("2026-02-01", "2026-02-28") == "February 2026"
    assert said("2026-09-01", "2026-09-29") == "1–29 Sep 2026"
    assert said("2026-09-02", "2026-09-30") == "2–30 Sep 2026"
    assert said("2026-08-01", "2026-09-30") == "1 Aug – 30 Sep 2026"
