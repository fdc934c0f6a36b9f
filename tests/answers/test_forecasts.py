import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers.forecasts import forecast_of, view_of
from lib.answers.view import View
from lib.engine.filters import EVERYTHING, Filters
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.grains import Grain
from lib.periods.presets import Comparison
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from tests.stored import filled

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SETTLE = dt.timedelta(days=3)
FIRST = dt.date(2026, 8, 1)


def store_of(folder: Path, today: int = 2) -> Store:
    """Return a bill of $2 a day for one key since August, fetched now, and of so many today."""
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    rows: list[dict[str, Any]] = [
        {
            "start": day.isoformat(),
            "cost_usd": Decimal(today if day == TODAY else 2),
            "api_key_id": "key_a",
        }
        for day in days
    ]
    store = filled(folder, "costs", *rows)
    store.mark([Covered("costs", Width.DAY, FIRST, TODAY + dt.timedelta(days=1), NOW)])
    return store


def test_a_month_ends_where_its_days_lead(tmp_path: Path) -> None:
    found = forecast_of(store_of(tmp_path), SETTLE, TODAY, EVERYTHING)

    end = found.month_end()
    assert found.final_days == (dt.date(2026, 11, 20) - FIRST).days
    assert (found.is_enough, found.has_bands, found.has_spend) == (True, True, True)
    assert (end.ends.billed, end.ends.forecast) == (Decimal(46), Decimal(60))
    assert end.ended.forecast == Decimal(62)
    assert end.quarter.forecast == Decimal(180)


def test_days_that_are_not_final_change_a_month_and_nothing_that_was_learned(tmp_path: Path) -> None:
    first, second = (
        forecast_of(store_of(tmp_path / name, today), SETTLE, TODAY, EVERYTHING)
        for name, today in {"morning": 2, "evening": 9}.items()
    )

    assert [found.month_end().ends.billed for found in (first, second)] == [46, 53]
    assert second.outlook.learned is first.outlook.learned


def test_a_budgets_filter_and_a_pages_are_answered_alike(tmp_path: Path) -> None:
    store = store_of(tmp_path)

    found = forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_b"]}))

    assert found.has_spend is False
    assert forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_a"]})).has_spend is True


def test_days_whose_bill_does_not_tell_the_filter_teach_nothing(tmp_path: Path) -> None:
    store = store_of(tmp_path)
    floor = dt.date(2026, 11, 10)
    store.remember([Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "api_key_id", until=floor)], NOW)

    found = forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_a"]}))

    assert found.final_days == (dt.date(2026, 11, 20) - floor).days


def test_a_forecast_reads_twelve_months_and_this_one_under_the_same_filters() -> None:
    filters = Filters.of({"api_key_id": ["key_a"]})
    view = View(Window(TODAY, TODAY + ONE_DAY), TODAY, Grain.WEEK, Comparison.PREVIOUS, filters)

    assert view_of(view) == View(
        Window(dt.date(2025, 11, 1), TODAY + ONE_DAY), TODAY, Grain.WEEK, Comparison.NONE, filters
    )


def test_months_are_told_from_the_last_one_to_the_third_to_come(tmp_path: Path) -> None:
    end = forecast_of(store_of(tmp_path), SETTLE, TODAY, EVERYTHING).month_end()

    assert list(end.months["month"]) == ["Oct 2026", "Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027"]
    assert (end.month.first, end.last.first) == (dt.date(2026, 11, 1), dt.date(2026, 10, 1))
    assert end.quarter.window == Window(TODAY + ONE_DAY, dt.date(2027, 2, 22))
    assert (end.course["day"].iloc[0], end.course["day"].iloc[-1]) == (end.month.first, dt.date(2026, 11, 30))
    assert end.before["day"].iloc[0] == end.month.first


def test_a_bill_of_zeros_is_no_spend(tmp_path: Path) -> None:
    store = filled(tmp_path, "costs", {"start": "2026-11-01", "cost_usd": Decimal(0)})

    found = forecast_of(store, SETTLE, TODAY, EVERYTHING)

    assert (found.has_spend, found.is_enough, found.has_bands) == (False, False, False)
    assert found.has_credits_alone is False


@pytest.mark.parametrize(("usage", "alone"), [("0", True), ("9.99", True), ("12", False)])
def test_credits_alone_are_no_spend(usage: str, alone: bool, tmp_path: Path) -> None:
    lines = {"Promotional credit": Decimal(-10), "gpt-6-sol, input": Decimal(usage)}
    rows = [{"start": "2026-11-01", "line_item": name, "cost_usd": amount} for name, amount in lines.items()]

    found = forecast_of(filled(tmp_path, "costs", *rows), SETTLE, TODAY, EVERYTHING)

    assert (found.has_spend, found.has_credits_alone) == (not alone, alone)
