import datetime as dt

from lib.periods.windows import Window
from lib.wording.coverage_text import lacking_of, not_compared, not_whole, unknown_days


def test_each_reason_is_counted() -> None:
    assert unknown_days(30, fetching=12) == "12 of 30 days are still being fetched"
    assert unknown_days(30, unserved=1) == "1 of 30 days is before the API’s history"
    assert (
        unknown_days(30, unserved=3, missing=2) == "3 of 30 days are before the API’s history, 2 not stored"
    )
    assert unknown_days(1, missing=1) == "1 of 1 day is not stored"


def test_where_all_is_known_nothing_is_said() -> None:
    assert unknown_days(30) == ""


def test_a_comparison_that_is_not_made_names_its_days() -> None:
    window = Window(dt.date(2025, 2, 6), dt.date(2026, 1, 1))

    assert not_compared(window, unknown_days(329, unserved=292)) == (
        "Not compared with 6 Feb – 31 Dec 2025: 292 of 329 days are before the API’s history."
    )


def test_a_period_that_is_known_in_part_says_so() -> None:
    assert not_whole("2 of 7 days are not stored") == (
        "Not all of the period is known: 2 of 7 days are not stored. The numbers leave these days out."
    )


def test_missing_days_are_counted_by_organization() -> None:
    assert lacking_of({"acme": 10}, 30) == "Missing days: 10 of 30 of acme."
    assert lacking_of({"acme": 10, "labs": 2}, 30) == "Missing days: 10 of 30 of acme, 2 of labs."
