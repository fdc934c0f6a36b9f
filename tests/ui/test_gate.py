"""The gate: whom the app lets in, what it tells everybody else, and what it writes down."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.access.people import Person
from lib.access.rules import Access, Denial, Grant, Role, SignIn
from lib.answers import instance
from lib.errors import SettingsError
from lib.ui import gate
from lib.ui.site_map import APP
from tests.ui.drawn import drawn, values

ADA = Person("ada@example.com")
OIDC, HEADER = Access(SignIn.OIDC), Access(SignIn.HEADER)
PAGE = "what the page shows"


class Door:
    """The gate before a page, for whoever is let in or not by `decision`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.access: Access | SettingsError = Access()
        self.decision: Grant | Denial = Grant()
        self.email: str | None = ADA.email
        self.written: list[tuple[str, str, str]] = []
        self.pressed: list[tuple[str, ...]] = []
        monkeypatch.setattr(instance, "access", self._access)
        monkeypatch.setattr(instance, "decided", lambda: self.decision)
        monkeypatch.setattr(instance, "claims", lambda _access: {"email": self.email})
        monkeypatch.setattr(instance, "write_audit", lambda *line: self.written.append(line))
        monkeypatch.setattr(st, "login", lambda *provider: self.pressed.append(("in", *provider)))
        monkeypatch.setattr(st, "logout", lambda: self.pressed.append(("out",)))

    def _access(self) -> Access:
        if isinstance(self.access, SettingsError):
            raise self.access
        return self.access

    def opened(self, access: Access | SettingsError, decision: Grant | Denial) -> AppTest:
        self.access, self.decision = access, decision
        return drawn(self._page)

    def _page(self) -> None:
        gate.pass_gate()
        st.caption(PAGE)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    return Door(monkeypatch)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize(
    ("decision", "written"),
    [
        (Grant(), []),
        (Grant(ADA, Role.VIEWER), [("sign-in", "ada@example.com", "let in as viewer")]),
        (Grant(ADA), [("sign-in", "ada@example.com", "let in as everything, as no rules are declared")]),
    ],
)
def test_whoever_is_let_in_sees_the_page_and_is_written_down_once(
    door: Door, decision: Grant, written: list[tuple[str, str, str]]
) -> None:
    app = door.opened(OIDC, decision).run()

    assert values(app.caption) == [PAGE]
    assert (labels(app), door.written) == ([], written)


@pytest.mark.parametrize(
    ("access", "denial", "buttons", "written"),
    [
        (OIDC, Denial.NOT_SIGNED_IN, ["Sign in"], []),
        (OIDC, Denial.SIGN_IN_IS_OLD, ["Sign in"], ["signed in too long ago"]),
        (OIDC, Denial.NO_RULE, ["Sign out"], ["no rule names them"]),
        (
            OIDC,
            Denial.NO_TIME_OF_SIGN_IN,
            ["Sign out"],
            ["the sign-in does not say when it was made"],
        ),
        (HEADER, Denial.NOT_SIGNED_IN, [], []),
        (HEADER, Denial.NO_RULE, [], ["no rule names them"]),
    ],
)
def test_whoever_is_not_let_in_sees_why_and_what_helps(
    door: Door, access: Access, denial: Denial, buttons: list[str], written: list[str]
) -> None:
    app = door.opened(access, denial).run()

    assert values(app.title) == [APP]
    assert len(app.markdown) == 1
    assert (values(app.caption), labels(app)) == ([], buttons)
    assert door.written == [("refusal", "ada@example.com", what) for what in written]


def test_another_decision_about_the_same_tab_is_written_down_too(door: Door) -> None:
    app = door.opened(OIDC, Grant(ADA, Role.EDITOR))
    door.decision = Denial.NO_RULE
    app.run()
    door.decision = Grant(ADA, Role.EDITOR)
    app.run()

    assert [what for _, _, what in door.written] == [
        "let in as editor",
        "no rule names them",
        "let in as editor",
    ]


def test_somebody_without_an_address_is_written_down_as_nobody_known(door: Door) -> None:
    door.email = None
    app = door.opened(OIDC, Denial.NO_RULE)

    assert "You are signed in as not signed in," in values(app.markdown)[0]
    assert door.written == [("refusal", "not signed in", "no rule names them")]


def test_each_provider_has_a_button_that_leads_to_it(door: Door) -> None:
    app = door.opened(Access(SignIn.OIDC, ("google", "okta")), Denial.NOT_SIGNED_IN)

    assert labels(app) == ["Sign in with google", "Sign in with okta"]
    app.button[1].click().run()
    door.opened(OIDC, Denial.NOT_SIGNED_IN).button[0].click().run()
    door.opened(OIDC, Denial.NO_RULE).button[0].click().run()
    assert door.pressed == [("in", "okta"), ("in",), ("out",)]


def test_a_setting_that_cannot_be_lets_nobody_in(door: Door) -> None:
    app = door.opened(SettingsError("open must be true or false."), Grant())

    assert "open must be true or false" in app.error[0].value
    assert (values(app.caption), door.written) == ([], [])


@pytest.mark.parametrize(
    ("access", "decision", "masks", "said", "buttons"),
    [
        (OIDC, Grant(ADA, Role.VIEWER), False, ["Signed in as ada@example.com"], ["Sign out"]),
        (OIDC, Grant(ADA, Role.VIEWER), True, [], ["Sign out"]),
        (HEADER, Grant(ADA, Role.VIEWER), False, ["Signed in as ada@example.com"], []),
        (Access(), Grant(), False, [], []),
        (OIDC, Denial.NO_RULE, False, [], []),
    ],
)
def test_who_is_signed_in_is_said_and_can_sign_out(
    door: Door, access: Access, decision: Any, masks: bool, said: list[str], buttons: list[str]
) -> None:
    def page() -> None:
        st.session_state[instance.MASKS] = masks
        gate.show_person()

    door.access, door.decision = access, decision
    app = drawn(page)

    assert (values(app.caption), labels(app)) == (said, buttons)
