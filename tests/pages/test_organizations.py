"""Several organizations on the pages: together, one by one, one that fails, and for whoever may see one."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.access.rules import Grant
from lib.answers import instance
from lib.store.records.alert_messages import AlertMessage, MessageState
from lib.store.records.budgets import Budget
from lib.store.records.notes import Note
from lib.store.usage_store import Store
from tests.loopback import Handler, Loopback
from tests.pages import organization
from tests.pages.conftest import visit
from tests.pages.organization import NOW, refusing
from tests.pages.test_scope import (
    NAMES,
    PAGES,
    ROWS,
    SECRET,
    TEAM_ROWS,
    TEAMS,
    VIEWER,
    answering,
    dumped,
)

ACME, LABS = organization.ready, answering(ROWS, NAMES)
REVOKED: Handler = refusing(401, "Incorrect API key provided.")
Words = Callable[[AppTest], str]
Several = Callable[..., None]


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch, store: None) -> Iterator[Several]:  # noqa: ARG001
    """Return a function that sets up organizations, each answered by a server of its own."""
    with ExitStack() as servers:

        def set_up(**handlers: Handler) -> None:
            monkeypatch.setenv("USAGE_ORGANIZATIONS", ",".join(handlers))
            for name, handler in handlers.items():
                server = servers.enter_context(Loopback(handler))
                monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name.upper()}", "sk-admin-secret-0123456789")
                monkeypatch.setenv(f"OPENAI_BASE_URL_{name.upper()}", server.base_url)

        yield set_up


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Grant], None]:
    """Return a function that lets whoever looks see and do what a grant says."""
    return lambda grant: monkeypatch.setattr(instance, "decided", lambda: grant)


def test_together_they_are_added_up_and_told_apart(several: Several, words: Words) -> None:
    several(acme=ACME, labs=ACME)

    app = visit("costs", stack="organization")

    assert "Total: $120.00" in words(app)
    (bill,) = (d.value for d in app.dataframe if "organization" in d.value)
    assert list(zip(bill["organization"], bill["now"], strict=True)) == [("acme", 60.0), ("labs", 60.0)]


def test_one_by_one_each_is_shown_as_if_it_were_alone(several: Several, words: Words) -> None:
    several(acme=ACME, labs=LABS)

    app = visit("costs", organization="acme")

    assert "Total: $60.00" in words(app)
    assert not SECRET.search(words(app))
    assert [chip.label for chip in app.button if chip.key and chip.key.startswith("chip:")] == [
        "Organization: acme"
    ]


def test_an_organization_that_is_not_there_shows_nothing(several: Several, words: Words) -> None:
    several(acme=ACME, labs=ACME)

    app = visit("costs", organization="gamma")

    assert "Nothing here goes by gamma" in words(app)


def test_a_refused_key_is_named_and_the_rest_is_shown(several: Several, words: Words) -> None:
    several(acme=REVOKED, labs=ACME)

    app = visit("overview")

    said = words(app)
    assert "acme: OpenAI does not accept the admin key" in said
    assert "Missing days: 30 of 30 of acme." in said
    assert "You spent $60" in said
    assert "labs:" not in said


def test_two_keys_of_one_organization_are_not_counted_twice(several: Several, words: Words) -> None:
    named = {"costs": [row | {"organization_id": "org-1"} for row in organization.ROWS["costs"]]}
    several(acme=answering(named, organization.NAMES), labs=answering(named, organization.NAMES))
    visit("costs")

    app = visit("costs")

    assert "labs is left out: its key is for the same organization as that of acme." in words(app)
    assert "Total: $60.00" in words(app)


@pytest.mark.usefixtures("several")
def test_one_organization_has_nothing_to_choose(open_page: Callable[..., AppTest]) -> None:
    app = open_page("breakdown", ACME)

    assert "Organization" not in [each.label for each in app.multiselect]
    assert all("Organization" not in each.options for each in app.selectbox)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_organization_alone_would_show(
    several: Several,
    granted: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    page: str,
) -> None:
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(tmp_path / "budgets.toml"))
    (tmp_path / "budgets.toml").write_text("version = 1\n")
    granted(VIEWER)
    several(acme=ACME)
    visit(page)
    alone = dumped(visit(page))
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "both"))
    st.cache_resource.clear()
    several(acme=ACME, zebra=LABS)
    visit(page)
    store = instance.open_backend().store
    store.write_note(Note("n", NOW.date(), NOW.date(), "The zebra was deployed", "", NOW), NOW)
    store.write_budget(Budget("", "", Decimal(777)), NOW)
    (tmp_path / "budgets.toml").write_text(
        'version = 1\n[[budget]]\norganization = "zebra"\namount = 777\n[[budget]]\namount = 777\n'
        '[[budget]]\nproject = "Zebra"\namount = 777\n[balance]\namount = 777\ndate = 2026-11-01\n'
    )
    assert SECRET.search(" ".join(dumped(visit(page))))

    granted(replace(VIEWER, organizations=frozenset({"acme"})))

    seen = dumped(visit(page))
    assert [part for part in seen if SECRET.search(part)] == []
    assert seen == alone
    assert dumped(visit(page, organization="zebra")) == [
        part.replace("nebra", "zebra") for part in dumped(visit(page, organization="nebra"))
    ]


def test_a_rule_that_names_no_organization_here_shows_nothing(
    several: Several,
    granted: Callable[..., None],
    words: Words,
) -> None:
    several(acme=ACME, labs=ACME)
    granted(replace(VIEWER, organizations=frozenset({"gamma"})))

    assert "You may see none of the organizations that are set up here." in words(visit("costs"))


@pytest.mark.parametrize("page", ["costs", "directory", "profile"])
def test_a_team_of_one_organization_sees_what_its_rows_there_alone_would_show(
    several: Several, granted: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str
) -> None:
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(tmp_path / "teams.toml"))
    (tmp_path / "teams.toml").write_text(TEAMS)
    growth = replace(VIEWER, teams=frozenset({"Growth"}))
    granted(replace(growth, organizations=frozenset({"acme"})))
    several(acme=answering(TEAM_ROWS, NAMES))
    visit(page)
    alone = dumped(visit(page))
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "both"))
    st.cache_resource.clear()
    several(acme=answering(TEAM_ROWS, NAMES), labs=ACME)
    granted(growth)
    visit(page)
    together = dumped(visit(page))

    granted(replace(growth, organizations=frozenset({"acme"})))

    assert dumped(visit(page)) == alone
    assert together != alone
    found = [SECRET.findall(part.replace("localized", "")) for part in (*alone, *together)]
    assert not any(found)


def test_what_was_sent_of_each_organization_is_listed(several: Several, tmp_path: Path) -> None:
    several(acme=ACME, labs=LABS)
    for nth, name in enumerate(("acme", "labs")):
        log = Store(str(tmp_path / "store" / "organizations" / name)).alert_messages
        at = NOW - dt.timedelta(hours=nth)
        log.write(
            [AlertMessage(f"{nth}f3c", 1, "ab12", "Ada", MessageState.SENT, f"{name}: Over", "", at)], at
        )

    app = visit("connection")

    assert not app.exception
    (messages,) = (d.value for d in app.dataframe if "number" in d.value)
    assert messages["title"].tolist() == ["acme: Over", "labs: Over"]
