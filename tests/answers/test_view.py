import datetime as dt

import pytest

from lib.answers.view import View
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.windows import Window

TODAY = dt.date(2026, 11, 23)


def view(days: int, grain: Grain | None = None, comparison: Comparison = Comparison.PREVIOUS) -> View:
    """Return the view of so many days from 1 November 2026 on."""
    first = dt.date(2026, 11, 1)
    return View(Window(first, first + dt.timedelta(days=days)), TODAY, grain, comparison)


@pytest.mark.parametrize(
    ("days", "asked", "cut", "daily"),
    [
        (2, None, Grain.HOUR, Grain.DAY),
        (3, None, Grain.DAY, Grain.DAY),
        (1, Grain.MINUTE, Grain.MINUTE, Grain.DAY),
        (2, Grain.MINUTE, Grain.HOUR, Grain.DAY),
        (31, Grain.HOUR, Grain.HOUR, Grain.DAY),
        (32, Grain.HOUR, Grain.DAY, Grain.DAY),
        (3, Grain.MONTH, Grain.MONTH, Grain.MONTH),
        (101, None, Grain.WEEK, Grain.WEEK),
    ],
)
def test_a_view_is_cut_as_asked_where_its_length_allows_it_and_costs_by_day_at_the_finest(
    days: int, asked: Grain | None, cut: Grain, daily: Grain
) -> None:
    assert (view(days, asked).cut, view(days, asked).daily_cut) == (cut, daily)


def test_a_view_is_compared_with_as_many_days_before_unless_with_none() -> None:
    assert view(7).compared == Window(dt.date(2026, 10, 25), dt.date(2026, 11, 1))
    assert view(7, comparison=Comparison.NONE).compared is None
