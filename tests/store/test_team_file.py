"""The file that declares teams: what it may say, and what is said of what it may not."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.configuration.secrets_files import ROOT
from lib.store.team_declarations import DeclaredTeams, Method, Rule, Shared, Team
from lib.store.team_file import parse, read_teams

TEAM = '[[team]]\nname = "Growth"\n'


def parsed(text: str) -> DeclaredTeams:
    return parse(f"version = 1\n{text}", "teams.toml")


def test_a_team_has_a_name_an_owner_a_cost_center_and_rules() -> None:
    found = parsed(
        """
        [[team]]
        name = "Growth"
        owner = "ada@example.com"
        cost_center = "CC-1"
        [[team.rule]]
        projects = ["Search", "proj_abc"]
        keys = ["ci-*"]
        [[team.rule]]
        users = ["ada@example.com"]
        start = 2026-03-01
        end = 2026-03-01
        [[team]]
        name = "Idle"
        """
    )

    day = dt.date(2026, 3, 1)
    assert found == DeclaredTeams(
        (Team("Growth", "ada@example.com", "CC-1"), Team("Idle")),
        (
            Rule("Growth", keys=("ci-*",), projects=("Search", "proj_abc")),
            Rule("Growth", users=("ada@example.com",), start=day, end=day),
        ),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[[team]]\n",
            "[[team]] number 1: name is missing; it must be text of 1 to 80 characters in quotes.",
        ),
        ("[[team]]\nname = 7\n", "number 1: name must be text of 1 to 80 characters in quotes."),
        ('[[team]]\nname = " "\n', "number 1: name must be text of 1 to 80 characters in quotes."),
        (f'[[team]]\nname = "{"a" * 81}"\n', "number 1: name must be text of 1 to 80 characters in quotes."),
        ('[[team]]\nname = "a\\nb"\n', "number 1: name must be one line of printable text."),
        ('[[team]]\nname = "OTHER"\n', "number 1: name cannot be OTHER, which pages use for something else."),
        (
            '[[team]]\nname = "(none)"\n',
            "number 1: name cannot be (none), which pages use for something else.",
        ),
        ('[[team]]\nname = "no team"\n', "number 1: name cannot be no team, which pages use"),
        (
            f"{TEAM}boss = 'Ada'\n",
            "boss means nothing here; it takes name, owner, cost_center, [[team.rule]].",
        ),
        (f"{TEAM}[[team.rule]]\n", "rule 1: it matches nothing; give it keys, users or projects."),
        (f'{TEAM}[[team.rule]]\nprojects = "Search"\n', "rule 1: projects must be a list of ids, names or"),
        (f'{TEAM}[[team.rule]]\nprojects = [""]\n', "rule 1: projects must be a list of ids, names or"),
        (
            f'{TEAM}[[team.rule]]\nkeys = ["a"]\nmodels = ["b"]\n',
            "rule 1: models means nothing here; it takes",
        ),
        (f'{TEAM}[[team.rule]]\nkeys = ["a"]\nstart = "2026-01-01"\n', "rule 1: start must be a day (UTC)"),
        (
            f'{TEAM}[[team.rule]]\nkeys = ["a"]\nend = 2026-01-01T00:00:00Z\n',
            "rule 1: end must be a day (UTC)",
        ),
        (
            f'{TEAM}[[team.rule]]\nkeys = ["a"]\nstart = 2026-01-02\nend = 2026-01-01\n',
            "rule 1: its end, 2026-01-01, is before its start, 2026-01-02; both days are part of it.",
        ),
        (f'{TEAM}[team.rule]\nkeys = ["a"]\n', "[[team.rule]]: write it with two brackets, once for each."),
        ('[team]\nname = "Growth"\n', "teams.toml, [[team]]: write it with two brackets, once for each."),
        (
            f'{TEAM}[[team]]\nname = "GROWTH"\n',
            "two teams are called GROWTH. Put the rules of both under one",
        ),
        ('[[team]]\nname = "é"\n[[team]]\nname = "e\u0301"\n', "two teams are called é."),
        (
            "[[group]]\n",
            "teams.toml: there is nothing called group; it takes version, [[team]] and [[shared]]",
        ),
        (f'{TEAM}[[shared]]\nname = "P"\nmethod = "evenly"\n', "[[shared]] number 1: it names no costs;"),
        (
            f'{TEAM}[[shared]]\nname = "P"\ncredits = true\n',
            'method is missing; it must be "evenly", "by spend"',
        ),
        (
            f'{TEAM}[[shared]]\nname = "P"\ncredits = true\nmethod = "x"\n',
            'method must be "evenly", "by spend"',
        ),
        (
            f'{TEAM}[[shared]]\nname = "P"\ncredits = true\nmethod = "by weights"\n',
            'weights go with method = "by weights", and that with weights.',
        ),
        (
            f'{TEAM}[[shared]]\nname = "P"\ncredits = true\nmethod = "by weights"\nweights = {{G = 0}}\n',
            "weights must be numbers above 0",
        ),
        (
            f'{TEAM}[[shared]]\nname = "P"\ncredits = true\nmethod = "evenly"\nteams = ["Sales"]\n',
            "[[shared]] number 1: there is no team called Sales.",
        ),
        ("[[team]\n", "teams.toml: this is not TOML"),
    ],
)
def test_one_thing_that_is_wrong_is_said_and_nothing_of_the_file_is_used(text: str, problem: str) -> None:
    found = parsed(f'{text}\n[[team]]\nname = "Sound"\n' if "[[team]]" in text else text)

    assert any(problem in said for said in found.problems), found.problems
    assert (found.teams, found.rules) == ((), ())


@pytest.mark.parametrize("text", ["", "version = 2", "version = true", 'version = "1"'])
def test_the_file_says_its_version_first(text: str) -> None:
    assert parse(text, "teams.toml").problems == ("teams.toml: the first line must be version = 1.",)


def test_shared_costs_name_what_is_shared_by_whom_and_how() -> None:
    found = parsed(
        """
        [[team]]
        name = "Growth"
        [[team]]
        name = "Support"
        [[shared]]
        name = "Platform"
        projects = ["Data Platform"]
        line_items = ["vector storage*"]
        method = "by spend"
        [[shared]]
        name = "Credits"
        credits = true
        method = "by weights"
        weights = { growth = 2, Support = 0.5 }
        """
    )

    parts = (("Growth", Decimal(2)), ("Support", Decimal("0.5")))
    assert found.shared == (
        Shared("Platform", Method.BY_SPEND, ("Data Platform",), ("vector storage*",)),
        Shared("Credits", Method.BY_WEIGHTS, credits=True, teams=("Growth", "Support"), weights=parts),
    )


def test_a_name_has_one_spelling() -> None:
    assert parsed('[[team]]\nname = " e\u0301quipe "\n').teams == (Team("équipe"),)


def test_a_name_may_begin_or_end_with_a_bracket() -> None:
    assert parsed('[[team]]\nname = "(new) Growth"\n[[team]]\nname = "Growth (EU)"\n').teams == (
        Team("(new) Growth"),
        Team("Growth (EU)"),
    )


def test_a_file_that_is_not_there_declares_nothing_unless_it_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "teams.toml"

    assert read_teams(file, needed=False) is None
    asked = read_teams(file, needed=True)
    assert asked is not None
    assert asked.problems[0].startswith(f"There is no team file at {file}.")
    file.write_bytes(b"\xff\xfe")
    broken = read_teams(file, needed=False)
    assert broken is not None
    assert "cannot be read as UTF-8" in broken.problems[0]


def test_the_example_that_is_shipped_is_sound() -> None:
    found = read_teams(ROOT / ".streamlit" / "teams.example.toml", needed=True)

    assert found is not None
    assert found.problems == ()
    assert len(found.teams) == 6
