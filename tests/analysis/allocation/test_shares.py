from decimal import Decimal

import pandas as pd

from lib.analysis.allocation import shares
from lib.analysis.allocation.shares import MONEY, NOT_ALLOCATED, Basis
from lib.catalog.dimensions import UNATTRIBUTED

DAY = pd.Timestamp("2026-11-02", tz="UTC")


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


def test_owners_and_days_stay_beside_their_rows() -> None:
    rows = pd.DataFrame({"start": [DAY], "api_key_id": ["key_a"]}, index=[7])

    assert shares.owned(rows, {"key_a": "user-a"}).loc[7, "owner"] == "user-a"
    assert shares.days_of(rows, {DAY.date()}).to_dict() == {7: True}
    assert shares.days_of(rows, set()).to_dict() == {7: False}
    assert shares.days_of(rows.head(0), set()).dtype == bool


def test_estimates_are_exact() -> None:
    now = spent(("user-a", "2", Basis.BILLED))

    assert shares.spenders(now, now.head(0), "user_id")["estimated"].dtype == object


def test_the_parts_of_spending_are_its_ids_and_dollars() -> None:
    assert list(shares.parts(spent(("user-a", "2", Basis.BILLED))).columns) == ["user_id", MONEY]
