import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.anomalies.baseline import above_baseline, baseline, scores, total

MONDAY = dt.date(2026, 11, 16)
WEEK = dt.timedelta(weeks=1)
DAY = dt.timedelta(days=1)


def mondays(*values: Decimal | float) -> dict[dt.date, Decimal | int | float]:
    """Return the values of the Mondays up to MONDAY, the latest first."""
    return {MONDAY - n * WEEK: value for n, value in enumerate(values)}


def test_the_baseline_is_the_median_of_the_eight_same_weekdays_before() -> None:
    values = mondays(Decimal(90), *(Decimal(v) for v in (10, 12, 11, 40, 10, 9, 13, 12, 999)))
    values[MONDAY - DAY] = Decimal(5000)

    found = baseline(values, MONDAY, Decimal(1))

    assert found is not None
    assert [v for _, v in found.before] == [10, 12, 11, 40, 10, 9, 13, 12]
    assert found.before[0][0] == dt.date(2026, 11, 9)
    assert found.median == Decimal("11.5")
    assert found.mad == Decimal("1.5")
    assert found.floor == Decimal("1.15")
    assert found.spread == pytest.approx(1.4826 * 1.5)
    assert found.excess == Decimal("78.5")
    assert found.score == pytest.approx(78.5 / 2.2239)


def test_a_steady_series_has_a_tenth_of_its_median_as_spread() -> None:
    found = baseline(mondays(160, 100, 100, 100, 100, 100), MONDAY, 1)

    assert found is not None
    assert (found.mad, found.spread, found.score) == (0, 10.0, 6.0)


def test_the_spread_is_never_below_the_least() -> None:
    found = baseline(mondays(3, 1, 1, 1, 1), MONDAY, 5)

    assert found is not None
    assert found.score == 2 / 5


def test_fewer_than_four_compared_days_say_nothing() -> None:
    assert baseline(mondays(9, 1, 1, 1), MONDAY, 1) is None
    assert baseline(mondays(9, 1, 1, 1, 1), MONDAY, 1) is not None


def test_a_series_is_not_judged_before_it_is_four_weeks_old() -> None:
    values: dict[dt.date, Decimal | int | float] = {MONDAY - n * DAY: 1 for n in range(28)}

    assert baseline(values, MONDAY, 1) is None
    assert baseline(values | {MONDAY - 28 * DAY: 1}, MONDAY, 1) is not None


def test_a_day_that_does_not_count_is_not_judged_nor_compared_with() -> None:
    values = mondays(9, 1, 1, 1, 1, 1)

    assert baseline({d: v for d, v in values.items() if d != MONDAY}, MONDAY, 1) is None
    del values[MONDAY - 2 * WEEK]
    found = baseline(values, MONDAY, 1)
    assert found is not None
    assert len(found.before) == 4


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=60, max_size=90), st.integers(0, 90))
def test_the_scores_of_all_days_at_once_are_those_of_each(series: list[int | None], since: int) -> None:
    first = dt.date(2026, 1, 1)
    counted: dict[dt.date, Decimal | int | float] = {
        first + n * DAY: v for n, v in enumerate(series) if v is not None
    }
    column = np.array([[np.nan if v is None else float(v)] for v in series])

    score, middle = scores(column, 2.0, since=min(since, len(series)))

    assert score.shape == middle.shape == column.shape
    for n in range(len(series)):
        found = baseline(counted, first + n * DAY, 2) if n >= since else None
        if found is None:
            assert np.isnan(score[n, 0])
        else:
            assert score[n, 0] == pytest.approx(found.score)
            assert middle[n, 0] == pytest.approx(float(found.median))


def test_what_is_above_the_baseline_is_the_value_less_the_median_and_all_of_it_where_none_is() -> None:
    values = mondays(Decimal("9.5"), Decimal(1), Decimal(2), Decimal(4))

    assert above_baseline(values, MONDAY) == Decimal("7.5")
    assert above_baseline({MONDAY: Decimal(3)}, MONDAY) == 3
    assert above_baseline(mondays(0, 5), MONDAY) == -5
    assert above_baseline({MONDAY - WEEK: 5}, MONDAY) == -5
    assert above_baseline({}, MONDAY) == 0


def test_what_is_above_the_baseline_looks_eight_weeks_back_and_no_further() -> None:
    assert above_baseline({MONDAY: 7, MONDAY - 8 * WEEK: 5}, MONDAY) == 2
    assert above_baseline({MONDAY: 7, MONDAY - 9 * WEEK: 5}, MONDAY) == 7


@given(st.lists(st.decimals(-1000, 1000, places=6)))
def test_a_total_is_exact(values: list[Decimal]) -> None:
    assert total(values) == sum(values, Decimal(0))
