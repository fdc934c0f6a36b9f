"""What is shared of the bill as credits: line items that were billed below zero in all."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.answers import team_costs
from lib.store.team_file import parse
from tests.answers.test_team_rules import bill, reading, with_file

pytestmark = pytest.mark.usefixtures("afresh")
TEXT = """version = 1
[[team]]
name = "Growth"
[[team.rule]]
projects = ["proj_a"]
[[team]]
name = "Support"
[[shared]]
name = "Gifts"
credits = true
method = "evenly"
"""


def costs(folder: Path, *lines: dict[str, Any], text: str = TEXT) -> team_costs.TeamCosts:
    billed = [bill(1, "gpt-4o, input", "8", "proj_a"), *lines]
    found = reading(folder / "store", parse(text, "teams.toml"), billed)
    shared = team_costs.team_costs(with_file(found, folder, text))
    assert shared is not None
    return shared


STORAGE = """[[shared]]
name = "Storage"
line_items = ["Storage"]
method = "evenly"
teams = ["Support"]
"""


def test_who_costs_most_in_all_comes_first(tmp_path: Path) -> None:
    found = costs(tmp_path, bill(1, "Storage", "9", None), text=TEXT + STORAGE)

    assert found.rows.to_numpy().tolist() == [["Support", 0, 9, 9], ["Growth", 8, 0, 8]]


@pytest.mark.parametrize("dollars", ["-0.02", "-1", "-9"])
def test_a_credit_of_any_size_is_shared(tmp_path: Path, dollars: str) -> None:
    found = costs(tmp_path, bill(1, "Gift", dollars, "proj_a"))
    half = Decimal(dollars) / 2

    assert found.rows.to_numpy().tolist() == [["Growth", 8, half, 8 + half], ["Support", 0, half, half]]


def test_what_was_taken_back_in_part_or_wholly_is_no_credit(tmp_path: Path) -> None:
    taken_back = [bill(day, "Storage", dollars, "proj_a") for day, dollars in ((1, "3"), (2, "-3"))]

    found = costs(tmp_path, *taken_back)

    assert found.rows.to_numpy().tolist() == [["Growth", 8, 0, 8]]
    assert found.pools.empty
