import pyarrow as pa

from lib.catalog.schemas import MONEY, TIME, partition, schema
from lib.catalog.sources import COSTS, SOURCES
from lib.periods.widths import Width


def test_usage_holds_counts_by_time_and_dimension() -> None:
    assert schema(SOURCES["file_search_calls"]) == pa.schema(
        [
            ("start", TIME),
            ("project_id", pa.string()),
            ("user_id", pa.string()),
            ("api_key_id", pa.string()),
            ("vector_store_id", pa.string()),
            ("num_requests", pa.int64()),
            ("slice", pa.string()),
            ("month", pa.string()),
        ]
    )


def test_costs_hold_exact_money_and_other_currencies_beside_it() -> None:
    kinds = {field.name: field.type for field in schema(COSTS)}

    assert kinds["cost_usd"] == kinds["quantity"] == kinds["other_amount"] == MONEY
    assert kinds["currency"] == kinds["quantity_unit"] == pa.string()


def test_days_are_partitioned_by_month_and_finer_buckets_by_day() -> None:
    assert {width: partition(width) for width in Width} == {
        Width.DAY: "month",
        Width.HOUR: "day",
        Width.MINUTE: "day",
    }
    assert schema(SOURCES["embeddings"], Width.HOUR).names[-1] == "day"
