"""Which days a marked stretch of a chart narrows the period to."""

import datetime as dt

import pytest

from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.ui.zoom import Zoom

NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 27))


def moment(text: str) -> float:
    return dt.datetime.fromisoformat(f"2026-{text}+00:00").timestamp() * 1000


@pytest.mark.parametrize(
    ("grain", "begin", "end", "days"),
    [
        (Grain.DAY, "11-02T00:00", "11-02T00:00", "2–2"),
        (Grain.DAY, "11-02T11:00", "11-04T13:00", "2–4"),
        (Grain.DAY, "11-02T13:00", "11-04T11:00", "3–3"),
        (Grain.DAY, "11-04T13:00", "11-02T11:00", "2–4"),
        (Grain.DAY, "11-02T13:00", "11-02T14:00", "2–2"),
        (Grain.DAY, "11-02T13:00", "11-03T11:00", "3–3"),
        (Grain.HOUR, "11-02T13:00", "11-03T01:00", "2–3"),
        (Grain.WEEK, "11-02T00:00", "11-02T00:00", "2–8"),
        (Grain.WEEK, "11-10T00:00", "11-26T00:00", "9–22"),
        (Grain.WEEK, "11-10T00:00", "11-27T00:00", "9–26"),
        (Grain.MONTH, "11-01T00:00", "11-01T00:00", "1–26"),
        (Grain.DAY, "10-30T00:00", "11-29T23:00", "1–26"),
    ],
)
def test_buckets_are_marked_by_their_middles_and_end_with_the_period(
    grain: Grain, begin: str, end: str, days: str
) -> None:
    first, last = Zoom(grain, NOVEMBER).days(moment(begin), moment(end))

    assert f"{first.day}–{last.day}" == days


def test_hours_that_are_marked_narrow_the_period_to_the_days_of_their_zone() -> None:
    berlin = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 27), zone="Europe/Berlin")

    assert Zoom(Grain.HOUR, berlin).days(moment("11-02T23:00"), moment("11-02T23:40")) == (
        dt.date(2026, 11, 3),
        dt.date(2026, 11, 3),
    )
