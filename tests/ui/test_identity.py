"""Identity: who may change budgets in the app."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lib.access.audit import Event
from lib.access.people import Person
from lib.access.rules import Denial, Grant, Role
from lib.answers import instance
from lib.errors import SettingsError
from lib.ui import identity
from lib.ui.identity import may_edit

ADA = Person("ada@example.com")
EVERYBODY, NAMED = ("everyone",), ("bo@example.com",)


@pytest.mark.parametrize(
    ("editors", "email", "may"),
    [
        ((), None, False),
        ((), "ada@example.com", False),
        (("everyone",), None, True),
        (("ada@example.com",), "Ada@Example.com", True),
        (("ada@example.com",), "bob@example.com", False),
        (("ada@example.com",), None, False),
    ],
)
def test_those_named_may_edit(editors: tuple[str, ...], email: str | None, *, may: bool) -> None:
    assert may_edit(editors, email) is may


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let nobody be signed in, and everybody be let in."""
    monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=dict))
    monkeypatch.setattr(instance, "decided", Grant)
    return monkeypatch


@pytest.mark.parametrize(
    ("decision", "is_granted", "may"),
    [
        (Grant(), True, [True, True, True]),
        (Grant(ADA, Role.VIEWER), True, [True, False, False]),
        (Grant(ADA, Role.EDITOR), True, [True, True, False]),
        (Grant(ADA, Role.ADMIN), True, [True, True, True]),
        (Denial.NO_RULE, False, [False, False, False]),
    ],
)
def test_a_role_may_do_what_those_before_it_may(
    looking: pytest.MonkeyPatch, decision: Grant | Denial, is_granted: bool, may: list[bool]
) -> None:
    looking.setattr(instance, "decided", lambda: decision)

    assert identity.granted() == (decision if is_granted else None)
    assert [identity.may(role) for role in Role] == may


def test_where_the_rules_cannot_be_read_nobody_may_anything(looking: pytest.MonkeyPatch) -> None:
    def broken() -> Grant:
        raise SettingsError("open must be true or false.")

    looking.setattr(instance, "decided", broken)

    assert identity.granted() is None
    assert [identity.may(role) for role in Role] == [False, False, False]
    assert not identity.may_change_budgets(EVERYBODY, "bo@example.com")


@pytest.mark.parametrize(
    ("decision", "editors", "may"),
    [
        (Grant(), EVERYBODY, True),
        (Grant(), NAMED, True),
        (Grant(), (), False),
        (Grant(ADA, Role.EDITOR), (), True),
        (Grant(ADA, Role.VIEWER), EVERYBODY, False),
        (Denial.NO_RULE, EVERYBODY, False),
    ],
)
def test_budgets_are_changed_by_role_and_without_rules_by_those_named(
    looking: pytest.MonkeyPatch, decision: Grant | Denial, editors: tuple[str, ...], may: bool
) -> None:
    looking.setattr(instance, "decided", lambda: decision)

    assert identity.may_change_budgets(editors, "bo@example.com") is may


@pytest.mark.parametrize(
    ("decision", "claims", "email"),
    [
        (Grant(ADA), {}, "ada@example.com"),
        (Grant(Person(None)), {"is_logged_in": True, "email": "bo@example.com"}, None),
        (Grant(), {"is_logged_in": True, "email": "bo@example.com"}, "bo@example.com"),
        (Grant(), {}, None),
    ],
)
def test_what_somebody_is_called_is_written_down(
    looking: pytest.MonkeyPatch, decision: Grant, claims: dict[str, object], email: str | None
) -> None:
    written: list[tuple[object, ...]] = []
    looking.setattr(instance, "decided", lambda: decision)
    looking.setattr(instance, "write_audit", lambda *line: written.append(line))
    looking.setattr(st, "user", SimpleNamespace(to_dict=lambda: claims))

    identity.write_down(Event.CHANGE, "a note")

    assert identity.signed_in_email() == email
    assert identity.who() == (email or "not signed in")
    assert written == [(Event.CHANGE, email or "not signed in", "a note")]
