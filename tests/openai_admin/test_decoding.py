import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import MONEY, schema
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.errors import UnexpectedResponse
from lib.openai_admin import Part
from lib.openai_admin.decoding import table
from lib.periods.widths import Width
from lib.periods.windows import Window

JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
EMBEDDINGS = SOURCES["embeddings"]


def day(number: int, hour: int = 0) -> int:
    return int(dt.datetime(2026, 1, number, hour, tzinfo=dt.UTC).timestamp())


def part(results: Any, start: Any = None, window: Window = JANUARY, slice_: str = "whole") -> Part:
    buckets = [{"object": "bucket", "start_time": start or day(2), "results": results}]
    return Part(window, slice_, EMBEDDINGS.dimensions, json.loads(json.dumps(buckets), parse_float=Decimal))


def rows(source: Source, results: Any, width: Width = Width.DAY, **kwargs: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table(source, width, [part(results, **kwargs)]).to_pylist()
    return found


def billed(value: Any, currency: str = "usd") -> dict[str, Any]:
    return rows(COSTS, [{"amount": {"value": value, "currency": currency}, "line_item": "whisper"}])[0]


def test_a_usage_table_has_start_dimensions_counts_slice_and_month() -> None:
    assert schema(EMBEDDINGS) == pa.schema(
        [
            ("start", pa.timestamp("us", tz="UTC")),
            ("project_id", pa.string()),
            ("user_id", pa.string()),
            ("api_key_id", pa.string()),
            ("model", pa.string()),
            ("input_tokens", pa.int64()),
            ("num_model_requests", pa.int64()),
            ("slice", pa.string()),
            ("month", pa.string()),
        ]
    )


def test_a_costs_table_holds_decimals_and_keeps_other_currencies_apart() -> None:
    assert schema(COSTS).names[6:] == [
        "cost_usd",
        "quantity",
        "currency",
        "other_amount",
        "quantity_unit",
        "slice",
        "month",
    ]
    assert schema(COSTS).field("cost_usd").type == schema(COSTS).field("quantity").type == MONEY


@pytest.mark.parametrize("width", [Width.HOUR, Width.MINUTE])
def test_finer_widths_are_partitioned_by_day(width: Width) -> None:
    assert schema(EMBEDDINGS, width).names[-1] == "day"


def test_a_result_becomes_a_row_and_unknown_fields_are_left_out() -> None:
    result = {
        "object": "organization.usage.something_new.result",
        "input_tokens": 12,
        "num_model_requests": 3,
        "project_id": "proj_a",
        "model": "text-embedding-3-small",
        "organization_name": "Acme",
    }

    assert rows(EMBEDDINGS, [result]) == [
        {
            "start": dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
            "project_id": "proj_a",
            "user_id": None,
            "api_key_id": None,
            "model": "text-embedding-3-small",
            "input_tokens": 12,
            "num_model_requests": 3,
            "slice": "whole",
            "month": "2026-01",
        }
    ]


def test_missing_and_null_counts_are_zero() -> None:
    row = rows(SOURCES["completions"], [{"input_tokens": None}])[0]

    assert [row[name] for name in SOURCES["completions"].metric_names] == [0] * 17


def test_an_empty_text_is_no_value() -> None:
    assert rows(EMBEDDINGS, [{"project_id": ""}])[0]["project_id"] is None


@pytest.mark.parametrize(("sent", "kept"), [(True, "true"), (False, "false"), (None, None), ("true", "true")])
def test_batch_is_text(sent: Any, kept: str | None) -> None:
    assert rows(SOURCES["completions"], [{"batch": sent}])[0]["batch"] == kept


def test_a_whole_number_written_with_decimals_is_a_count() -> None:
    assert rows(EMBEDDINGS, [{"input_tokens": 10.0}])[0]["input_tokens"] == 10


@pytest.mark.parametrize("count", [1.5, "12", True, [1], 2**63])
def test_what_is_not_a_count_is_refused(count: Any) -> None:
    with pytest.raises(
        UnexpectedResponse, match=r"^Embeddings: the API sent a value of input_tokens that is "
    ):
        rows(EMBEDDINGS, [{"input_tokens": count}])


@pytest.mark.parametrize("name", [7, ["a"], {"id": "a"}])
def test_what_is_not_text_is_refused(name: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="a value of project_id that is not text"):
        rows(EMBEDDINGS, [{"project_id": name}])


@pytest.mark.parametrize(
    "bucket", [{"start_time": day(2)}, {"results": []}, {"start_time": "x", "results": []}, 7]
)
def test_a_bucket_without_start_or_results_is_refused(bucket: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="a bucket without a start_time or results"):
        table(EMBEDDINGS, Width.DAY, [Part(JANUARY, "whole", (), [bucket])])


def test_a_result_that_is_not_an_object_is_refused() -> None:
    with pytest.raises(UnexpectedResponse, match="a result that is not an object"):
        rows(EMBEDDINGS, [7])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (0.13080438340307526, "0.130804383403075260"),
        (12, "12.000000000000000000"),
        ("12.50", "12.500000000000000000"),
        ("0E-6176", "0"),
        ("0.000004500000000000000000000000000000000", "0.000004500000000000"),
        ("4.5e-06", "0.000004500000000000"),
        ("0.1234567890123456785", "0.123456789012345678"),
        ("-3.25", "-3.250000000000000000"),
        ("12345678901234567890.000000000000000001", "12345678901234567890.000000000000000001"),
        (None, "0"),
    ],
)
def test_amounts_are_exact_however_they_are_written(sent: Any, kept: str) -> None:
    assert billed(sent)["cost_usd"] == Decimal(kept)


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "-Infinity", "sNaN", float("nan"), float("inf"), "twelve", "", True, [1], "1E+21"],
)
def test_what_is_no_amount_is_refused(value: Any) -> None:
    with pytest.raises(UnexpectedResponse, match=r"^Costs: the API sent a value of amount that "):
        billed(value)


