import datetime as dt
from decimal import Decimal

import pytest

from lib.analysis.forecasting.forecast import FEWEST, HORIZON, Band
from lib.analysis.forecasting.outlook import (
    SIDES,
    Known,
    Outlook,
    days_read,
    known,
    month_before,
    month_of,
    months_after,
    moved,
)
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


def test_credits_above_a_days_bill_are_not_forecast_away() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_09="-5")).sum(MARCH)

    assert found.billed == Decimal(65)
    assert found.forecast == Decimal(295)
    assert [round(b.low, 6) for b in found.bands] == [295, 295]


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


def test_twelve_whole_months_before_this_one_are_read() -> None:
    assert days_read(day(3, 11)) == Window(dt.date(2025, 3, 1), day(3, 12))
    assert month_before(day(1, 31)) == Window(dt.date(2025, 12, 1), day(1, 1))
    assert months_after(day(1, 31), 0) == []


@pytest.mark.parametrize(("count", "enough"), [(FEWEST - 1, False), (FEWEST, True)])
def test_so_many_final_days_are_enough(count: int, enough: bool) -> None:
    final = list(Window(FIRST, FIRST + count * ONE_DAY))

    found = known(dict.fromkeys(final, Decimal(1)), set(final), day(3, 11))

    assert found.is_enough is enough
    assert found.amounts.tolist() == [1.0] * count


def test_today_is_never_final() -> None:
    days = {day(1, 5), day(1, 6)}

    found = known(dict.fromkeys(days, Decimal(1)), days, day(1, 6))

    assert (found.first, found.end) == (day(1, 5), day(1, 6))
    assert (found.of(day(1, 6)), found.of(day(1, 7))) == (1, 0)


def test_a_forecast_reaches_as_many_days_as_its_horizon_beyond_the_final_ones() -> None:
    look = Outlook(steady(day(3, 11)))

    assert look.known.end == day(3, 8)
    assert look.reaches == day(3, 7) + HORIZON * ONE_DAY


def test_months_hold_what_is_billed_and_what_is_forecast_beyond() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_09="4")).months([month_of(day(2, 1)), MARCH])

    assert list(found.columns) == ["month", "billed", "rest", "forecast", *SIDES]
    assert found[["month", "billed", "rest", "forecast"]].to_numpy().tolist() == [
        ["Feb 2026", 280, 0, 280],
        ["Mar 2026", 74, 236, 310],
    ]
    assert found[list(SIDES)].iloc[0].isna().all()
    assert found[list(SIDES)].iloc[1].tolist() == pytest.approx([310.0] * 4)


def test_a_window_may_begin_among_the_days_that_are_forecast() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_09="25")).sum(Window(day(3, 9), day(3, 11)))

    assert (found.billed, found.forecast) == (25, 35)
    assert [band.low for band in found.bands] == [35, 35]


def test_a_band_never_ends_below_what_is_billed() -> None:
    days = list(Window(FIRST, day(3, 8)))
    wild = {d: Decimal(10 + 9 * (n % 5)) for n, d in enumerate(days)} | {day(3, 9): Decimal(500)}
    found = Outlook(known(wild, set(days), day(3, 11))).sum(Window(day(3, 9), day(3, 10)))

    assert found.forecast == found.billed == 500
    assert all(band.low >= 500 for band in found.bands)
    assert len(found.bands) == 2


def test_a_course_moved_onto_another_month_ends_with_the_shorter_one() -> None:
    course = Outlook(steady(day(3, 11))).course(month_of(day(1, 1)))

    onto_february = moved(course, month_of(day(2, 1)))
    assert list(onto_february["day"]) == list(month_of(day(2, 1)))
    assert list(onto_february["total"]) == [10.0 * n for n in range(1, 29)]
    short = moved(course.head(2), MARCH)
    assert short.to_dict("list") == {"day": [day(3, 1), day(3, 2)], "total": [10.0, 20.0]}


def test_the_first_day_that_is_not_final_counts_once() -> None:
    found = Outlook(steady(day(3, 11), _2026_03_08="4")).sum(MARCH)

    assert (found.billed, found.forecast) == (74, 310)


def test_final_days_without_any_bill_are_no_history() -> None:
    found = known({}, {day(1, 5), day(1, 6)}, day(1, 7))

    assert (found.first, found.end) == (day(1, 7), day(1, 7))
