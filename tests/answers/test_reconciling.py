import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.analysis.reconciliation.causes import Cause
from lib.answers.reconciling import AT_LIST, Reconciliation, reconciliation
from lib.engine.filters import Filters
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.grains import Grain
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")
PERIOD = november(8, 14)


def bill(day: int, dollars: str, item: str, project: str = "proj_a") -> dict[str, Any]:
    return {
        "start": f"2026-11-{day:02}",
        "line_item": item,
        "project_id": project,
        "api_key_id": "key_a",
        "cost_usd": Decimal(dollars),
    }


def used(day: int, model: str = "gpt-6-sol", **tokens: int) -> dict[str, Any]:
    return {
        "start": f"2026-11-{day:02}",
        "model": model,
        "project_id": "proj_a",
        "api_key_id": "key_a",
        **tokens,
    }


BILLS = [
    bill(9, "3", "gpt-6-sol, input"),
    bill(10, "2", "gpt-6-sol, output"),
    bill(11, "-4", "Refund", "proj_b"),
    bill(12, "7", "Something new", "proj_b"),
]
USED = [used(9, input_tokens=1_000_000), used(10, output_tokens=50_000)]
"""At list prices $2.00 and $0.50."""


def found(folder: Path, **choices: Any) -> Reconciliation:
    rows = {"costs": BILLS, "completions": USED}
    return reconciliation(
        reading_of(folder, rows, PERIOD, fetched={name: [PERIOD] for name in rows}, **choices)
    )


def cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_the_steps_lead_from_list_prices_to_the_bill(tmp_path: Path) -> None:
    answer = found(tmp_path)

    assert (answer.total.at_list, answer.total.billed) == (Decimal("2.5"), Decimal(8))
    assert cells(answer.steps, "group", "value") == [
        ("Usage at list prices", Decimal("2.5")),
        ("Line items that cannot be read", Decimal(7)),
        ("Credits", Decimal(-4)),
        ("Unexplained", Decimal("2.5")),
        ("Billed", Decimal(8)),
    ]
    assert answer.causes == [Cause.UNKNOWN, Cause.CREDITS, Cause.UNEXPLAINED]


def test_bill_and_list_prices_are_drawn_by_day(tmp_path: Path) -> None:
    answer = found(tmp_path).over_time

    assert answer.before is not None
    assert (answer.compared_with, answer.grain, answer.groups) == (AT_LIST, Grain.DAY, ("Total",))
    assert list(answer.rows["value"]) == [0, 3, 2, -4, 7, 0, 0]
    assert list(answer.before["value"]) == [0, 2, Decimal("0.5"), 0, 0, 0, 0]


def test_each_bucket_holds_the_causes_that_there_are_dollars_of(tmp_path: Path) -> None:
    rows = found(tmp_path).by_bucket

    assert list(rows["billed"]) == [0, 3, 2, -4, 7, 0, 0]
    assert list(rows["Credits"]) == [0, 0, 0, -4, 0, 0, 0]
    assert list(rows["Unexplained"]) == [0, 1, Decimal("1.5"), 0, 0, 0, 0]


def test_models_are_told_by_class_and_what_usage_does_not_count_apart(tmp_path: Path) -> None:
    answer = found(tmp_path)

    assert cells(answer.by_model, "model", "token_class", "billed", "at_list", "difference") == [
        ("gpt-6-sol", "input", Decimal(3), Decimal(2), Decimal(1)),
        ("gpt-6-sol", "output", Decimal(2), Decimal("0.5"), Decimal("1.5")),
    ]
    assert cells(answer.uncounted, "line_item", "billed") == [
        ("Something new", Decimal(7)),
        ("Refund", Decimal(-4)),
    ]
    assert answer.unread == 1


def test_days_whose_bill_does_not_tell_the_filter_are_in_neither(tmp_path: Path) -> None:
    floor = Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "api_key_id", until=dt.date(2026, 11, 10))
    filters = Filters.of({"api_key_id": ["key_a"]})

    answer = found(tmp_path, refusals=[floor], filters=filters)

    assert answer.left_out == 2
    assert (answer.total.at_list, answer.total.billed) == (Decimal("0.5"), Decimal(5))


def test_a_model_is_chosen_by_the_name_on_which_bill_and_usage_agree(tmp_path: Path) -> None:
    rows = {
        "costs": [bill(9, "3", "gpt-6-sol, input"), bill(9, "5", "o9, input")],
        "completions": [used(9, "gpt-6-sol-2026-05-01", input_tokens=1_000_000)],
    }
    filters = Filters.of({"model": ["gpt-6-sol-2026-05-01"]})
    fetched = {name: [PERIOD] for name in rows}

    answer = reconciliation(reading_of(tmp_path, rows, PERIOD, fetched=fetched, filters=filters))

    assert set(answer.rows["model"].to_pylist()) == {"gpt-6-sol"}
    assert answer.total.billed == 3


def test_days_that_can_still_change_are_timing_and_not_unexplained(tmp_path: Path) -> None:
    window = november(19, 20)
    rows = {"costs": [bill(19, "3", "gpt-6-sol, input"), bill(20, "3", "gpt-6-sol, input")]}
    fetched = {"costs": [window], "completions": [window]}

    answer = reconciliation(reading_of(tmp_path, rows, window, fetched=fetched))

    assert answer.provisional == {pd.Timestamp("2026-11-20", tz="UTC")}
    by_day = {row["start"].day: row for row in answer.by_bucket.to_dict("records")}
    assert by_day[19]["Unexplained"] == 3
    assert by_day[20]["Unexplained"] == 0
