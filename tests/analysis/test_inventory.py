import datetime as dt

from lib.analysis.inventory import covered
from lib.periods.finality import DayState

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def test_days_are_counted_by_their_state() -> None:
    states = {"costs": {day(1): DayState.SETTLED, day(2): DayState.SETTLED, day(3): DayState.PROVISIONAL}}
    fetched = {"costs": {day(3): NOON, day(1): NOON - HOUR, dt.date(2026, 1, 1): NOON - HOUR}}

    assert covered(states, fetched).to_dict("records") == [
        {
            "source": "Costs",
            "settled": 2,
            "provisional": 1,
            "missing": 0,
            "first": dt.date(2026, 1, 1),
            "last": day(3),
            "fetched_at": NOON,
        }
    ]


def test_a_source_that_was_never_fetched_is_missing() -> None:
    (row,) = covered({"images": {day(1): DayState.MISSING}}, {"images": {}}).to_dict("records")

    assert (row["source"], row["missing"], row["settled"]) == ("Images", 1, 0)
    assert row["first"] is row["last"] is row["fetched_at"] is None
