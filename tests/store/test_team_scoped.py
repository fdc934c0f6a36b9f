"""What of a store is seen by somebody who may see the rows of some teams only."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision, DecisionState
from lib.store.records.notes import Note
from lib.store.team_scoped import TeamScoped
from lib.store.teams import TeamView
from lib.store.usage_store import Store

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
NAMES = [
    Name("project", "proj_a", "Search"),
    Name("project", "proj_b", "Zebra"),
    Name("api_key", "key_a", "Search key", project_id="proj_a", owner_id="user-a"),
    Name("api_key", "key_b", "Zebra key in Search", project_id="proj_a", owner_id="user-b"),
    Name("service_account", "svc_a", "Zebra bot in Search", project_id="proj_a"),
    Name("user", "user-a", "Ada"),
    Name("user", "user-b", "Zed"),
    Name("user", "user-c", "Cy"),
]


@pytest.fixture
def scoped(tmp_path: Path) -> TeamScoped:
    """A store of which the rows of Growth are seen: of proj_a those of key_a."""
    store = Store(str(tmp_path))
    store.merge_names(NAMES, NOW)
    store.write_note(Note("n", NOW.date(), NOW.date(), "Zebra was deployed", "", NOW), NOW)
    for dimension, about in (("team", "Growth"), ("team", "Zebra"), ("project_id", "proj_a"), ("", "")):
        store.write_budget(Budget(dimension, about, Decimal(7)), NOW)
    saving = Decision(
        "batch", DecisionState.DONE, "Batch", "proj_a", "", "", Decimal(7), NOW.date(), NOW.date()
    )
    store.write_decision(saving, NOW)
    store.write_limits(LimitList((SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(7)),), ("Zebra",), NOW), NOW)
    return TeamScoped(
        store, TeamView(frozenset({"Growth"}), frozenset({"proj_a"}), frozenset({"key_a"}), frozenset())
    )


def test_names_are_those_in_the_rows_and_of_who_owns_their_keys(scoped: TeamScoped) -> None:
    assert {n.name for n in scoped.names()} == {"Search", "Search key", "Ada"}
    assert {n.name for n in scoped.names_with(["svc_a", "user-c"])} == {
        *("Search", "Search key", "Ada"),
        *("Zebra bot in Search", "Cy"),
    }


def test_budgets_are_those_of_the_teams(scoped: TeamScoped) -> None:
    assert [b.key for b in scoped.budgets()] == [("team", "Growth")]


def test_what_is_about_a_project_or_the_organization_is_not_there(scoped: TeamScoped) -> None:
    assert (scoped.limits().limits, scoped.limits().failures) == ((), ())
    assert (scoped.decisions(), scoped.notes(), scoped.statement_checks()) == ((), (), ())


def test_whoever_sees_other_teams_is_answered_apart(scoped: TeamScoped) -> None:
    other = TeamScoped(scoped, TeamView(frozenset({"Zebra"}), frozenset({"proj_a"}), frozenset({"key_a"})))

    assert scoped.seen_as != other.seen_as
