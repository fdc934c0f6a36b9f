from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers.period_change import period_change
from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.presets import Comparison
from tests.answers.readings import NOW, november, reading_of

PERIOD, BEFORE = november(8, 14), november(1, 7)
ALL = [BEFORE, PERIOD]


pytestmark = pytest.mark.usefixtures("afresh")


def bill(
    day: int, project: str, dollars: str, quantity: str = "0", key: str | None = "key_a"
) -> dict[str, Any]:
    return {
        "start": f"2026-11-{day:02}",
        "project_id": project,
        "api_key_id": key,
        "line_item": "gpt-6-sol, input",
        "cost_usd": Decimal(dollars),
        "quantity": Decimal(quantity),
    }


BILLS = [bill(2, "proj_a", "4", "2"), bill(3, "proj_b", "1", "1"), bill(9, "proj_a", "12", "3")]


def test_the_steps_by_project_and_by_cause_lead_from_one_total_to_the_other(tmp_path: Path) -> None:
    found = period_change(
        reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched={"costs": ALL}), "project_id"
    )

    assert found
    assert (found.spend.before, found.spend.now) == (Decimal(5), Decimal(12))
    for frame in (found.steps, found.causes):
        assert frame["to"].iloc[0] == 5
        assert frame["to"].iloc[-1] == 12
    assert found.compared_with == "1–7 Nov 2026"
    assert "proj_b" in found.story


def test_what_is_gone_is_named_where_both_bills_tell_it(tmp_path: Path) -> None:
    found = period_change(
        reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched={"costs": ALL}), "project_id"
    )

    assert found
    assert list(found.turnover["project_id"]["project_id"]) == ["proj_b"]


def test_nothing_is_said_of_a_dimension_that_one_bill_does_not_tell(tmp_path: Path) -> None:
    rows = [bill(2, "proj_a", "4", key=None), bill(9, "proj_a", "12")]
    floor = Refusal("costs", RefusalKind.FLOOR, "refused", NOW, "api_key_id", until=PERIOD.first)
    reading = reading_of(tmp_path, {"costs": rows}, PERIOD, fetched={"costs": ALL}, refusals=[floor])

    found = period_change(reading, "api_key_id")

    assert found
    assert found.ranking.compared_with is None
    assert not len(found.turnover["api_key_id"])
    assert found.late == {"api_key_id": PERIOD.first}
    assert "By API key" not in found.story


def test_without_two_known_periods_there_is_no_change(tmp_path: Path) -> None:
    part = reading_of(tmp_path / "part", {"costs": BILLS}, PERIOD, fetched={"costs": [PERIOD]})
    alone = reading_of(tmp_path, {"costs": BILLS}, PERIOD, fetched={"costs": ALL}, comparison=Comparison.NONE)

    assert period_change(part, "project_id") is None
    assert period_change(alone, "project_id") is None
    assert part.sources == (SOURCES["costs"],)
