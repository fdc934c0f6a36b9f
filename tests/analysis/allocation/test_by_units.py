"""What usage a line of the bill pays for, and that its dollars are shared out by it to the last decimal."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.allocation import by_units, shares
from lib.analysis.allocation.by_units import allocate, shared_out
from lib.analysis.allocation.meters import METERED, meters
from lib.analysis.allocation.shares import MONEY, NOT_ALLOCATED, Basis
from lib.analysis.exact import WIDE, rounded
from lib.catalog import schemas
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse

DAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
NEXT = DAY + dt.timedelta(days=1)
LINE = "gpt-6-sol-2026-05-01, input"


def billed(*lines: tuple[str, str, str], starts: Sequence[dt.datetime] = (), **more: str) -> pa.Table:
    """Return lines of the bill: the project, the line item and the dollars of each."""
    projects, items, dollars = zip(*lines, strict=True) if lines else ((), (), ())
    named = {name: pa.array([text] * len(lines), pa.string()) for name, text in more.items()}
    return pa.table(
        {
            "start": pa.array(starts or [DAY] * len(lines), schemas.TIME),
            "project_id": pa.array(projects, pa.string()),
            "line_item": pa.array(items, pa.string()),
            MONEY: pa.array(map(Decimal, dollars), schemas.MONEY),
        }
        | named
    )


def used(source: str, *rows: dict[str, Any]) -> dict[str, pa.Table]:
    """Return usage of one source: a standard request of a model in each row, and what differs."""
    blank = {
        "start": DAY,
        "project_id": "proj_a",
        "model": "gpt-6-sol-2026-05-01",
        "batch": "false",
        "service_tier": "default",
    } | dict.fromkeys(METERED[source], 0)
    table = pa.Table.from_pylist([blank | row for row in rows])
    return {source: table.set_column(0, "start", table["start"].cast(schemas.TIME))}


def shared(amount: str, *units: int) -> list[Decimal]:
    """Return one amount in parts by units."""
    whole = int(Decimal(amount) * 10**18)
    parts = shared_out(np.array([whole], object), np.array(units), np.array([0]))
    return [WIDE.multiply(Decimal(part), Decimal("1E-18")) for part in parts]


def shares_of(frame: pd.DataFrame, key: str = "api_key_id") -> list[tuple[str, Decimal, str]]:
    return list(zip(frame[key], frame[MONEY], frame["basis"], strict=True))


def test_an_amount_is_shared_out_by_units() -> None:
    assert shared("9.00", 1, 2, 0, 6) == [Decimal(1), Decimal(2), Decimal(0), Decimal(6)]


def test_what_cannot_be_divided_is_cut_at_eighteen_decimals() -> None:
    assert shared("1", 1, 1, 1) == [
        Decimal("0.333333333333333333"),
        Decimal("0.333333333333333334"),
        Decimal("0.333333333333333333"),
    ]


@given(
    amount=hs.decimals("-1000000", "1000000", places=18),
    units=hs.lists(hs.integers(0, 10**12), min_size=1, max_size=20).filter(any),
)
def test_parts_sum_to_the_amount_exactly_and_have_its_sign(amount: Decimal, units: list[int]) -> None:
    parts = shared(str(amount), *units)

    assert sum(parts, Decimal(0)) == amount
    assert all(part * amount >= 0 for part in parts)


def test_a_line_item_is_shared_out_over_the_tokens_that_it_bills() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_a", "input_tokens": 100, "input_cached_tokens": 70, "output_tokens": 900},
        {"api_key_id": "key_b", "input_tokens": 10},
    )

    found = allocate(billed(("proj_a", LINE, "4.00")), usage, ["api_key_id"])

    assert shares_of(found) == [
        ("key_a", Decimal(3), Basis.ALLOCATED),
        ("key_b", Decimal(1), Basis.ALLOCATED),
    ]


def test_usage_of_another_project_day_or_model_does_not_match() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_a", "input_tokens": 1},
        {"api_key_id": "key_b", "input_tokens": 1, "project_id": "proj_b"},
        {"api_key_id": "key_c", "input_tokens": 1, "start": NEXT},
        {"api_key_id": "key_d", "input_tokens": 1, "model": "gpt-6-luna"},
    )

    found = allocate(billed(("proj_a", LINE, "1.00")), usage, ["api_key_id"])

    assert shares_of(found) == [("key_a", Decimal(1), Basis.ALLOCATED)]


def test_a_batch_line_is_paid_by_batches_only() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_a", "input_tokens": 5},
        {"api_key_id": "key_b", "input_tokens": 5, "batch": "true"},
    )

    found = allocate(billed(("proj_a", f"batch | {LINE}", "1.00")), usage, ["api_key_id"])

    assert shares_of(found) == [("key_b", Decimal(1), Basis.ALLOCATED)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LINE, by_units.NO_USAGE),
        ("Credit grant", by_units.NO_METER),
        ("Vector storage", by_units.NOT_RECORDED),
    ],
)
def test_what_finds_no_usage_is_kept_under_a_name_of_its_own(line: str, reason: str) -> None:
    found = allocate(billed(("proj_a", line, "2.50")), {}, ["api_key_id"])

    assert shares_of(found) == [(NOT_ALLOCATED, Decimal("2.50"), Basis.NOT_ALLOCATED)]
    assert list(found["reason"]) == [reason]


def test_a_credit_hides_nothing_that_is_not_allocated() -> None:
    lines = billed(("proj_a", "Vector storage", "2.50"), ("proj_a", "Promotional credit", "-2.00"))

    found = allocate(lines, {}, ["api_key_id"])

    assert shares_of(found) == [
        (NOT_ALLOCATED, Decimal("2.50"), Basis.NOT_ALLOCATED),
        (shares.CREDITS, Decimal("-2.00"), Basis.CREDITED),
    ]
    assert len(shares.left_over(found)) == 2


@given(
    lines=hs.lists(
        hs.tuples(
            hs.sampled_from(["proj_a", "proj_b"]),
            hs.sampled_from(
                [LINE, f"batch | {LINE}", "gpt-6-sol-2026-05-01, output", "Vector storage", "??"]
            ),
            hs.decimals("-100", "100", places=18).map(str),
        ),
        max_size=6,
    ),
    tokens=hs.lists(hs.tuples(hs.sampled_from("abc"), hs.integers(0, 10**9)), min_size=1, max_size=6),
)
def test_allocated_dollars_sum_to_the_bill_exactly(
    lines: list[tuple[str, str, str]], tokens: list[tuple[str, int]]
) -> None:
    usage = used("completions", *({"api_key_id": key, "input_tokens": count} for key, count in tokens))

    found = allocate(billed(*lines), usage, ["api_key_id"])

    assert sum(found[MONEY], Decimal(0)) == sum((Decimal(d) for _, _, d in lines), Decimal(0))


def test_a_row_of_nothing_is_left_out_and_days_are_apart() -> None:
    usage = used("completions", {"api_key_id": "key_a", "input_tokens": 1, "start": NEXT})
    nothing, before, paid = ("proj_a", LINE, "0"), ("proj_a", LINE, "1"), ("proj_a", LINE, "2")

    found = allocate(billed(nothing, before, paid, starts=[DAY, DAY, NEXT]), usage, ["api_key_id"])

    assert list(zip(found["start"], found[MONEY], strict=True)) == [(NEXT, 2), (DAY, 1)]
    assert list(found.columns) == ["start", "project_id", "line_item", MONEY, "api_key_id", "basis", "reason"]
    assert found[MONEY].dtype == object


def test_the_ids_that_share_a_line_come_in_order_and_those_without_units_not_at_all() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_b", "user_id": "u", "input_tokens": 1},
        {"api_key_id": "key_a", "user_id": "v", "input_tokens": 2},
        {"api_key_id": "key_a", "user_id": "v", "input_tokens": 1},
        {"api_key_id": "key_0", "user_id": "w", "output_tokens": 9},
    )

    found = allocate(billed(("proj_a", LINE, "4")), usage, ["api_key_id", "user_id"])

    assert list(zip(found["api_key_id"], found["user_id"], found[MONEY], strict=True)) == [
        ("key_a", "v", 3),
        ("key_b", "u", 1),
    ]
    assert list(found["reason"]) == ["", ""]


def test_where_the_closest_usage_is_missing_the_next_pays() -> None:
    usage = used("completions", {"api_key_id": "key_b", "input_tokens": 5, "batch": "true"})

    found = allocate(billed(("proj_a", LINE, "1.00")), usage, ["api_key_id"])

    assert shares_of(found) == [("key_b", Decimal(1), Basis.ALLOCATED)]


def test_what_else_the_bill_names_must_match_too() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_a", "user_id": "u", "input_tokens": 5},
        {"api_key_id": "key_b", "user_id": "v", "input_tokens": 5},
    )
    lines = billed(("proj_a", LINE, "1"), user_id="v")

    assert shares_of(allocate(lines, usage, ["api_key_id"])) == [("key_b", Decimal(1), Basis.ALLOCATED)]


def test_usage_is_told_apart_by_what_the_bill_names_and_what_is_wanted() -> None:
    dimensions = by_units.usage_dimensions("completions", ["api_key_id"])

    assert set(dimensions) == {"project_id", "user_id", "api_key_id", "model", "batch", "service_tier"}
    assert by_units.usage_dimensions("vector_stores", ["model"]) == ("project_id",)


def test_the_bill_names_all_on_days_on_which_every_dimension_has_a_value() -> None:
    named = pa.table(
        {
            "start": pa.array([DAY, DAY, NEXT], schemas.TIME),
            "user_id": ["u", UNATTRIBUTED, UNATTRIBUTED],
            "api_key_id": [UNATTRIBUTED, "key_a", "key_a"],
        }
    )

    assert by_units.named_days(named, ["user_id", "api_key_id"]) == {DAY.date()}
    assert by_units.named_days(named, ["api_key_id"]) == {DAY.date(), NEXT.date()}
    assert by_units.named_days(named, []) == set()
    assert by_units.on_days(named, {DAY.date()}).to_pylist() == [True, True, False]
    assert by_units.on_days(named, set()).to_pylist() == [False, False, False]


def test_what_the_bill_says_itself_is_billed_and_summed_over_line_items() -> None:
    lines = billed(("proj_a", LINE, "1"), ("proj_a", "Vector storage", "2"), ("proj_b", LINE, "4"))

    assert shares.as_billed(by_units.summed_lines(lines)).to_dict("records") == [
        {"start": DAY, "project_id": name, MONEY: dollars, "basis": Basis.BILLED, "reason": ""}
        for name, dollars in (("proj_a", 3), ("proj_b", 4))
    ]


def test_less_than_a_dollar_that_finds_no_usage_is_no_credit() -> None:
    found = allocate(billed(("proj_a", LINE, "0.50")), {}, ["api_key_id"])

    assert shares_of(found) == [(NOT_ALLOCATED, Decimal("0.50"), Basis.NOT_ALLOCATED)]


def test_dollars_stay_exact_and_days_stay_days() -> None:
    found = allocate(billed(("proj_a", LINE, "0.50")), {}, ["api_key_id"])

    assert str(found["start"].dtype).endswith("UTC]")
    assert found[MONEY].dtype == object


def test_what_is_allocated_is_summed_over_line_items_and_names_none() -> None:
    usage = used("completions", {"api_key_id": "key_a", "input_tokens": 1, "output_tokens": 1})
    lines = billed(("proj_a", LINE, "1"), ("proj_a", LINE.replace("input", "output"), "2"))

    found = allocate(lines, usage, ["api_key_id"])

    assert shares_of(found) == [("key_a", Decimal(3), Basis.ALLOCATED)]
    assert list(found["line_item"]) == [None]


def test_units_are_never_below_zero() -> None:
    usage = used(
        "completions",
        {"api_key_id": "key_a", "input_tokens": 1, "input_cached_tokens": 9},
        {"api_key_id": "key_b", "input_tokens": 1},
    )

    found = allocate(billed(("proj_a", LINE, "1")), usage, ["api_key_id"])

    assert shares_of(found) == [("key_b", Decimal(1), Basis.ALLOCATED)]


def test_counts_beyond_64_bits_share_out_too() -> None:
    most = 2**63 - 1
    usage = used(
        "completions",
        {"api_key_id": "key_a", "input_tokens": most},
        {"api_key_id": "key_b", "input_tokens": most},
    )

    found = allocate(billed(("proj_a", LINE, "1")), usage, ["api_key_id"])

    assert [dollars for _, dollars, _ in shares_of(found)] == [Decimal("0.5"), Decimal("0.5")]


def test_sums_that_come_as_decimals_share_out_too() -> None:
    (table,) = used("completions", {"api_key_id": "key_a", "input_tokens": 1}).values()
    at = table.schema.names.index("input_tokens")
    table = table.set_column(at, "input_tokens", pa.array([Decimal(2**70)], pa.decimal128(38, 0)))

    found = allocate(billed(("proj_a", LINE, "1")), {"completions": table}, ["api_key_id"])

    assert shares_of(found) == [("key_a", Decimal(1), Basis.ALLOCATED)]


PRICED = [
    f"{surface}gpt-6-sol{kind}"
    for surface in ("", "batch | ", "flex | ")
    for kind in (", input", " text, output")
]
ITEMS = (*PRICED, "gpt-6-sol, cached input", "gpt-6-luna, output", "Vector storage", "Promotional credit")


@given(
    lines=hs.lists(
        hs.tuples(
            hs.sampled_from(["proj_a", "proj_b"]),
            hs.sampled_from(ITEMS),
            hs.decimals("-100", "100", places=18).map(str),
        ),
        max_size=8,
    ),
    rows=hs.lists(
        hs.fixed_dictionaries(
            {
                "start": hs.sampled_from([DAY, NEXT]),
                "project_id": hs.sampled_from(["proj_a", "proj_b"]),
                "model": hs.sampled_from(["gpt-6-sol-2026-05-01", "gpt-6-luna"]),
                "batch": hs.sampled_from(["true", "false", UNATTRIBUTED]),
                "service_tier": hs.sampled_from(["default", "flex", UNATTRIBUTED]),
                "api_key_id": hs.sampled_from(["key_a", "key_b", UNATTRIBUTED]),
                "user_id": hs.sampled_from(["user-a", "user-b"]),
                "input_tokens": hs.integers(0, 10**12),
                "input_cached_tokens": hs.integers(0, 10**12),
                "output_tokens": hs.integers(0, 10**12),
                "output_audio_tokens": hs.integers(0, 10),
            }
        ),
        max_size=8,
    ),
)
def test_every_share_is_what_the_definition_says(
    lines: list[tuple[str, str, str]], rows: list[dict[str, Any]]
) -> None:
    usage, wanted = used("completions", *rows) if rows else {}, ["user_id", "api_key_id"]

    found = allocate(billed(*lines), usage, wanted)

    expected: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for project, item, dollars in lines:
        here = [row for row in rows if (row["start"], row["project_id"]) == (DAY, project)]
        for ids, part in defined(item, Decimal(dollars), here).items():
            expected[project, *ids] = WIDE.add(expected[project, *ids], part)
    named = zip(found["project_id"], found["user_id"], found["api_key_id"], strict=True)
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for key, amount in zip(named, found[MONEY], strict=True):
        sums[key] = WIDE.add(sums[key], amount)
    assert {k: v for k, v in sums.items() if v} == {k: v for k, v in expected.items() if v}


def defined(item: str, dollars: Decimal, rows: list[dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    """Return the shares of a line by user and key: cut where the running sum of units is, to 18 decimals."""
    for meter in meters(parse(item)):
        units: dict[tuple[str, str], int] = defaultdict(int)
        for row in rows if meter.source == "completions" else []:
            if meter.fits(row):
                adds, less = (sum(row.get(name, 0) for name in names) for names in (meter.adds, meter.less))
                units[row["user_id"], row["api_key_id"]] += max(0, adds - less)
        if whole := sum(units.values()):
            found, so_far, cut = {}, 0, Decimal(0)
            for ids in sorted(units):
                so_far += units[ids]
                until = rounded(WIDE.divide(WIDE.multiply(dollars, so_far), whole))
                found[ids], cut = WIDE.subtract(until, cut), until
            return found
    nobody = shares.CREDITS if dollars < 0 else NOT_ALLOCATED
    return {(nobody, nobody): dollars}


def test_a_source_without_rows_leaves_its_lines_over() -> None:
    for text, source in (
        (LINE, "completions"),
        ("whisper", "audio_transcriptions"),
        ("assistants api | file search", "file_search_calls"),
        ("web search tool calls", "web_search_calls"),
    ):
        kinds = {name: pa.string() for name in by_units.usage_dimensions(source, ["api_key_id"])}
        kinds = {"start": schemas.TIME, **kinds, **dict.fromkeys(METERED[source], pa.int64())}

        found = allocate(
            billed(("proj_a", text, "1")), {source: pa.schema(kinds).empty_table()}, ["api_key_id"]
        )

        assert list(found["reason"]) == [by_units.NO_USAGE], source
        assert shares_of(found) == [(NOT_ALLOCATED, Decimal(1), Basis.NOT_ALLOCATED)]
