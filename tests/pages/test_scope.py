"""Whoever may see some projects only sees what an organization of those projects alone would show."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from lib.access.rules import Grant, Role
from lib.answers import instance
from lib.store.records.budgets import Budget
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.ui.site_map import ENTRIES
from tests.loopback import Request, Response
from tests.pages import organization
from tests.pages.conftest import Open, visit
from tests.pages.organization import NOW

ZEBRA = {"project_id": "proj_zebra", "user_id": "user-zebra", "api_key_id": "key_zebra"}
OWN_ROWS: Mapping[str, list[dict[str, Any]]] = {
    "completions": [organization.ROWS["completions"][0]],
    "images": organization.ROWS["images"],
    "costs": [organization.ROWS["costs"][0]],
}
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "completions": [
        *OWN_ROWS["completions"],
        ZEBRA
        | {"model": "ft:gpt-6-sol:zebra", "batch": False, "service_tier": "default"}
        | {"input_tokens": 777, "output_tokens": 777, "num_model_requests": 7},
    ],
    "images": [*OWN_ROWS["images"], ZEBRA | {"model": "zebra-image", "images": 77, "num_model_requests": 7}],
    "costs": [
        *OWN_ROWS["costs"],
        ZEBRA | {"line_item": "zebra tools", "amount": {"value": "777.77", "currency": "usd"}},
        ZEBRA | {"line_item": "credit of zebra", "amount": {"value": "-77.7", "currency": "usd"}},
        ZEBRA | {"line_item": "zebra in euros", "amount": {"value": "7.77", "currency": "eur"}},
    ],
}
OWN_NAMES = {
    path: [name for name in names if name["id"] != "proj_b"] for path, names in organization.NAMES.items()
}
_PEOPLE, _PROJECTS = "/v1/organization/users", "/v1/organization/projects"
NAMES = {
    **OWN_NAMES,
    _PROJECTS: [
        *OWN_NAMES[_PROJECTS],
        {"id": "proj_zebra", "name": "Zebra", "created_at": 1, "status": "active"},
    ],
    _PEOPLE: [
        *OWN_NAMES[_PEOPLE],
        {"id": "user-zebra", "name": "Zed Zebra", "email": "zed@zebra.example", "added_at": 1},
    ],
    f"{_PROJECTS}/proj_zebra/api_keys": [
        {"id": "key_zebra", "name": "Zebra key", "redacted_value": "sk-...zz", "created_at": 1}
    ],
}
SECRET = re.compile("zebra|zed|777", re.IGNORECASE)
VIEWER = Grant(role=Role.VIEWER)
SCOPED = replace(VIEWER, projects=frozenset({"Search"}))
PAGES = sorted(file for file, entry in ENTRIES.items() if entry.listed and file != "connection")


SHARED = ZEBRA | {"project_id": "proj_a"}
"""Rows of another team within a project that the viewer's team has."""
TEAM_ROWS = {
    name: [*rows, *(row | SHARED for row in rows[len(OWN_ROWS[name]) :])] for name, rows in ROWS.items()
}
TEAMS = """version = 1
[[team]]
name = "Growth"
owner = "zed@zebra.example"
[[team.rule]]
projects = ["Search"]
[[team]]
name = "Zebra"
[[team.rule]]
keys = ["key_zebra"]
[[shared]]
name = "Zebra things"
projects = ["Search"]
method = "evenly"
"""


def answering(rows: Mapping[str, Any], names: Mapping[str, Any]) -> Callable[[Request], Response]:
    """Return what answers as an organization with these rows and names does."""
    return lambda request: organization.answer(request, rows, names)


def dumped(app: AppTest) -> list[str]:
    """Return all that a page sends to the browser: texts, tables, charts, without what tells runs apart."""
    return [_without_ids(part) for part in _parts(app._tree)]


def _parts(block: Block) -> list[str]:
    found = []
    for child in block.children.values():
        found += _parts(child) if isinstance(child, Block) else [str(child.proto)]
    return found


def _without_ids(text: str) -> str:
    return re.sub(r'(id|url|form_id|data_reference|file_id|arrow_id): "[^"]*"', "", text)


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Grant], None]:
    """Return a function that lets whoever looks see and do what a grant says."""
    return lambda grant: monkeypatch.setattr(instance, "decided", lambda: grant)


