import datetime as dt
from decimal import Decimal

import pytest

from lib.analysis.forecasting.forecast import Band
from lib.analysis.forecasting.outlook import Known, Outlook, known, month_of, months_after
from lib.periods.windows import ONE_DAY, Window

MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 4, 1))
FIRST = dt.date(2025, 12, 1)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def steady(today: dt.date, amount: str = "10", **later: str) -> Known:
    """Ten dollars a day from 1 December on, of which the last three days and today are not final."""
    days = list(Window(FIRST, today - 3 * ONE_DAY))
    billed = dict.fromkeys(days, Decimal(amount))
    billed |= {dt.date.fromisoformat(name.replace("_", "-")[1:]): Decimal(v) for name, v in later.items()}
    return known(billed, set(days), today)


def test_a_month_is_from_its_first_day_to_the_next_ones() -> None:
    assert month_of(day(3, 17)) == MARCH
    assert month_of(dt.date(2026, 12, 31)) == Window(dt.date(2026, 12, 1), dt.date(2027, 1, 1))
    assert [w.first for w in months_after(day(11, 30), 3)] == [
        day(12, 1),
        dt.date(2027, 1, 1),
        dt.date(2027, 2, 1),
    ]


def test_history_is_the_latest_run_of_final_days() -> None:
    final = {day(1, 1), day(1, 2), day(1, 4), day(1, 5)}

    found = known(dict.fromkeys(final, Decimal(1)), final, day(1, 7))

    assert (found.first, found.end) == (day(1, 4), day(1, 6))


def test_days_before_anything_was_billed_are_no_history() -> None:
    final = {day(1, n) for n in range(1, 6)}

    found = known({day(1, 1): Decimal(0), day(1, 3): Decimal(2)}, final, day(1, 7))

    assert (found.first, found.end) == (day(1, 3), day(1, 6))


def test_where_no_day_is_final_there_is_no_history() -> None:
    found = known({}, set(), day(1, 7))

    assert list(found.amounts) == []
    assert not found.is_enough


def test_a_month_is_what_is_billed_and_what_is_forecast() -> None:
    found = Outlook(steady(day(3, 11))).sum(MARCH)

    assert found.billed == Decimal(70)
    assert found.forecast == Decimal("310.00")
    assert found.bands == (Band(0.8, 310, 310), Band(0.95, 310, 310))


def test_a_day_that_is_not_final_counts_as_forecast() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_09="4")).sum(MARCH)

    assert found.billed == Decimal(74)
    assert found.forecast == Decimal(310)


def test_a_day_that_is_not_final_counts_as_billed_where_that_is_more() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_09="25")).sum(MARCH)

    assert found.forecast == Decimal(325)
    assert [round(b.high, 6) for b in found.bands] == [325, 325]


def test_a_month_that_is_final_is_its_bill() -> None:
    found = Outlook(steady(day(3, 11), amount="10.123456789012345678")).sum(month_of(day(1, 1)))

    assert found.forecast == found.billed == 31 * Decimal("10.123456789012345678")
    assert found.bands == ()


def test_a_month_to_come_is_all_forecast() -> None:
    found = Outlook(steady(day(3, 11))).sum(month_of(day(4, 1)))

    assert (found.billed, found.forecast) == (0, Decimal(300))


def test_the_course_adds_up_day_by_day() -> None:
    course = Outlook(steady(day(3, 11), _2026_03_09="4")).course(MARCH)

    assert list(course["state"].unique()) == ["final", "provisional", "forecast"]
    assert list(course.loc[course["state"] == "provisional", "day"]) == [day(3, n) for n in range(8, 12)]
    assert list(course["total"].round(6)) == [10.0 * n for n in range(1, 32)]
    assert list(course["high95"].round(6)) == [10.0 * n for n in range(1, 32)]
    assert sum(course["billed"]) == 74


def test_a_course_of_a_short_history_has_no_bands_but_where_all_is_known() -> None:
    final = list(Window(day(2, 1), day(3, 8)))
    course = Outlook(known(dict.fromkeys(final, Decimal(1)), set(final), day(3, 11))).course(MARCH)

    assert list(course["low80"].dropna()) == [1, 2, 3, 4, 5, 6, 7]
    assert course["total"].iloc[-1] == pytest.approx(31)


@pytest.mark.parametrize(("amount", "passed"), [("65", 7), ("75", 8), ("309", 31)])
def test_an_amount_is_passed_with_the_day_that_goes_beyond_it(amount: str, passed: int) -> None:
    assert Outlook(steady(day(3, 11))).passes(Decimal(amount), MARCH) == day(3, passed)


def test_an_amount_that_is_just_reached_is_not_passed() -> None:
    assert Outlook(steady(day(3, 11))).passes(Decimal(310), MARCH) is None
