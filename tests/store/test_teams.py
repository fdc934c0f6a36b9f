"""Teams by id: which rule gets which key, user and project on which day."""

import datetime as dt

import pytest

from lib.catalog.sources import COSTS, SOURCES
from lib.openai_admin.name_lists import Name
from lib.store.team_declarations import Rule
from lib.store.teams import Spell, by_rule, by_team, matched, recorded, together

NAMES = [
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Search [old]"),
    Name("project", "proj_c", "Растущая Команда"),
    Name("user", "user-a", "Ada", "ada@example.com"),
    Name("service_account", "svc_a", "robot", project_id="proj_a"),
    Name("api_key", "key_a", "ci", "sk-...ab", project_id="proj_a", owner_id="svc_a"),
    Name("api_key", "key_b", "ci", project_id="proj_b", owner_id="user-a"),
]
DAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("kind", "pattern", "ids"),
    [
        ("projects", "proj_a", ["proj_a"]),
        ("projects", "SEARCH", ["proj_a"]),
        ("projects", "search*", ["proj_a", "proj_b"]),
        ("projects", "*", ["proj_a", "proj_b", "proj_c"]),
        ("projects", "Search [old]", ["proj_b"]),
        ("projects", "* [old]", ["proj_b"]),
        ("projects", "Search [a-z]*", []),
        ("projects", "S?arch*", []),
        ("projects", "растущая*", ["proj_c"]),
        ("projects", "proj_unlisted", ["proj_unlisted"]),
        ("projects", "PROJ_A", ["proj_a"]),
        ("projects", "ada*", []),
        ("keys", "ci", ["key_a", "key_b"]),
        ("keys", "sk-...ab", ["sk-...ab"]),
        ("users", "ada@EXAMPLE.com", ["user-a"]),
        ("users", "*@example.com", ["user-a"]),
        ("users", "robot", ["svc_a"]),
    ],
)
def test_a_pattern_stands_for_ids_and_names_of_its_kind(kind: str, pattern: str, ids: list[str]) -> None:
    assert matched([Rule("T", **{kind: (pattern,)})], NAMES)[kind] == [ids]


def test_of_two_rules_over_the_same_the_first_of_the_file_wins() -> None:
    teams = by_team("XY", [Rule("X", projects=("Search",)), Rule("Y", projects=("proj_a", "proj_b"))], NAMES)

    assert teams.team_of("proj_a", None, None, DAY) == "X"
    assert teams.team_of("proj_b", None, None, DAY) == "Y"


def test_a_rule_holds_on_both_its_ends_and_between_them_only() -> None:
    rules = [Rule("X", projects=("proj_a",), start=DAY, end=DAY), Rule("Y", projects=("proj_a",), end=DAY)]
    teams = by_team("XY", rules, NAMES)

    days = [DAY + dt.timedelta(n) for n in (-1, 0, 1)]
    assert [teams.team_of("proj_a", None, None, day) for day in days] == ["Y", "X", None]
    assert teams.projects == {"proj_a": (Spell(DAY, "Y"), Spell(dt.date(2026, 3, 2), "X"), Spell(None, None))}


def test_a_rule_that_does_not_hold_leaves_the_day_to_the_next_kind() -> None:
    rules = [Rule("K", keys=("ci",), start=DAY), Rule("P", projects=("proj_a",))]
    teams = by_team("KP", rules, NAMES)

    assert teams.team_of("proj_a", None, "key_a", DAY) == "K"
    assert teams.team_of("proj_a", None, "key_a", DAY - dt.timedelta(1)) == "P"


def test_who_owns_a_key_speaks_for_it_only_where_a_row_names_no_user() -> None:
    teams = by_team("U", [Rule("U", users=("robot",))], NAMES)

    assert teams.team_of("proj_a", None, "key_a", DAY) == "U"
    assert teams.team_of("proj_a", "user-a", "key_a", DAY) is None
    assert teams.team_of("proj_a", "svc_a", None, DAY) == "U"


def test_a_team_may_be_called_like_a_project() -> None:
    teams = by_team(["Search"], [Rule("Search", projects=("proj_b",))], NAMES)

    assert teams.team_of("proj_a", None, None, DAY) is None
    assert teams.team_of("proj_b", None, None, DAY) == "Search"


def test_each_rule_can_be_looked_at_by_itself() -> None:
    rules = [Rule("X", projects=("proj_a",)), Rule("X", keys=("nothing",)), Rule("X", projects=("*",))]
    teams = by_rule(rules, NAMES)

    assert teams.names == ("0", "1", "2")
    assert [teams.team_of(p, None, None, DAY) for p in ("proj_a", "proj_b")] == ["0", "2"]


NEXT, BEFORE = DAY + dt.timedelta(1), DAY - dt.timedelta(1)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((None, None), (None, None), True),
        ((None, DAY), (DAY, None), True),
        ((DAY, None), (None, DAY), True),
        ((None, DAY), (NEXT, None), False),
        ((DAY, DAY), (None, BEFORE), False),
    ],
)
def test_rules_meet_where_a_day_is_of_both(
    one: tuple[dt.date | None, dt.date | None], other: tuple[dt.date | None, dt.date | None], meet: bool
) -> None:
    first, second = (Rule("X", start=start, end=end) for start, end in (one, other))

    assert together(first, second) is meet
    assert together(second, first) is meet


def test_teams_are_the_same_where_the_same_rows_are_theirs() -> None:
    by_id, by_name = (by_team("X", [Rule("X", projects=(p,))], NAMES) for p in ("proj_a", "Search"))

    assert by_id == by_name
    assert hash(by_id) == hash(by_name)
    assert by_id != by_team("X", [Rule("X", projects=("proj_b",))], NAMES)
    assert by_id != by_team("XY", [Rule("X", projects=("proj_a",))], NAMES)


def test_keys_are_needed_only_where_rules_are_over_keys_or_people() -> None:
    by_project, by_user = (
        by_team("X", [rule], NAMES) for rule in (Rule("X", projects=("*",)), Rule("X", users=("Ada",)))
    )

    assert recorded(COSTS, ["team", "model"], by_project) == {"project_id", "line_item"}
    assert recorded(COSTS, ["team"], by_user) == {"project_id", "api_key_id"}
    assert recorded(SOURCES["vector_stores"], ["team"], by_user) == {"project_id"}
    assert recorded(COSTS, ["team"], None) == set()


def test_the_first_and_the_last_day_there_are_may_be_the_ends_of_a_rule() -> None:
    rule = Rule("X", projects=("proj_a",), start=dt.date.min, end=dt.date.max)
    teams = by_team("X", [rule], NAMES)

    assert {teams.team_of("proj_a", None, None, day) for day in (dt.date.min, DAY, dt.date.max)} == {"X"}