def fill(folder: Path) -> None:
    """Write what is about the whole organization, or about what a scoped viewer may not see."""
    store = instance.open_backend().store
    store.write_note(Note("n", NOW.date(), NOW.date(), "The zebra was deployed", "", NOW), NOW)
    for dimension, about in (("project_id", "proj_zebra"), ("api_key_id", "key_zebra"), ("", "")):
        store.write_budget(Budget(dimension, about, Decimal(777), "zed@zebra.example"), NOW)
    store.write_quantities([Quantity("zebras", NOW.date(), Decimal(777), "zed@zebra.example")], NOW)
    declared = "version = 1\n[balance]\namount = 777\nas_of = 2026-11-01\n"
    (folder / "budgets.toml").write_text(f'{declared}[[budget]]\nproject = "Zebra"\namount = 777\n')


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_projects_alone_would_show(
    open_page: Open,
    granted: Callable[[Grant], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    page: str,
) -> None:
    granted(VIEWER)
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(tmp_path / "budgets.toml"))
    (tmp_path / "budgets.toml").write_text("version = 1\n")
    open_page(page, answering(OWN_ROWS, OWN_NAMES))
    alone = dumped(visit(page))
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "whole"))
    st.cache_resource.clear()
    open_page(page, answering(ROWS, NAMES))
    fill(tmp_path)
    assert SECRET.search(" ".join(dumped(visit(page))))

    granted(SCOPED)
    seen = dumped(visit(page))

    assert [part for part in seen if SECRET.search(part)] == []
    own = [part for part in seen if "and nothing else of the organization" not in part]
    assert own == alone


@pytest.mark.parametrize("page", ["overview", "costs", "directory", "data", "teams", "budgets", "statement"])
def test_a_page_shows_what_the_rows_of_a_team_alone_would_show(
    open_page: Open,
    granted: Callable[[Grant], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    page: str,
) -> None:
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(tmp_path / "teams.toml"))
    (tmp_path / "teams.toml").write_text(TEAMS.replace("zed@zebra.example", "ada@example.com"))
    granted(replace(VIEWER, teams=frozenset({"growth"})))
    open_page(page, answering(OWN_ROWS, OWN_NAMES))
    alone = dumped(visit(page))
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "whole"))
    st.cache_resource.clear()
    open_page(page, answering(TEAM_ROWS, NAMES))
    fill(tmp_path)
    instance.open_backend().store.write_budget(Budget("team", "Zebra", Decimal(777)), NOW)

    seen = dumped(visit(page))

    assert [part for part in seen if SECRET.search(part)] == []
    assert seen == alone
    granted(VIEWER)
    assert SECRET.search(" ".join(dumped(visit(page))))
    granted(replace(VIEWER, teams=frozenset({"Zebra"})))
    assert dumped(visit(page)) != seen


def test_what_others_were_answered_is_not_told(open_page: Open, granted: Callable[[Grant], None]) -> None:
    granted(VIEWER)
    open_page("costs", answering(ROWS, NAMES))
    first = dumped(visit("costs"))
    granted(SCOPED)
    scoped = dumped(visit("costs"))
    granted(VIEWER)

    assert dumped(visit("costs")) == first
    granted(SCOPED)
    assert dumped(visit("costs")) == scoped
    assert scoped != first


@pytest.mark.parametrize(
    ("page", "address", "others"),
    [
        ("costs", {"project": "GIVEN"}, "proj_zebra"),
        ("usage", {"user": "GIVEN"}, "user-zebra"),
        ("breakdown", {"key": "GIVEN"}, "key_zebra"),
        ("usage", {"model": "GIVEN"}, "ft:gpt-6-sol:zebra"),
        ("profile", {"kind": "project", "id": "GIVEN"}, "proj_zebra"),
        ("profile", {"kind": "user", "id": "GIVEN"}, "user-zebra"),
        ("profile", {"kind": "key", "id": "GIVEN"}, "key_zebra"),
        ("profile", {"kind": "model", "id": "GIVEN"}, "ft:gpt-6-sol:zebra"),
    ],
)
def test_what_is_not_ones_own_looks_like_what_is_not_there(
    open_page: Open, granted: Callable[[Grant], None], page: str, address: dict[str, str], others: str
) -> None:
    granted(SCOPED)
    open_page(page, answering(ROWS, NAMES))

    def said(given: str) -> list[str]:
        app = visit(page, **{name: value.replace("GIVEN", given) for name, value in address.items()})
        return [part.replace("nebra", "zebra") for part in dumped(app)]

    assert said(others) == said(others.replace("zebra", "nebra"))


@pytest.mark.parametrize(
    ("page", "address", "others"),
    [
        ("costs", {"team": "GIVEN"}, "Zebra"),
        ("profile", {"kind": "team", "id": "GIVEN"}, "Zebra"),
        ("profile", {"kind": "key", "id": "GIVEN"}, "key_zebra"),
    ],
)
def test_another_team_looks_like_one_that_is_not_there(
    open_page: Open,
    granted: Callable[[Grant], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    page: str,
    address: dict[str, str],
    others: str,
) -> None:
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(tmp_path / "teams.toml"))
    (tmp_path / "teams.toml").write_text(TEAMS)
    granted(replace(VIEWER, teams=frozenset({"Growth"})))
    open_page(page, answering(TEAM_ROWS, NAMES))

    def said(given: str) -> list[str]:
        app = visit(page, **{name: value.replace("GIVEN", given) for name, value in address.items()})
        return [part.replace(given, "GIVEN") for part in dumped(app)]

    assert said(others) == said(re.sub("zebra", "nebra", others, flags=re.IGNORECASE))
