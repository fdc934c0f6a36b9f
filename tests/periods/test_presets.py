import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.answers.view import View
from lib.periods.grains import Grain, allowed, automatic
from lib.periods.presets import Comparison, Period, compared, shifted, usual, window_of
from lib.periods.windows import Window

TODAY = dt.date(2026, 11, 23)
DATES = st.dates(dt.date(2020, 6, 11), dt.date(2030, 1, 1))
FIRSTS = DATES.map(lambda day: day.replace(day=1))


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def days(first: str, last: str) -> Window:
    """Return a window with both dates inclusive."""
    return Window(date(first), date(last) + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("period", "window"),
    [
        (Period.TODAY, days("2026-11-23", "2026-11-23")),
        (Period.YESTERDAY, days("2026-11-22", "2026-11-22")),
        (Period.THIS_WEEK, days("2026-11-23", "2026-11-23")),
        (Period.LAST_WEEK, days("2026-11-16", "2026-11-22")),
        (Period.THIS_QUARTER, days("2026-10-01", "2026-11-23")),
        (Period.LAST_7, days("2026-11-17", "2026-11-23")),
        (Period.LAST_30, days("2026-10-25", "2026-11-23")),
        (Period.LAST_90, days("2026-08-26", "2026-11-23")),
        (Period.LAST_YEAR, days("2025-11-24", "2026-11-23")),
        (Period.THIS_MONTH, days("2026-11-01", "2026-11-23")),
        (Period.LAST_MONTH, days("2026-10-01", "2026-10-31")),
        (Period.YEAR_TO_DATE, days("2026-01-01", "2026-11-23")),
    ],
)
def test_a_preset_that_is_not_over_ends_today(period: Period, window: Window) -> None:
    assert window_of(period, TODAY) == window


def test_the_last_month_of_january_is_december() -> None:
    assert window_of(Period.LAST_MONTH, date("2026-01-01")) == days("2025-12-01", "2025-12-31")


def test_a_custom_range_has_no_window_of_its_own() -> None:
    with pytest.raises(KeyError):
        window_of(Period.CUSTOM, TODAY)


@pytest.mark.parametrize(
    ("window", "comparison", "expected"),
    [
        (days("2026-11-10", "2026-11-23"), Comparison.PREVIOUS, days("2026-10-27", "2026-11-09")),
        (days("2026-11-23", "2026-11-23"), Comparison.PREVIOUS, days("2026-11-22", "2026-11-22")),
        (days("2026-10-01", "2026-10-31"), Comparison.PREVIOUS, days("2026-09-01", "2026-09-30")),
        (days("2026-03-01", "2026-03-31"), Comparison.PREVIOUS, days("2026-02-01", "2026-02-28")),
        (days("2026-07-01", "2026-09-30"), Comparison.PREVIOUS, days("2026-04-01", "2026-06-30")),
        (days("2026-01-01", "2026-01-31"), Comparison.PREVIOUS, days("2025-12-01", "2025-12-31")),
        (days("2026-11-10", "2026-11-23"), Comparison.MONTH, days("2026-10-10", "2026-10-23")),
        (days("2026-02-01", "2026-02-28"), Comparison.MONTH, days("2026-01-01", "2026-01-31")),
        (days("2026-03-30", "2026-03-31"), Comparison.MONTH, days("2026-02-28", "2026-02-28")),
        (days("2026-11-16", "2026-11-18"), Comparison.WEEK, days("2026-11-09", "2026-11-11")),
        (days("2026-11-10", "2026-11-23"), Comparison.WEEK, days("2026-10-27", "2026-11-09")),
        (days("2026-11-14", "2026-11-23"), Comparison.WEEK, days("2026-10-31", "2026-11-09")),
        (days("2026-11-10", "2026-11-23"), Comparison.YEAR, days("2025-11-10", "2025-11-23")),
        (days("2024-02-29", "2024-03-05"), Comparison.YEAR, days("2023-02-28", "2023-03-05")),
        (days("2024-02-01", "2024-02-29"), Comparison.YEAR, days("2023-02-01", "2023-02-28")),
        (days("2025-02-01", "2025-02-28"), Comparison.YEAR, days("2024-02-01", "2024-02-29")),
    ],
)
def test_a_period_is_compared_with_the_one_that_was_chosen(
    window: Window, comparison: Comparison, expected: Window
) -> None:
    assert compared(window, comparison) == expected


