from decimal import Decimal

from lib.analysis.credited import apart, can_hold, grouped
from lib.catalog.measures import MEASURES
from tests.analysis.samples import MONEY, SPEND, TOKENS, frame, spending

KEYS = ["project_id", "model", MONEY]


def test_credits_are_taken_out_of_the_groups_that_held_them() -> None:
    parts = spending("project_id", search="90", shop="10")

    assert apart(parts, spending("project_id", search="-5"), "project_id").to_dict("records") == [
        {"project_id": "Credits", MONEY: Decimal(-5)},
        {"project_id": "search", MONEY: Decimal(95)},
        {"project_id": "shop", MONEY: Decimal(10)},
    ]


def test_a_group_that_held_only_credits_is_gone() -> None:
    found = apart(spending("project_id", a="3", none="-5"), spending("project_id", none="-5"), "project_id")

    assert list(found["project_id"]) == ["Credits", "a"]


def test_other_keys_stay_as_they_are() -> None:
    parts = frame(KEYS, ("p", "m", Decimal(1)), ("p", "n", Decimal(4)))
    credit = frame(KEYS, ("p", "m", Decimal(-2)))

    assert apart(parts, credit, "project_id").to_dict("records") == [
        {"project_id": "Credits", "model": "m", MONEY: Decimal(-2)},
        {"project_id": "p", "model": "m", MONEY: Decimal(3)},
        {"project_id": "p", "model": "n", MONEY: Decimal(4)},
    ]


def test_without_credits_nothing_changes() -> None:
    parts = spending("project_id", a="3")

    assert apart(parts, spending("project_id"), "project_id") is parts


def test_no_digit_is_lost() -> None:
    amount = Decimal("12345678901234567890.123456789012345678")
    parts = frame(["project_id", MONEY], ("a", amount))

    found = apart(parts, frame(["project_id", MONEY], ("a", amount.copy_negate())), "project_id")

    assert list(found["project_id"]) == ["Credits", "a"]
    assert found[MONEY][0] == amount.copy_negate()


def test_a_group_below_zero_is_credits() -> None:
    found = grouped(spending("project_id", a="3", none="-5"), SPEND, "project_id")

    assert list(found["project_id"]) == ["a", "Credits"]


def test_only_dollars_hold_credits() -> None:
    assert can_hold(SPEND)
    assert not can_hold(TOKENS)
    assert not can_hold(MEASURES["cost_per_million"])
