from decimal import Decimal
from pathlib import Path

import pytest

from lib.answers.spender_list import SpenderList, spender_list
from lib.openai_admin.name_lists import Name
from tests.answers.readings import NOW, november, reading_of

PERIOD = november(8, 14)

pytestmark = pytest.mark.usefixtures("afresh")


@pytest.fixture
def projects(tmp_path: Path) -> SpenderList:
    """Return the projects of a week in which a bought for $2 and b for $5, and Quiet for nothing."""
    bills = [
        {"start": "2026-11-09", "project_id": project, "cost_usd": Decimal(dollars)}
        for project, dollars in (("proj_a", 2), ("proj_b", 5))
    ]
    bills.append({"start": "2026-11-01", "project_id": "proj_old", "cost_usd": Decimal(1)})
    reading = reading_of(tmp_path, {"costs": bills}, PERIOD, fetched={"costs": [PERIOD]})
    reading.backend.store.merge_names(
        [Name("project", "proj_q", "Quiet"), Name("project", "proj_a", "Search")], NOW
    )
    return spender_list(reading, "project_id")


def test_those_that_spent_most_come_first_and_those_that_spent_nothing_last(projects: SpenderList) -> None:
    assert list(zip(projects.rows["project_id"], projects.rows["spend"], strict=True)) == [
        ("proj_b", 5),
        ("proj_a", 2),
        ("proj_old", None),
        ("proj_q", None),
    ]
    assert projects.labels["proj_q"] == "Quiet"
    assert projects.unattributed == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SEARCH", ["proj_a"]),
        (" proj_b ", ["proj_b"]),
        ("", ["proj_b", "proj_a", "proj_old", "proj_q"]),
        ("nobody", []),
    ],
)
def test_they_are_found_by_parts_of_their_names_and_ids(
    projects: SpenderList, text: str, found: list[str]
) -> None:
    assert list(projects.matching(text)["project_id"]) == found
