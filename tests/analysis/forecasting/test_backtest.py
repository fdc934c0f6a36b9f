import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from lib.analysis.forecasting.backtest import backtest, best, by_day, scores
from lib.analysis.forecasting.outlook import Known, known
from lib.periods.windows import Window

WEEKDAY, RUN_RATE = "By weekday and trend", "Run rate"


def billed(first: dt.date, end: dt.date, *week: int) -> Known:
    """Return days of which each costs as `week` says of its weekday, Monday first, all final."""
    days = {day: Decimal(week[day.weekday()]) for day in Window(first, end)}
    return known(days, set(days), end)


STEADY = billed(dt.date(2026, 1, 1), dt.date(2026, 6, 10), 5, 5, 5, 5, 5, 5, 5)
OFFICE = billed(dt.date(2026, 1, 1), dt.date(2026, 6, 10), 9, 9, 9, 9, 9, 1, 1)


def test_each_complete_month_is_tried_on_five_of_its_days() -> None:
    tried = backtest(STEADY, unsettled=3)

    of_one = tried.loc[tried["method"] == RUN_RATE]
    months = [dt.date(2026, n, 1) for n in (2, 3, 4, 5)]
    # On 31 January, 28 days were final: the first forecast there is.
    assert list(of_one["month"].unique()) == months
    assert list(of_one.loc[of_one["month"] == months[1], "on_day"]) == [5, 10, 15, 20, 25]


def test_no_more_months_are_tried_than_asked_for() -> None:
    tried = backtest(STEADY, unsettled=3, most=2)

    assert list(tried["month"].unique()) == [dt.date(2026, 4, 1), dt.date(2026, 5, 1)]


def test_what_always_came_is_forecast_without_error() -> None:
    tried = backtest(STEADY, unsettled=3)

    assert tried["error"].abs().max() == pytest.approx(0)
    assert set(tried["actual"]) == {28 * 5, 30 * 5, 31 * 5}
    assert list(scores(tried)["held95"]) == [1, 1]


def test_the_method_that_was_off_less_is_the_best() -> None:
    tried = backtest(OFFICE, unsettled=3)

    assert best(tried) == WEEKDAY
    found = scores(tried)
    assert list(found["method"]) == [WEEKDAY, RUN_RATE]
    assert found["error"].iloc[0] < 0.001 < found["error"].iloc[1]


def test_days_that_were_not_final_then_are_not_known_then() -> None:
    spiked = dict(STEADY.billed) | {dt.date(2026, 5, 4): Decimal(1_000)}
    tried = backtest(known(spiked, set(spiked), STEADY.today), unsettled=3, most=1)

    said = tried.loc[tried["method"] == WEEKDAY].set_index("on_day")["forecast"]
    assert said[5] == pytest.approx(31 * 5)
    assert said[10] == pytest.approx(31 * 5 + 995)


def test_errors_by_day_are_averages_of_their_size() -> None:
    tried = backtest(OFFICE, unsettled=3)

    found = by_day(tried)

    of_day = tried.loc[(tried["on_day"] == 5) & (tried["method"] == RUN_RATE), "error"]
    row = found.loc[(found["on_day"] == 5) & (found["method"] == RUN_RATE), "error"]
    assert row.iloc[0] == pytest.approx(sum(abs(e) for e in of_day) / len(of_day))


def test_nothing_is_tried_of_a_short_history() -> None:
    tried = backtest(billed(dt.date(2026, 5, 1), dt.date(2026, 6, 1), 1, 1, 1, 1, 1, 1, 1), unsettled=3)

    assert tried.empty
    assert best(tried) == WEEKDAY


def test_a_month_without_any_bill_is_not_tried() -> None:
    days = dict(STEADY.billed) | {d: Decimal(0) for d in Window(dt.date(2026, 5, 1), dt.date(2026, 6, 1))}

    tried = backtest(known(days, set(days), STEADY.today), unsettled=3)

    assert dt.date(2026, 5, 1) not in set(tried["month"])


def test_the_latest_six_complete_months_are_tried() -> None:
    tried = backtest(billed(dt.date(2025, 9, 1), dt.date(2026, 6, 1), *[5] * 7), unsettled=3)

    # May is complete: its last day is the last final one.
    assert list(tried["month"].unique()) == [
        dt.date(2025, 12, 1),
        *(dt.date(2026, n, 1) for n in range(1, 6)),
    ]


def test_a_month_that_began_before_the_history_is_not_tried() -> None:
    tried = backtest(billed(dt.date(2026, 1, 2), dt.date(2026, 3, 1), *[5] * 7), unsettled=3)

    assert list(tried["month"].unique()) == [dt.date(2026, 2, 1)]


def test_an_error_is_what_was_said_over_what_came_less_one() -> None:
    halved = dict(STEADY.billed) | {
        d: Decimal("2.5") for d in Window(dt.date(2026, 5, 4), dt.date(2026, 6, 1))
    }
    tried = backtest(known(halved, set(halved), STEADY.today), unsettled=3, most=1)

    (row,) = tried.loc[(tried["method"] == RUN_RATE) & (tried["on_day"] == 5)].to_dict("records")
    assert row["actual"] == 3 * 5 + 28 * Decimal("2.5")
    assert row["forecast"] == pytest.approx(31 * 5)
    assert row["error"] == pytest.approx(155 / 85 - 1)


def test_what_came_far_outside_is_held_by_no_band() -> None:
    halved = dict(STEADY.billed) | {
        d: Decimal("2.5") for d in Window(dt.date(2026, 5, 4), dt.date(2026, 6, 1))
    }
    tried = backtest(known(halved, set(halved), STEADY.today), unsettled=3, most=1)

    (row,) = tried.loc[(tried["method"] == RUN_RATE) & (tried["on_day"] == 5)].to_dict("records")
    assert (row["in80"], row["in95"]) == (False, False)


def test_shares_of_bands_are_of_the_forecasts_that_had_one() -> None:
    tried = pd.DataFrame(
        {
            "method": ["A", "A", "A", "B"],
            "on_day": [5, 10, 15, 5],
            "error": [0.1, -0.3, 0.2, -0.1],
            "in80": [True, False, None, None],
            "in95": [True, True, None, None],
        }
    )

    assert scores(tried).iloc[0].tolist()[:2] == ["B", 0.1]
    assert scores(tried).iloc[1].tolist() == ["A", pytest.approx(0.2), 0.5, 1.0]
    assert scores(tried)["held80"].isna().tolist() == [True, False]


@pytest.mark.parametrize(("first", "on_days"), [(6, [5, 10, 15, 20, 25]), (7, [10, 15, 20, 25])])
def test_a_forecast_is_tried_from_28_final_days_on(first: int, on_days: list[int]) -> None:
    tried = backtest(billed(dt.date(2026, 1, first), dt.date(2026, 3, 1), *[5] * 7), unsettled=3)

    assert list(tried.loc[tried["method"] == RUN_RATE, "on_day"]) == on_days
