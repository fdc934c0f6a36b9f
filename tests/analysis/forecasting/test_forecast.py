import numpy as np
import pytest

from lib.analysis.forecasting.forecast import (
    METHODS,
    READ,
    Band,
    Method,
    PredictionIntervals,
    run_rate_path,
    weekday_path,
)

WEEK = [10.0, 12.0, 14.0, 12.0, 10.0, 3.0, 2.0]


def days(*amounts: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array(amounts, dtype=np.float64)


def test_a_steady_week_goes_on() -> None:
    known = days(*WEEK * 5, 10.0, 12.0)

    assert weekday_path(known, 9) == pytest.approx([14, 12, 10, 3, 2, 10, 12, 14, 12])


def test_one_wild_day_changes_no_weekday() -> None:
    known = days(*WEEK * 8)
    known[20] = 500.0

    assert weekday_path(known, 7) == pytest.approx(WEEK)


def test_a_trend_goes_on_ever_more_slowly() -> None:
    known = days(*(100.0 + n for n in range(56)))

    ahead = weekday_path(known, 120)

    steps = np.diff([ahead[n : n + 7].mean() for n in range(0, 119, 7)])
    assert all(steps > 0)
    assert all(np.diff(steps) < 0)


def test_nothing_is_forecast_below_zero() -> None:
    known = days(*(100.0 - 2 * n for n in range(50)))

    assert weekday_path(known, 90).min() == 0


def test_weekdays_without_spend_stay_without() -> None:
    known = days(*[0.0, 0.0, 0.0, 7.0, 0.0, 0.0, 0.0] * 6)

    # The median of these ratios is one busy day a week.
    assert weekday_path(known, 7) == pytest.approx([0, 0, 0, 7, 0, 0, 0])


@pytest.mark.parametrize("method", METHODS.values())
def test_no_spend_is_forecast_after_none(method: Method) -> None:
    assert list(method(np.zeros(40), 3)) == [0, 0, 0]


@pytest.mark.parametrize("method", METHODS.values())
def test_several_histories_go_on_as_each_does_alone(method: Method) -> None:
    chance = np.random.default_rng(7)
    known = chance.normal(50, 60, (40, READ)) * (chance.random((40, READ)) > chance.random((40, 1)))

    each = [method(row, 30) for row in known]

    assert np.array_equal(method(known, 30), each)


@pytest.mark.parametrize("method", METHODS.values())
def test_what_lies_before_the_last_twelve_weeks_changes_nothing(method: Method) -> None:
    known = np.random.default_rng(7).normal(50, 60, 85)

    assert np.array_equal(method(known, 30), method(known[-84:], 30))


def test_the_first_of_the_last_twelve_weeks_counts() -> None:
    known = np.random.default_rng(7).normal(50, 60, 84)

    assert not all(np.array_equal(m(known, 30), m(known[-83:], 30)) for m in METHODS.values())


def test_the_run_rate_is_the_average_of_four_weeks() -> None:
    known = days(*[100.0] * 10, *[1.0] * 14, *[3.0] * 14)

    assert list(run_rate_path(known, 2)) == [2, 2]


def test_a_history_too_short_for_weekdays_goes_on_at_its_run_rate() -> None:
    assert list(weekday_path(days(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), 2)) == [4, 4]


def test_what_always_came_true_has_a_band_without_width() -> None:
    intervals = PredictionIntervals(weekday_path, days(*WEEK * 12))

    lows_and_highs = [(b.level, round(b.low, 6), round(b.high, 6)) for b in intervals.bands(0, 7)]

    assert lows_and_highs == [(0.8, 63, 63), (0.95, 63, 63)]


def test_nothing_that_is_forecast_has_a_band_only_where_nothing_ever_came_of_it() -> None:
    every_fourth = PredictionIntervals(weekday_path, days(*[8.0, 0.0, 0.0, 0.0] * 25))
    office = PredictionIntervals(weekday_path, days(*[5.0, 5.0, 5.0, 5.0, 5.0, 0.0, 0.0] * 15))

    assert every_fourth.path(30).sum() == 0
    assert every_fourth.bands(0, 30) == ()
    assert office.bands(5, 7) == (Band(0.8, 0, 0), Band(0.95, 0, 0))
    cents_that_ended = PredictionIntervals(run_rate_path, days(*[0.01] * 60, *[0.0] * 40))
    assert cents_that_ended.bands(0, 7) == (Band(0.8, 0, 0), Band(0.95, 0, 0))


def test_bands_are_as_wide_as_earlier_forecasts_were_off() -> None:
    # The run rate says 2 each day; every second day 1 comes, and every second 3.
    intervals = PredictionIntervals(run_rate_path, days(*[1.0, 3.0] * 40))

    assert intervals.bands(0, 1) == (Band(0.8, 1, 3), Band(0.95, 1, 3))
    assert intervals.bands(0, 7) == (Band(0.8, 13, 15), Band(0.95, 13, 15))
    assert intervals.bands(0, 8) == (Band(0.8, 16, 16), Band(0.95, 16, 16))


def test_a_band_holds_the_forecast_where_every_earlier_one_was_too_low() -> None:
    intervals = PredictionIntervals(run_rate_path, days(*(float(day) for day in range(80))))

    forecast = float(intervals.path(7).sum())
    assert [band.low for band in intervals.bands(0, 7)] == [forecast, forecast]
    assert all(band.high > forecast for band in intervals.bands(0, 7))


def test_a_band_is_of_the_days_asked_for() -> None:
    intervals = PredictionIntervals(run_rate_path, days(*[1.0, 3.0] * 40))

    assert intervals.bands(7, 14) == (Band(0.8, 13, 15), Band(0.95, 13, 15))


def test_a_short_history_has_no_band() -> None:
    assert PredictionIntervals(weekday_path, days(*[5.0] * 50)).bands(0, 30) == ()


def test_a_sum_of_more_days_than_were_rehearsed_has_a_wider_band() -> None:
    intervals = PredictionIntervals(run_rate_path, days(*[1.0, 3.0] * 27))

    (rehearsed_most, _), (twice_as_long, _) = intervals.bands(0, 7), intervals.bands(0, 28)

    assert rehearsed_most.high == 15
    assert twice_as_long.high == pytest.approx(56 * (1 + 1 / 14 * 2))


def test_a_rehearsal_knows_nothing_of_what_came_later() -> None:
    known = [1.0, 3.0] * 40
    intervals = PredictionIntervals(run_rate_path, days(*known, *[900.0] * 30))

    assert intervals.bands(0, 7, upto=80) == PredictionIntervals(run_rate_path, days(*known)).bands(0, 7)
