"""Questions to several organizations: grouped and filtered by whose rows are."""

from pathlib import Path

import pyarrow as pa
import pytest

from lib.engine.execution import answer, page, row_counts
from lib.engine.filters import Filters
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.store.scoped import Scoped
from lib.store.together import Together
from lib.store.usage_store import Store
from tests.stored import ALWAYS, filled

ACME = [
    {"start": "2026-01-01", "project_id": "proj_a", "model": "a", "input_tokens": 1},
    {"start": "2026-01-02", "project_id": "proj_a", "model": "b", "input_tokens": 2},
]
LABS = [
    {"start": "2026-01-01", "project_id": "proj_l", "model": "a", "input_tokens": 4},
    {"start": "2026-02-01", "project_id": "proj_l", "model": "a", "input_tokens": 8},
]


@pytest.fixture
def store(tmp_path: Path) -> Together:
    """Two organizations with a model in common."""
    members = {
        "acme": filled(tmp_path / "acme", "completions", *ACME),
        "labs": filled(tmp_path / "labs", "completions", *LABS),
    }
    for name, member in members.items():
        member.organizations = (name,)
    return Together(members, None)


def asked(*by: str, grain: Grain = Grain.TOTAL, **kept: list[str | None]) -> Question:
    """Return the question how many input tokens there were."""
    return Question("completions", ALWAYS, grain, by, ("input_tokens",), Filters.of(kept))


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    """Return the rows of a table."""
    return [tuple(row.values()) for row in table.to_pylist()]


def test_rows_of_all_organizations_are_added_up(store: Together) -> None:
    assert rows(answer(store, asked())) == [(15,)]
    assert rows(answer(store, asked("model"))) == [("a", 13), ("b", 2)]


def test_rows_are_told_by_their_organization(store: Together) -> None:
    assert rows(answer(store, asked("organization"))) == [("acme", 3), ("labs", 12)]
    assert rows(answer(store, asked("model", "organization"))) == [
        ("a", "acme", 1),
        ("a", "labs", 12),
        ("b", "acme", 2),
    ]
    assert [row[1:] for row in rows(answer(store, asked("organization", grain=Grain.MONTH)))] == [
        ("acme", 3),
        ("labs", 4),
        ("labs", 8),
    ]


def test_rows_are_kept_by_their_organization(store: Together) -> None:
    assert rows(answer(store, asked(organization=["labs"]))) == [(12,)]
    assert rows(answer(store, asked("model", organization=["acme"], model=["a"]))) == [("a", 1)]
    assert rows(answer(store, asked("organization", organization=["acme"]))) == [("acme", 3)]
    assert answer(store, asked("model", organization=["gamma"])).num_rows == 0


def test_an_organization_without_rows_is_no_row_of_zeros(store: Together) -> None:
    assert rows(answer(store, asked("organization", model=["b"]))) == [("acme", 2)]


def test_pages_of_rows_by_organization_are_those_of_the_answer(store: Together) -> None:
    question = asked("model", "organization")

    assert sum(row_counts(store, question).values()) == 3
    assert rows(page(store, question, 1, 1)) == [("a", "labs", 12)]


def test_an_organization_alone_knows_its_name_or_has_none(store: Together, tmp_path: Path) -> None:
    assert rows(answer(store.members["labs"], asked("organization"))) == [("labs", 12)]
    nameless = Store(str(tmp_path / "acme"))
    assert rows(answer(nameless, asked("organization"))) == [(None, 3)]
    assert rows(answer(nameless, asked(organization=[None]))) == [(3,)]
    assert answer(nameless, asked("model", organization=["acme"])).num_rows == 0


def test_of_several_organizations_only_some_projects_are_seen(store: Together) -> None:
    seen = store.each(lambda member: Scoped(member, frozenset({"proj_a"})))
    seen.projects = frozenset({"proj_a"})

    assert rows(answer(seen, asked("organization"))) == [("acme", 3)]
    assert rows(answer(seen, asked())) == [(3,)]