@given(FIRSTS, st.integers(1, 14), st.sampled_from([Comparison.PREVIOUS, Comparison.MONTH, Comparison.YEAR]))
def test_whole_months_are_compared_with_as_many_whole_months(
    first: dt.date, months: int, comparison: Comparison
) -> None:
    window = Window(first, shifted(first, months))

    other = compared(window, comparison)

    assert other is not None
    assert (other.first.day, other.end.day) == (1, 1)
    assert shifted(other.first, months) == other.end


@given(DATES, st.integers(1, 400))
def test_the_previous_period_ends_where_the_period_begins(first: dt.date, length: int) -> None:
    window = Window(first, first + dt.timedelta(days=length))

    other = compared(window, Comparison.PREVIOUS)

    assert other is not None
    assert other.end == window.first


def test_without_a_comparison_nothing_is_compared() -> None:
    view = View(days("2026-11-01", "2026-11-23"), TODAY, comparison=Comparison.NONE)

    assert view.compared is None


def test_a_view_compares_its_own_days() -> None:
    assert View(days("2026-10-01", "2026-10-31"), TODAY).compared == days("2026-09-01", "2026-09-30")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_a_day_that_a_month_lacks_becomes_its_last(day: str, months: int, expected: str) -> None:
    assert shifted(date(day), months) == date(expected)


@pytest.mark.parametrize(
    ("last", "chosen", "cut"),
    [
        ("2026-11-01", Grain.MINUTE, Grain.MINUTE),
        ("2026-11-02", Grain.MINUTE, Grain.HOUR),
        ("2026-11-23", Grain.HOUR, Grain.HOUR),
        ("2026-12-02", Grain.HOUR, Grain.DAY),
        ("2026-11-23", Grain.MONTH, Grain.MONTH),
        ("2026-11-23", None, Grain.DAY),
    ],
)
def test_a_grain_that_the_range_does_not_allow_becomes_the_automatic_one(
    last: str, chosen: Grain | None, cut: Grain
) -> None:
    assert View(days("2026-11-01", last), TODAY, chosen).cut is cut


@given(st.integers(1, 3000), st.none() | st.sampled_from(Grain))
def test_what_is_drawn_is_always_allowed(length: int, chosen: Grain | None) -> None:
    view = View(Window(TODAY - dt.timedelta(days=length), TODAY), TODAY, chosen)

    assert view.cut in allowed(length)
    assert view.cut in (chosen, automatic(length))
    assert view.daily_cut in (Grain.DAY, Grain.WEEK, Grain.MONTH)


def test_what_comes_by_day_is_never_drawn_finer() -> None:
    day = days("2026-11-23", "2026-11-23")

    assert View(day, TODAY, Grain.MINUTE).daily_cut is Grain.DAY
    assert View(day, TODAY, Grain.HOUR).daily_cut is Grain.DAY
    assert View(day, TODAY, Grain.WEEK).daily_cut is Grain.WEEK


def test_every_choice_has_its_own_words() -> None:
    assert len({p.label for p in Period}) == len(Period)
    assert len({c.label for c in Comparison}) == len(Comparison)


@given(DATES, st.integers(1, 400))
def test_a_week_before_meets_the_same_weekdays_and_shares_no_day(first: dt.date, length: int) -> None:
    window = Window(first, first + dt.timedelta(days=length))

    other = compared(window, Comparison.WEEK)

    assert other is not None
    assert (other.first.weekday(), other.days, other.end <= window.first) == (first.weekday(), length, True)


def test_a_month_or_week_so_far_is_held_against_as_much_of_the_last_one() -> None:
    assert usual(Period.THIS_MONTH) is Comparison.MONTH
    assert usual(Period.THIS_WEEK) is Comparison.WEEK
    assert usual(Period.LAST_30) is Comparison.PREVIOUS
