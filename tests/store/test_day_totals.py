import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES
from lib.engine.stored_totals import stored_totals
from lib.periods.widths import Width
from lib.store.day_totals import table_totals
from lib.store.records.coverage import DayTotal
from tests.stored import filled

TINY = Decimal("0.000000000000000001")


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def both(folder: Path, source: str, *rows: dict[str, Any], width: Width = Width.DAY) -> Any:
    """Return the totals of rows at hand, having seen that they are those of the same rows stored."""
    about = SOURCES[source]
    table = pa.Table.from_pylist(
        [{**row, "start": moment(row["start"])} for row in rows], schema(about, width)
    )
    found = table_totals(table, about)
    assert stored_totals(filled(folder, source, *rows, width=width), about, width) == found
    return found


def test_a_days_total_is_its_rows_and_all_of_their_numbers(tmp_path: Path) -> None:
    assert both(
        tmp_path,
        "embeddings",
        {"start": "2026-01-01", "input_tokens": 5, "num_model_requests": 2},
        {"start": "2026-01-01", "input_tokens": 7},
        {"start": "2026-01-03", "input_tokens": 1},
    ) == {dt.date(2026, 1, 1): DayTotal(2, Decimal(14)), dt.date(2026, 1, 3): DayTotal(1, Decimal(1))}


def test_amounts_are_summed_to_the_last_digit_in_every_currency(tmp_path: Path) -> None:
    assert both(
        tmp_path,
        "costs",
        {"start": "2026-01-01", "cost_usd": Decimal(99999999999999999999) / 4, "quantity": TINY},
        {"start": "2026-01-01", "cost_usd": TINY, "other_amount": Decimal("-0.5"), "currency": "eur"},
    ) == {dt.date(2026, 1, 1): DayTotal(2, Decimal("24999999999999999999.250000000000000002"))}


def test_hours_and_minutes_count_to_their_day(tmp_path: Path) -> None:
    rows = [{"start": f"2026-01-01T{hour}:00", "input_tokens": 1} for hour in ("00", "23")]

    found = both(tmp_path, "embeddings", *rows, width=Width.HOUR)

    assert found == {dt.date(2026, 1, 1): DayTotal(2, Decimal(2))}


@pytest.mark.parametrize(
    ("source", "metric", "number"),
    [("costs", "cost_usd", Decimal("9E19")), ("vector_stores", "usage_bytes", 9 * 10**18)],
)
def test_a_sum_that_no_record_can_hold_is_not_told(source: str, metric: str, number: Any) -> None:
    about = SOURCES[source]
    row = {"start": moment("2026-01-01"), metric: number}
    rows = pa.Table.from_pylist([row] * 3, schema(about))

    assert table_totals(rows, about) == {dt.date(2026, 1, 1): None}


def test_a_sum_that_the_engine_cannot_hold_is_not_told(tmp_path: Path) -> None:
    store = filled(tmp_path, "costs", *[{"start": "2026-01-01", "cost_usd": Decimal("9E19")}] * 3)

    assert stored_totals(store, SOURCES["costs"], Width.DAY) == {dt.date(2026, 1, 1): None}


def test_no_rows_have_no_days(tmp_path: Path) -> None:
    assert both(tmp_path, "embeddings") == {}
