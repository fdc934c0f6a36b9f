import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.answers.forecasts import forecast_of
from lib.engine.filters import EVERYTHING, Filters
from lib.openai_admin.refusals import Kind, Refusal
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from tests.stored import filled

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SETTLE = dt.timedelta(days=3)
FIRST = dt.date(2026, 8, 1)


def store_of(folder: Path) -> Store:
    """Return a bill of $2 a day for one key since August, fetched now."""
    days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]
    rows: list[dict[str, Any]] = [
        {"start": day.isoformat(), "cost_usd": Decimal(2), "api_key_id": "key_a"} for day in days
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


def test_a_budgets_filter_and_a_pages_are_answered_alike(tmp_path: Path) -> None:
    store = store_of(tmp_path)

    found = forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_b"]}))

    assert found.has_spend is False
    assert forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_a"]})).has_spend is True


def test_days_whose_bill_does_not_tell_the_filter_teach_nothing(tmp_path: Path) -> None:
    store = store_of(tmp_path)
    floor = dt.date(2026, 11, 10)
    store.remember([Refusal("costs", Kind.FLOOR, "refused", NOW, "api_key_id", until=floor)])

    found = forecast_of(store, SETTLE, TODAY, Filters.of({"api_key_id": ["key_a"]}))

    assert found.final_days == (dt.date(2026, 11, 20) - floor).days
