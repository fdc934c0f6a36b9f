import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.analysis.allocation.shares import Basis
from lib.answers.allocated_spend import AllocatedSpend, allocated_spend, by_two
from lib.answers.reading import Reading
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.presets import Comparison
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD, BEFORE = november(8, 14), november(1, 7)
BY = ("api_key_id", "model")


def bill(day: int, dollars: str, key: str | None, item: str = "gpt-6-sol, input") -> dict[str, Any]:
    return {
        "start": f"2026-11-{day:02}",
        "project_id": "proj_a",
        "line_item": item,
        "api_key_id": key,
        "cost_usd": Decimal(dollars),
    }


def used(key: str, tokens: int) -> dict[str, Any]:
    about = {"start": "2026-11-09", "model": "gpt-6-sol", "project_id": "proj_a", "api_key_id": key}
    return about | {"input_tokens": tokens}


NAMED = [
    bill(2, "5", "key_a"),
    bill(9, "3", "key_a"),
    bill(10, "6", None),
    bill(11, "-2", None, "Refund"),
    bill(13, "4", "key_b"),
]
UNNAMED = [
    bill(2, "5", None),
    bill(9, "8", None),
    bill(10, "6", None),
    bill(11, "-2", None, "Refund"),
    bill(13, "4", "key_b"),
]
"""Until 12 November the bill tells no keys; only the usage of the 9th does."""
FLOOR = Refusal("costs", RefusalKind.FLOOR, "no", NOW, "api_key_id", until=dt.date(2026, 11, 13))


def told(folder: Path, **choices: Any) -> Reading:
    return reading_of(folder, {"costs": NAMED}, PERIOD, fetched={"costs": [BEFORE, PERIOD]}, **choices)


def unattributed(folder: Path) -> Reading:
    rows = {"costs": UNNAMED, "completions": [used("key_a", 3000), used("key_b", 1000)]}
    fetched = {name: [BEFORE, PERIOD] for name in rows}
    return reading_of(folder, rows, PERIOD, fetched=fetched, refusals=[FLOOR])


def spenders(found: AllocatedSpend) -> list[tuple[Any, ...]]:
    return list(found.rows[["api_key_id", "now", "before", "estimated"]].itertuples(index=False, name=None))


def test_where_the_bill_names_keys_all_is_billed_and_compared(tmp_path: Path) -> None:
    found = allocated_spend(told(tmp_path), BY)

    assert spenders(found) == [("(none)", 4, 0, 0), ("key_b", 4, 0, 0), ("key_a", 3, 5, 0)]
    assert found.by_basis == {Basis.BILLED: Decimal(11)}
    assert (found.any, found.has_estimates, found.unnamed) == (True, False, Decimal(4))
    assert (found.compared_with, found.allocated_before) == ("1–7 Nov 2026", None)
    assert found.left_over.empty


def test_where_the_bill_names_no_keys_dollars_follow_the_usage(tmp_path: Path) -> None:
    found = allocated_spend(unattributed(tmp_path), BY)

    assert spenders(found) == [
        ("key_a", 6, 0, 6),
        ("key_b", 6, 0, 2),
        ("(not allocated)", 6, 5, 0),
        ("(credits)", -2, 0, 0),
    ]
    assert found.by_basis == {
        Basis.BILLED: Decimal(4),
        Basis.ALLOCATED: Decimal(8),
        Basis.NOT_ALLOCATED: Decimal(6),
        Basis.CREDITED: Decimal(-2),
    }
    assert (found.has_estimates, found.unnamed) == (True, Decimal(0))


def test_it_is_told_which_part_of_the_compared_spend_is_allocated(tmp_path: Path) -> None:
    rows = {"costs": UNNAMED, "completions": [used("key_a", 1) | {"start": "2026-11-02"}]}
    fetched = {name: [BEFORE, PERIOD] for name in rows}
    reading = reading_of(tmp_path, rows, PERIOD, fetched=fetched, refusals=[FLOOR])

    assert allocated_spend(reading, BY).allocated_before == 1


def test_what_could_not_be_allocated_is_told_with_the_reason(tmp_path: Path) -> None:
    assert allocated_spend(unattributed(tmp_path), BY).left_over.to_dict("split")["data"] == [
        ["gpt-6-sol, input", "No matching usage in that project on that day", Decimal(6)],
        ["Refund", "Usage does not record what this line bills", Decimal(-2)],
    ]


def test_only_what_is_somebodys_can_be_narrowed_to(tmp_path: Path) -> None:
    found = allocated_spend(unattributed(tmp_path), BY)

    assert dict(found.nameable) == {"key_a": "key_a", "key_b": "key_b"}
    assert found.labels["(not allocated)"] == "Not allocated"
    assert found.labels["(credits)"] == "Credits"


def test_what_is_nobodys_is_drawn_apart_from_the_first_few(tmp_path: Path) -> None:
    drawn = allocated_spend(unattributed(tmp_path), BY).ranked(2)

    assert list(drawn[["group", "value"]].itertuples(index=False, name=None)) == [
        ("key_a", 6.0),
        ("key_b", 6.0),
        ("Not allocated", 6.0),
        ("Credits", -2.0),
    ]
    assert list(drawn["previous"]) == [0.0, 0.0, 5.0, 0.0]


def test_as_many_are_drawn_as_other_is_not_the_largest(tmp_path: Path) -> None:
    drawn = allocated_spend(told(tmp_path), BY).ranked(1)

    assert list(drawn[["group", "value", "previous"]].itertuples(index=False, name=None)) == [
        ("No API key", 4.0, 0.0),
        ("key_b", 4.0, 0.0),
        ("key_a", 3.0, 5.0),
    ]


def test_without_a_comparison_nothing_earlier_is_drawn(tmp_path: Path) -> None:
    found = allocated_spend(told(tmp_path, comparison=Comparison.NONE), BY)

    assert (found.compared_with, found.before.empty) == (None, True)
    assert "previous" not in found.ranked(5)


def test_the_table_tells_each_part_of_the_whole_under_its_label(tmp_path: Path) -> None:
    table = allocated_spend(told(tmp_path), BY).table

    assert list(table["api_key_id"]) == ["No API key", "key_b", "key_a"]
    assert [round(part, 3) for part in table["now_part"]] == [0.364, 0.364, 0.273]


def test_two_dimensions_sum_to_the_whole_with_credits_apart(tmp_path: Path) -> None:
    reading = told(tmp_path)

    found = by_two(reading, allocated_spend(reading, BY), "model")

    assert found.rows.to_dict("split")["data"] == [
        ["(none)", "gpt-6-sol", Decimal(6)],
        ["Credits", "Credits", Decimal(-2)],
        ["key_a", "gpt-6-sol", Decimal(3)],
        ["key_b", "gpt-6-sol", Decimal(4)],
    ]
    assert (found.first.name, found.second.name) == BY
    assert found.second_labels["gpt-6-sol"] == "gpt-6-sol"


def test_nothing_was_spent_where_every_amount_is_zero(tmp_path: Path) -> None:
    rows = {"costs": [bill(9, "0", "key_a")]}
    reading = reading_of(tmp_path, rows, PERIOD, fetched={"costs": [PERIOD]})

    assert allocated_spend(reading, BY).any is False