def test_an_amount_in_another_currency_is_never_dollars() -> None:
    euros = billed("7.5", "EUR")

    assert (euros["cost_usd"], euros["currency"], euros["other_amount"]) == (0, "eur", Decimal("7.5"))


def test_dollars_leave_the_other_amount_empty() -> None:
    dollars = billed("7.5", "USD")

    assert (dollars["cost_usd"], dollars["currency"], dollars["other_amount"]) == (Decimal("7.5"), "usd", 0)


def test_a_result_without_an_amount_costs_nothing() -> None:
    assert rows(COSTS, [{"object": "organization.costs.result"}])[0]["cost_usd"] == 0


def test_quantities_keep_their_unit() -> None:
    row = rows(COSTS, [{"quantity": 30.0, "quantity_unit": "1000_tokens"}])[0]

    assert (row["quantity"], row["quantity_unit"]) == (Decimal(30), "1000_tokens")


def test_buckets_outside_the_window_are_left_out() -> None:
    outside = day(1) - 86400

    assert rows(EMBEDDINGS, [{"input_tokens": 5}], start=outside) == []


def test_hours_keep_their_start_and_their_day() -> None:
    row = rows(EMBEDDINGS, [{"input_tokens": 5}], width=Width.HOUR, start=day(2, 23))[0]

    assert (row["start"].hour, row["day"]) == (23, "2026-01-02")


def test_parts_keep_their_slice() -> None:
    parts = [part([{}], slice_="projects"), part([{}], slice_="users")]

    assert table(COSTS, Width.DAY, parts)["slice"].to_pylist() == ["projects", "users"]


def test_no_parts_make_an_empty_table() -> None:
    assert table(COSTS, Width.DAY, []) == schema(COSTS).empty_table()


def test_amounts_are_exact_beside_one_with_more_places_than_are_kept() -> None:
    sent = ["0.1234567890123456789", "12345678901234567890.000000000000000001"]
    found = rows(COSTS, [{"amount": {"value": value, "currency": "usd"}} for value in sent])

    assert [row["cost_usd"] for row in found] == [
        Decimal("0.123456789012345679"),
        Decimal("12345678901234567890.000000000000000001"),
    ]


@pytest.mark.parametrize("value", ["100000000000000000000", "-100000000000000000000", 10**20])
def test_an_amount_of_a_hundred_quintillion_is_more_than_a_bill_can_hold(value: Any) -> None:
    with pytest.raises(UnexpectedResponse, match="that no bill can hold"):
        billed(value)


def test_only_the_first_40_characters_of_a_wrong_value_are_quoted() -> None:
    with pytest.raises(UnexpectedResponse, match=f"number: '{'x' * 40}'"):
        billed("x" * 90)
