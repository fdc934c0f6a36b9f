"""What the rules of teams matched in a month, what several want, what nobody has, and what would move."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.answers import team_costs, team_rules
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.openai_admin.name_lists import Name
from lib.store.team_declarations import DeclaredTeams, Rule, Team
from lib.store.team_file import parse
from lib.store.teamed import teamed, teams_of
from tests.answers.readings import NOW, november, reading_of

pytestmark = pytest.mark.usefixtures("afresh")

NAMES = [
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Platform"),
    Name("user", "user-a", "Ada", "ada@example.com"),
    Name("api_key", "key_a", "laptop", project_id="proj_b", owner_id="user-a"),
]
DAYS = november(1, 2)
SHARED = """
[[shared]]
name = "The platform"
projects = ["Platform"]
method = "by spend"
[[shared]]
name = "Gifts"
credits = true
line_items = ["vector*"]
method = "evenly"
teams = ["Growth"]
"""


def bill(day: int, item: str, dollars: str, project: str | None, key: str | None = None) -> dict[str, Any]:
    ids = {"project_id": project, "api_key_id": key}
    return {"start": f"2026-11-{day:02}", "line_item": item, "cost_usd": Decimal(dollars), **ids}


BILL = (
    bill(1, "gpt-4o, input", "8", "proj_a"),
    bill(2, "gpt-4o, input", "4", "proj_a"),
    bill(1, "gpt-4o, input", "2", "proj_b", "key_a"),
    bill(1, "gpt-4o, input", "1", "proj_b"),
    bill(2, "Vector storage", "0.5", "proj_a"),
    bill(2, "gpt-4o, input", "16", "proj_c"),
    bill(2, "Promotional credit", "-3", None),
)


def declaring(*rules: Rule) -> DeclaredTeams:
    return DeclaredTeams(tuple(map(Team, dict.fromkeys(rule.team for rule in rules))), rules)


def reading(folder: Path, declared: DeclaredTeams, lines: Iterable[dict[str, Any]] = BILL) -> Reading:
    found = reading_of(folder, {"costs": lines}, DAYS, fetched={"costs": [DAYS]})
    found.backend.store.merge_names(NAMES, NOW)
    store = teamed(found.backend.store, teams_of(found.backend.store, declared))
    return replace(found, backend=replace(found.backend, store=store))


def rows(frame: pd.DataFrame) -> list[list[Any]]:
    return frame.to_dict("split")["data"]


MOVED = dt.date(2026, 11, 2)
DECLARED = declaring(
    Rule("Support", projects=("Search",), end=dt.date(2026, 11, 1)),
    Rule("Growth", projects=("S*", "Nowhere"), start=MOVED),
    Rule("Growth", keys=("laptop",)),
    Rule("Research", projects=("Search", "Platform")),
    Rule("Research", users=("Ada",)),
)


def test_a_rule_is_shown_with_what_it_got(tmp_path: Path) -> None:
    found = team_rules.rules_matched(reading(tmp_path, DECLARED), DECLARED)

    assert rows(found) == [
        ["Support", "projects Search", "until 1 Nov 2026", 1, Decimal(8)],
        ["Growth", "projects S*, Nowhere", "from 2 Nov 2026", 2, Decimal("4.5")],
        ["Growth", "keys laptop", "always", 1, Decimal(2)],
        ["Research", "projects Search, Platform", "always", 2, Decimal(1)],
        ["Research", "users Ada", "always", 1, Decimal(0)],
    ]


def test_people_and_keys_of_rules_are_masked_on_a_screen_that_is_shared(tmp_path: Path) -> None:
    seen = reading(tmp_path, DECLARED)
    seen.backend.store.masks = True

    over = team_rules.rules_matched(seen, DECLARED)["over"]
    assert list(over[2:]) == ["keys (1)", "projects Search, Platform", "users (1)"]


def test_what_rules_of_two_teams_match_on_the_same_days_is_shown_with_who_gets_it(tmp_path: Path) -> None:
    found = team_rules.competing(reading(tmp_path, DECLARED), DECLARED)

    assert rows(found) == [
        ["Project", "Search", "Support", "Research", Decimal("12.5")],
        ["Project", "Search", "Growth", "Research", Decimal("12.5")],
    ]


def test_what_no_rule_matches_is_shown_with_what_it_costs(tmp_path: Path) -> None:
    found = team_rules.without_team(reading(tmp_path, DECLARED))

    assert rows(found) == [
        ["proj_c", "No API key", Decimal(16)],
        ["No project", "No API key", Decimal(-3)],
    ]


def test_a_changed_file_is_tried_before_it_is_used(tmp_path: Path) -> None:
    changed = declaring(Rule("Growth", projects=("Search", "proj_c")), Rule("Ops", keys=("laptop",)))

    found = team_rules.moves(reading(tmp_path, DECLARED), changed)

    assert rows(found.moves) == [
        ["No team", "Growth", Decimal(16)],
        ["Support", "Growth", Decimal(8)],
        ["Growth", "Ops", Decimal(2)],
        ["Research", "No team", Decimal(1)],
    ]
    assert rows(found.totals) == [
        ["Growth", Decimal("6.5"), Decimal("28.5")],
        ["Ops", Decimal(0), Decimal(2)],
        ["Research", Decimal(1), Decimal(0)],
        ["Support", Decimal(8), Decimal(0)],
        ["No team", Decimal(13), Decimal(-2)],
    ]


def test_teams_that_come_to_the_same_stand_by_name(tmp_path: Path) -> None:
    found = team_rules.moves(reading(tmp_path, DECLARED), DeclaredTeams())

    assert [row[0] for row in rows(found.totals)] == ["Growth", "Research", "Support", "No team"]


def test_a_file_can_be_tried_where_there_is_none_yet(tmp_path: Path) -> None:
    found = team_rules.moves(reading(tmp_path, DeclaredTeams()), declaring(Rule("A", projects=("Search",))))

    assert rows(found.moves) == [["No team", "A", Decimal("12.5")]]


def with_file(found: Reading, folder: Path, text: str) -> Reading:
    file = folder / "teams.toml"
    file.write_text(text)
    settings = replace(found.backend.settings, teams_file=file)
    return replace(found, backend=replace(found.backend, settings=settings))


def test_shared_costs_go_before_rules_and_all_parts_sum_to_the_bill(tmp_path: Path) -> None:
    text = "version = 1\n"
    for team, word in (("Growth", "Search"), ("Support", "proj_c")):
        text += f'[[team]]\nname = "{team}"\n[[team.rule]]\nprojects = ["{word}"]\n'
    declared = parse(text, "teams.toml")
    found = with_file(reading(tmp_path / "store", declared), tmp_path, text + SHARED)

    costs = team_costs.team_costs(found)

    assert costs is not None
    growth = [Decimal(12), Decimal("-1.214285714285714286"), Decimal("10.785714285714285714")]
    support = [Decimal(16), Decimal("1.714285714285714286"), Decimal("17.714285714285714286")]
    assert rows(costs.rows) == [["Support", *support], ["Growth", *growth]]
    assert sum(costs.rows["total"]) == sum(line["cost_usd"] for line in BILL)
    assert rows(costs.pools) == [
        ["The platform", "by spend", Decimal(3), "Growth", Decimal("1.285714285714285714")],
        ["The platform", "by spend", Decimal(3), "Support", Decimal("1.714285714285714286")],
        ["Gifts", "evenly", Decimal("-2.5"), "Growth", Decimal("-2.5")],
    ]


def test_nothing_is_shared_where_nothing_is_declared_so_or_a_part_is_seen_only(tmp_path: Path) -> None:
    text = 'version = 1\n[[team]]\nname = "Growth"\n[[team.rule]]\nprojects = ["Search"]\n'
    found = with_file(reading(tmp_path / "store", parse(text, "teams.toml")), tmp_path, text)
    assert team_costs.team_costs(found) is None

    seen = with_file(found, tmp_path, text + SHARED)
    part = replace(seen, backend=seen.backend.scoped(frozenset({"Search"})))
    assert team_costs.team_costs(seen) is not None
    assert team_costs.team_costs(part) is None
    assert isinstance(part.view, View)
