import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from lib.catalog.schemas import MONEY, schema
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.errors import UnexpectedResponse
from lib.openai_admin.decoding import decoded
from lib.periods.widths import Width

EMBEDDINGS = SOURCES["embeddings"]


def day(number: int, hour: int = 0) -> int:
    return int(dt.datetime(2026, 1, number, hour, tzinfo=dt.UTC).timestamp())


def body(results: Any, start: Any = None) -> bytes:
    buckets = [{"object": "bucket", "start_time": start or day(2), "results": results}]
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}).encode()


def rows(source: Source, results: Any, width: Width = Width.DAY, **kwargs: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = decoded(source, width, body(results, **kwargs)).table.to_pylist()
    return found


def page(data: Any) -> bytes:
    return json.dumps({"data": data, "has_more": False}).encode()


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


@pytest.mark.parametrize("count", [1.5, "12", True, [1], 2**63, 1e300, 2.0**53])
def test_what_is_not_a_count_is_refused_by_name(count: Any) -> None:
    with pytest.raises(UnexpectedResponse, match=r"^Embeddings: the API sent .*input_tokens"):
        rows(EMBEDDINGS, [{"input_tokens": count}])


@pytest.mark.parametrize("name", [7, ["a"], {"id": "a"}])
def test_what_is_not_text_is_refused_with_its_place(name: Any) -> None:
    with pytest.raises(
        UnexpectedResponse, match=r"documented at data\[0\]\.results\[1\]\.project_id: expected"
    ):
        rows(EMBEDDINGS, [{}, {"project_id": name}])


@pytest.mark.parametrize(
    "data",
    [
        [{"start_time": day(2)}],
        [{"results": []}],
        [{"start_time": "x", "results": []}],
        [{"start_time": None, "results": []}],
        [{"start_time": day(2), "results": None}],
        [{"start_time": day(2), "results": [7]}],
        [7],
        7,
        None,
    ],
)
def test_what_is_no_bucket_is_refused(data: Any) -> None:
    with pytest.raises(UnexpectedResponse, match=r"^Embeddings: the API sent something else than documented"):
        decoded(EMBEDDINGS, Width.DAY, page(data))


@pytest.mark.parametrize("start", [10**18, -(10**15), -1, 10**11, 1e18])
def test_a_bucket_beyond_all_years_is_refused(start: float) -> None:
    with pytest.raises(UnexpectedResponse, match=r"^Embeddings: the API sent"):
        decoded(EMBEDDINGS, Width.DAY, page([{"start_time": start, "results": [{}]}]))


@pytest.mark.parametrize("lacking", ["data", "has_more"])
def test_a_page_without_buckets_or_end_is_refused(lacking: str) -> None:
    sent = {name: value for name, value in {"data": [], "has_more": False}.items() if name != lacking}

    with pytest.raises(UnexpectedResponse, match=f"missing required field `{lacking}`"):
        decoded(EMBEDDINGS, Width.DAY, json.dumps(sent).encode())


@pytest.mark.parametrize("sent", [b"", b"<html>", b"[]", b'"text"', b"7", b'{"data": [', b"{" * 9000])
def test_what_is_no_json_object_is_no_answer(sent: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decoded(EMBEDDINGS, Width.DAY, sent)


def test_a_whole_moment_written_with_decimals_begins_a_bucket() -> None:
    assert decoded(EMBEDDINGS, Width.DAY, page([{"start_time": day(2) * 1.0, "results": []}])).starts == (
        day(2),
    )


def test_a_page_tells_its_buckets_and_what_follows() -> None:
    sent = {"data": [{"start_time": day(2), "results": []}, {"start_time": day(3), "results": [{}]}]}
    answer = decoded(
        EMBEDDINGS, Width.DAY, json.dumps({**sent, "has_more": True, "next_page": "p2"}).encode()
    )

    assert (answer.starts, answer.has_more, answer.next_page) == ((day(2), day(3)), True, "p2")
    assert answer.table["start"].to_pylist() == [dt.datetime(2026, 1, 3, tzinfo=dt.UTC)]


@pytest.mark.parametrize("following", [None, "", 7, ["p2"]])
def test_what_is_no_cursor_is_none(following: Any) -> None:
    sent = json.dumps({"data": [], "has_more": True, "next_page": following}).encode()

    assert decoded(EMBEDDINGS, Width.DAY, sent).next_page is None


def test_a_page_tells_the_organizations_of_its_rows() -> None:
    answer = decoded(COSTS, Width.DAY, body([{"organization_id": "org-a"}, {"organization_id": None}, {}]))

    assert answer.organizations == {"org-a"}


@pytest.mark.parametrize(
    "sent",
    [
        b'{"data": [{"start_time": 1767312000, "results": [{"project_id": "a\\ud83d"}]}], "has_more": false}',
        b'{"data": [{"start_time": 1767312000, "results": [{"project_id": "a\xff"}]}], "has_more": false}',
    ],
)
def test_broken_unicode_is_replaced(sent: bytes) -> None:
    assert decoded(EMBEDDINGS, Width.DAY, sent).table["project_id"].to_pylist() == ["a\ufffd"]


def test_broken_unicode_leaves_amounts_exact() -> None:
    sent = body([{"amount": {"value": 0.1}, "line_item": "\ud83d"}]).replace(b"0.1", b"0.123456789012345678")

    assert decoded(COSTS, Width.DAY, sent).table["cost_usd"].to_pylist() == [Decimal("0.123456789012345678")]


def test_an_answer_in_another_encoding_is_read() -> None:
    sent = page([{"start_time": day(2), "results": [{"project_id": "é"}]}]).decode().encode("utf-16")

    assert decoded(EMBEDDINGS, Width.DAY, sent).table["project_id"].to_pylist() == ["é"]


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
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "sNaN",
        float("nan"),
        float("inf"),
        "twelve",
        "",
        True,
        [1],
        {},
        "1E+21",
        "1E+30",
        "1E+300",
        "-1E+30",
        1e30,
    ],
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


def test_hours_keep_their_start_and_their_day() -> None:
    row = rows(EMBEDDINGS, [{"input_tokens": 5}], width=Width.HOUR, start=day(2, 23))[0]

    assert (row["start"].hour, row["day"]) == (23, "2026-01-02")


def test_no_buckets_make_an_empty_table() -> None:
    table = decoded(COSTS, Width.DAY, page([])).table

    assert (table.schema.names, table.num_rows) == ([n for n in schema(COSTS).names if n != "slice"], 0)


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
