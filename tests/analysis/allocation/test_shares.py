import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from lib.analysis.allocation import shares
from lib.analysis.allocation.meters import METERED
from lib.analysis.allocation.shares import MONEY, NOT_ALLOCATED, Basis, allocate, shared_out
from lib.catalog.dimensions import UNATTRIBUTED

DAY = pd.Timestamp("2026-11-02", tz="UTC")
LINE = "gpt-6-sol-2026-05-01, input"


def billed(*lines: tuple[str, str, str]) -> pd.DataFrame:
    rows = [(DAY, project, text, Decimal(dollars)) for project, text, dollars in lines]
    return pd.DataFrame(rows, columns=["start", "project_id", "line_item", MONEY])


def used(source: str, *rows: dict[str, Any]) -> dict[str, pd.DataFrame]:
    blank = {
        "start": DAY,
        "project_id": "proj_a",
        "model": "gpt-6-sol-2026-05-01",
        "batch": "false",
        "service_tier": "default",
    } | dict.fromkeys(METERED[source], 0)
    return {source: pd.DataFrame([blank | row for row in rows])}


def shares_of(frame: pd.DataFrame, key: str = "api_key_id") -> list[tuple[str, Decimal, str]]:
    return list(zip(frame[key], frame[MONEY], frame["basis"], strict=True))


def test_an_amount_is_shared_out_by_units() -> None:
    assert shared_out(Decimal("9.00"), [1, 2, 0, 6]) == [Decimal(1), Decimal(2), Decimal(0), Decimal(6)]


def test_what_cannot_be_divided_is_cut_at_eighteen_decimals() -> None:
    assert shared_out(Decimal(1), [1, 1, 1]) == [
        Decimal("0.333333333333333333"),
        Decimal("0.333333333333333334"),
        Decimal("0.333333333333333333"),
    ]


@given(
    amount=hs.decimals("-1000000", "1000000", places=18),
    units=hs.lists(hs.integers(0, 10**12), min_size=1, max_size=20).filter(any),
)
def test_parts_sum_to_the_amount_exactly_and_have_its_sign(amount: Decimal, units: list[int]) -> None:
    parts = shared_out(amount, units)

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
        {"api_key_id": "key_c", "input_tokens": 1, "start": DAY + dt.timedelta(days=1)},
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
        (LINE, shares.NO_USAGE),
        ("Credit grant", shares.NO_METER),
        ("Vector storage", shares.NOT_RECORDED),
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


def test_an_owner_is_named_by_the_key() -> None:
    keys = ["key_a", "key_gone", UNATTRIBUTED, NOT_ALLOCATED]

    found = shares.owned(pd.DataFrame({"api_key_id": keys}), {"key_a": "user-a"})

    assert list(found["owner"]) == ["user-a", shares.UNKNOWN_OWNER, UNATTRIBUTED, NOT_ALLOCATED]


def spent(*rows: tuple[str, str, Basis]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["user_id", MONEY, "basis"])
    return frame.assign(**{MONEY: [Decimal(v) for v in frame[MONEY]]}, reason="why", line_item="x")


def test_spenders_know_what_of_their_spend_is_an_estimate() -> None:
    now = spent(
        ("user-a", "2", Basis.BILLED),
        ("user-a", "1", Basis.ALLOCATED),
        ("user-b", "1", Basis.BILLED),
        (NOT_ALLOCATED, "9", Basis.NOT_ALLOCATED),
    )

    found = shares.spenders(now, spent(("user-b", "4", Basis.BILLED)), "user_id")

    assert list(zip(found["user_id"], found["now"], found["before"], found["estimated"], strict=True)) == [
        ("user-a", 3, 0, 1),
        ("user-b", 1, 4, 0),
        (NOT_ALLOCATED, 9, 0, 0),
    ]


def test_dollars_are_told_by_what_they_rest_on() -> None:
    found = shares.by_basis(spent(("user-a", "2", Basis.BILLED), ("user-b", "1", Basis.ALLOCATED)))

    assert found == {Basis.BILLED: 2, Basis.ALLOCATED: 1, Basis.NOT_ALLOCATED: 0}
    assert shares.by_basis(spent(("user-a", "2", Basis.BILLED))) == {Basis.BILLED: 2}


def test_the_allocated_share_is_none_where_nothing_is_allocated() -> None:
    half = spent(("user-a", "2", Basis.BILLED), ("user-b", "2", Basis.ALLOCATED))

    assert shares.allocated_share(half) == Decimal("0.5")
    assert shares.allocated_share(half.head(1)) is None


def test_what_is_left_over_is_listed_dearest_first() -> None:
    rows = spent(
        ("x", "1", Basis.NOT_ALLOCATED), ("x", "2", Basis.NOT_ALLOCATED), ("a", "5", Basis.ALLOCATED)
    ).assign(line_item=["cheap", "dear", "not this"])

    assert list(shares.left_over(rows)["line_item"]) == ["dear", "cheap"]


def test_rows_are_kept_by_their_ids_and_none_is_for_no_id() -> None:
    rows = pd.DataFrame({"user_id": ["user-a", UNATTRIBUTED, "user-b"]})

    assert list(shares.kept(rows, {"user_id": ("user-a", None)})["user_id"]) == ["user-a", UNATTRIBUTED]
