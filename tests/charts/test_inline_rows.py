import datetime as dt

import pyarrow as pa

from lib.charts.inline_rows import values

DAY = dt.date(2026, 11, 1)
MIDNIGHT = int(dt.datetime(2026, 11, 1, tzinfo=dt.UTC).timestamp() * 1000)


def test_moments_and_days_are_milliseconds() -> None:
    moment = pa.array([dt.datetime(2026, 11, 1, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))

    assert values(pa.table({"at": moment, "on": [DAY]})) == [{"at": MIDNIGHT, "on": MIDNIGHT}]


def test_no_number_is_nothing() -> None:
    assert values(pa.table({"x": [float("nan"), 1.0], "y": ["a", None]})) == [
        {"x": None, "y": "a"},
        {"x": 1.0, "y": None},
    ]
