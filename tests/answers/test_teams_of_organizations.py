"""Teams of several organizations: rules are over the keys of all, and a scope can be by both at once."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from lib.answers.instance import Backend
from lib.catalog.dimensions import ORGANIZATION, TEAM
from lib.engine.execution import answer
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question
from lib.openai_admin.name_lists import Name
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.together import Together
from lib.sync.together_syncing import Syncers
from tests.alerts.places import NOW, backend_of, billed

pytestmark = pytest.mark.usefixtures("afresh")
NOVEMBER = Window(NOW.date().replace(day=1), NOW.date())
TEAMS = """version = 1
[[team]]
name = "Growth"
[[team.rule]]
keys = ["newsletter", "key_labs_2"]
[[team]]
name = "Support"
[[team.rule]]
projects = ["Search"]
"""
KEYS = {"key_acme": "newsletter", "key_labs": "newsletter", "key_labs_2": "batch"}
"""A key of either organization is called by the same name; one goes by its id."""
BILLS = {
    "acme": [("proj_search", "key_acme", "1"), ("proj_search", "key_none", "2")],
    "labs": [("proj_search", "key_labs", "4"), ("proj_chat", "key_labs_2", "8"), ("proj_chat", None, "16")],
}


@pytest.fixture
def both(tmp_path: Path) -> Backend:
    """Return the organizations acme and labs together, with what Growth and Support are."""
    each = {}
    for name, bill in BILLS.items():
        folder = tmp_path / name
        folder.mkdir()
        rows = [billed(2, project, dollars) | {"api_key_id": key} for project, key, dollars in bill]
        backend = backend_of(folder, {"costs": rows}, teams=TEAMS, organization=name)
        own = [Name("api_key", i, called, project_id="p") for i, called in KEYS.items() if name in i]
        backend.store.merge_names(own, NOW)
        backend.store.organizations = (name,)
        each[name] = backend
    store = Together({name: backend.store for name, backend in each.items()}, None)
    syncer = Syncers({name: backend.syncer for name, backend in each.items()})
    return Backend(each["acme"].settings, store, syncer).with_teams()


def sums(backend: Backend, *by: str, filters: Filters = EVERYTHING) -> dict[tuple[str | None, ...], Decimal]:
    question = Question("costs", NOVEMBER, Grain.TOTAL, by, ("cost_usd",), filters)
    rows = answer(backend.at_once().store, question).to_pylist()
    return {tuple(row[name] for name in by): row["cost_usd"] for row in rows}


def scoped(backend: Backend, *teams: str) -> Backend:
    return backend.scoped(None, frozenset(teams))


def test_a_rule_over_keys_has_the_keys_of_all_organizations(both: Backend) -> None:
    assert sums(both, ORGANIZATION, TEAM) == {
        ("acme", "Growth"): 1,
        ("acme", "Support"): 2,
        ("labs", "Growth"): 12,
        ("labs", None): 16,
    }


def test_a_team_is_seen_of_all_organizations_or_of_the_chosen_ones(both: Backend) -> None:
    growth = scoped(both, "growth")

    assert sums(growth, ORGANIZATION) == {("acme",): 1, ("labs",): 12}
    assert sums(growth, ORGANIZATION, filters=Filters.of({ORGANIZATION: ["labs"]})) == {("labs",): 12}
    assert sums(growth, TEAM) == {("Growth",): 13}
    assert sums(growth, TEAM, filters=Filters.of({TEAM: ["Support"]})) == {}


@pytest.mark.parametrize(
    ("organization", "team", "projects"),
    [
        ("acme", "Growth", {("proj_search",): 1}),
        ("labs", "Growth", {("proj_search",): 4, ("proj_chat",): 8}),
        ("acme", "Support", {("proj_search",): 2}),
        ("labs", "Support", {}),
    ],
)
def test_a_scope_by_organization_and_team_at_once_has_the_rows_of_both(
    both: Backend, organization: str, team: str, projects: dict[tuple[str], int]
) -> None:
    store = both.store
    assert isinstance(store, Together)
    one = Backend(both.settings, store.members[organization], both.syncer).with_teams()

    assert sums(scoped(one, team), "project_id") == projects


def names(found: Iterable[Name]) -> set[str]:
    return {name.name for name in found if name.kind == "api_key"}


def test_a_team_reads_the_names_of_its_own_keys_alone(both: Backend) -> None:
    assert names(scoped(both, "Growth").at_once().store.real_names()) == {"newsletter", "batch"}
    assert names(scoped(both, "Support").at_once().store.real_names()) == set()
