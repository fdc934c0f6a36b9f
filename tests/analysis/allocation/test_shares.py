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


def test_a_row_of_nothing_is_left_out_and_days_are_apart() -> None:
    lines = billed(("proj_a", LINE, "0"), ("proj_a", LINE, "2"))

    found = allocate(lines.assign(start=[DAY, DAY + dt.timedelta(days=1)]), {}, ["api_key_id"])

    assert list(found[MONEY]) == [2]
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
    lines = billed(("proj_a", LINE, "1")).assign(user_id="v")

    assert shares_of(allocate(lines, usage, ["api_key_id"])) == [("key_b", Decimal(1), Basis.ALLOCATED)]


def test_usage_is_told_apart_by_what_the_bill_names_and_what_is_wanted() -> None:
    dimensions = shares.usage_dimensions("completions", ["api_key_id"])

    assert set(dimensions) == {"project_id", "user_id", "api_key_id", "model", "batch", "service_tier"}
    assert shares.usage_dimensions("vector_stores", ["model"]) == ("project_id",)


def test_the_bill_names_all_on_days_on_which_every_dimension_has_a_value() -> None:
    rows = pd.DataFrame(
        {
            "start": [DAY, DAY, DAY + dt.timedelta(days=1)],
            "user_id": ["u", UNATTRIBUTED, UNATTRIBUTED],
            "api_key_id": [UNATTRIBUTED, "key_a", "key_a"],
        }
    )

    assert shares.names_all(rows, ["user_id", "api_key_id"]) == {DAY}
    assert shares.names_all(rows, ["api_key_id"]) == {DAY, DAY + dt.timedelta(days=1)}
    assert shares.names_all(rows, []) == set()
    assert list(shares.days_of(rows, {DAY.date()})) == [True, True, False]


def test_what_the_bill_says_itself_is_billed() -> None:
    rows = shares.as_billed(pd.DataFrame({"user_id": ["u"]}))

    assert rows.to_dict("records") == [{"user_id": "u", "basis": Basis.BILLED, "reason": ""}]
    assert list(shares.parts(rows.assign(line_item="x")).columns) == ["user_id"]


def test_credits_are_nobodys_and_have_no_owner_but_themselves() -> None:
    found = shares.owned(pd.DataFrame({"api_key_id": [shares.CREDITS]}), {})

    assert list(found["owner"]) == [shares.CREDITS]


def test_the_first_are_ranked_and_what_is_nobodys_comes_after_the_others() -> None:
    now = spent(
        ("user-a", "3", Basis.BILLED),
        ("user-b", "2", Basis.BILLED),
        ("user-c", "1", Basis.BILLED),
        (NOT_ALLOCATED, "9", Basis.NOT_ALLOCATED),
        (shares.CREDITS, "-4", Basis.CREDITED),
    )

    found = shares.ranked(
        shares.spenders(now, now.head(0), "user_id"), "user_id", {"user-a": "Ada"}, 1, "users"
    )

    assert list(found["group"])[:2] == ["Ada", "Other (2 users)"]
    assert len(found) == 4
    assert set(found["group"][2:]) == {NOT_ALLOCATED, "Credits"}


def test_credits_are_told_only_where_there_are_any_and_nothing_is_billed() -> None:
    assert shares.by_basis(spent(("x", "-2", Basis.CREDITED))) == {
        Basis.BILLED: 0,
        Basis.ALLOCATED: 0,
        Basis.NOT_ALLOCATED: 0,
        Basis.CREDITED: -2,
    }
    assert shares.by_basis(spent()) == {Basis.BILLED: 0}


def test_the_allocated_share_is_none_where_all_sums_to_zero() -> None:
    nothing = spent(("user-a", "-2", Basis.CREDITED), ("user-b", "2", Basis.ALLOCATED))

    assert shares.allocated_share(nothing) is None
    third = spent(("user-a", "2", Basis.BILLED), ("user-b", "1", Basis.ALLOCATED))
    assert shares.allocated_share(third) == Decimal("0.333333333333333333")


def test_what_is_left_over_is_summed_by_line_and_reason_and_equals_come_by_name() -> None:
    rows = spent(
        ("x", "2", Basis.NOT_ALLOCATED),
        ("x", "-3", Basis.CREDITED),
        ("x", "1", Basis.NOT_ALLOCATED),
        ("x", "3", Basis.NOT_ALLOCATED),
    ).assign(line_item=["b", "credit", "b", "a"])

    found = shares.left_over(rows)

    assert list(zip(found["line_item"], found["reason"], found[MONEY], strict=True)) == [
        ("a", "why", 3),
        ("b", "why", 3),
        ("credit", "why", -3),
    ]
    assert list(found.index) == [0, 1, 2]


def test_nobody_can_be_narrowed_to() -> None:
    labels = {"user-a": "Ada", NOT_ALLOCATED: "-", shares.CREDITS: "-", shares.UNKNOWN_OWNER: "-"}

    assert shares.nameable(labels | {f"{shares.OF_KEY}user-a": "Ada"}) == {"user-a": "Ada"}


def test_rows_without_a_user_go_by_the_owner_of_their_key() -> None:
    rows = [("user-b", "key_a"), (UNATTRIBUTED, "key_a"), (UNATTRIBUTED, "key_b"), (NOT_ALLOCATED, "key_a")]
    spent = pd.DataFrame(rows, columns=["user_id", "api_key_id"])

    found = shares.by_key_owner(spent, {"key_a": "user-a"})

    assert list(found["user_id"]) == ["user-b", f"{shares.OF_KEY}user-a", UNATTRIBUTED, NOT_ALLOCATED]


def test_less_than_a_dollar_that_finds_no_usage_is_no_credit() -> None:
    found = allocate(billed(("proj_a", LINE, "0.50")), {}, ["api_key_id"])

    assert shares_of(found) == [(NOT_ALLOCATED, Decimal("0.50"), Basis.NOT_ALLOCATED)]


def test_owners_and_days_stay_beside_their_rows() -> None:
    rows = pd.DataFrame({"start": [DAY], "api_key_id": ["key_a"]}, index=[7])

    assert shares.owned(rows, {"key_a": "user-a"}).loc[7, "owner"] == "user-a"
    assert shares.days_of(rows, set()).to_dict() == {7: False}
    assert shares.days_of(rows.head(0), set()).dtype == bool


def test_dollars_stay_exact_and_days_stay_days() -> None:
    found = allocate(billed(("proj_a", LINE, "0.50")), {}, ["api_key_id"])
    now = spent(("user-a", "2", Basis.BILLED))

    assert str(found["start"].dtype).endswith("UTC]")
    assert shares.spenders(now, now.head(0), "user_id")["estimated"].dtype == object


def test_parts_sum_to_an_amount_with_more_decimals_than_are_kept() -> None:
    amount = Decimal("0.1234567890123456789")

    first, last = shared_out(amount, [1, 1])

    assert first == Decimal("0.061728394506172839")
    assert first + last == amount
