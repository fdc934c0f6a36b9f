"""A page is run under its title, linked with what all pages share, and ended the same way however it ends."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.errors import SettingsError, StoreError
from lib.ui.session import session
from lib.ui.site_map import ENTRIES
from tests.ui.drawn import drawn, values

VIEW: Any = "the view"
navigation: Any = import_module("lib.ui.navigation")  # a function of that name stands before it in `lib.ui`


HOW: str = navigation.HOW_TO_READ["overview"]


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what surrounds a page, in order; no store is open."""
    done: list[str] = []
    monkeypatch.setattr(navigation, "show_scope", lambda view: done.append(f"scope: {view}"))
    monkeypatch.setattr(navigation, "show_freshness", lambda view: done.append(f"fresh: {view}"))
    monkeypatch.setattr(navigation.address_bar, "write", lambda: done.append("address"))
    monkeypatch.setattr(instance, "open_backend", lambda: _raise(SettingsError("There is no store.")))
    return done


def _raise(error: Exception) -> NoReturn:
    raise error


def ran(*steps: Any, title: str = "Who *spent*?") -> AppTest:
    """Return the page that runs `steps`, one after the other."""

    def page() -> None:
        session().view = VIEW
        shown: Any = SimpleNamespace(title=title, run=lambda: [step() for step in steps])
        navigation.run(shown)

    return drawn(page)


def test_a_page_is_drawn_under_its_title_as_it_is_written(finished: list[str]) -> None:
    app = ran(lambda: st.write("Drawn."))

    assert values(app.title) == ["Who *spent*?"]
    assert app.title[0].proto.hide_anchor
    assert values(app.markdown) == [HOW, "Drawn."]
    assert finished == ["scope: the view", "fresh: the view", "address"]


def test_what_goes_wrong_is_said_and_the_page_is_ended_as_any(finished: list[str]) -> None:
    app = ran(lambda: _raise(StoreError("The disk is full.")), lambda: st.write("Never drawn."))

    assert values(app.error) == ["**The store cannot be used.** The disk is full."]
    assert values(app.markdown) == [HOW]
    assert finished == ["scope: the view", "fresh: the view", "address"]


def test_a_page_that_halts_is_ended_once(finished: list[str]) -> None:
    app = ran(navigation.halt, lambda: st.write("Never drawn."))

    assert values(app.markdown) == [HOW]
    assert finished == ["scope: the view", "fresh: the view", "address"]


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Return the links that are drawn: the file, the label and the parameters."""
    made: list[tuple[str, str, Any]] = []

    def link(path: str, *, label: str, icon: str, query_params: Any) -> None:
        assert icon.startswith(":material/")
        made.append((path.rpartition("/")[2], label, query_params))

    monkeypatch.setattr(st, "page_link", link)
    return made


@pytest.mark.parametrize("is_demo", [True, False])
@pytest.mark.usefixtures("finished")
def test_demo_data_is_said_to_be_until_that_is_put_away(
    monkeypatch: pytest.MonkeyPatch, links: list[tuple[str, str, Any]], is_demo: bool
) -> None:
    settings = SimpleNamespace(is_demo=is_demo)
    backend = SimpleNamespace(settings=settings, store=SimpleNamespace(projects=None))
    monkeypatch.setattr(instance, "open_backend", lambda: backend)

    app = ran()

    assert [said.partition(" of an")[0] for said in values(app.caption)] == (
        [":material/science: **Demo data**"] if is_demo else []
    )
    assert [(file, label) for file, label, _ in links] == [("connection.py", "See your own")] * is_demo

    for button in app.button:
        button.click().run()

    assert values(app.caption) == []


@pytest.mark.parametrize(
    ("address", "is_said"),
    [("0.0.0.0", True), ("127.0.0.1", False)],  # noqa: S104 - at which nothing listens here
)
@pytest.mark.usefixtures("finished", "links")
def test_that_anybody_can_come_in_is_said_until_that_is_put_away(
    monkeypatch: pytest.MonkeyPatch, address: str, is_said: bool
) -> None:
    backend = SimpleNamespace(settings=SimpleNamespace(is_demo=False), store=SimpleNamespace(projects=None))
    monkeypatch.setattr(instance, "open_backend", lambda: backend)
    monkeypatch.setattr(navigation, "public_address", lambda: address)

    app = ran()

    assert [said.partition(" who")[0] for said in values(app.caption)] == (
        [":material/lock_open: **Open to everybody**"] if is_said else []
    )
    for button in app.button:
        button.click().run()
    assert values(app.caption) == []


def test_a_link_with_parameters_of_its_own_brings_what_all_pages_share(
    links: list[tuple[str, str, Any]],
) -> None:
    def page() -> None:
        session().shared = {"period": ["7d"], "kind": ["project"]}
        navigation.show_page_link("profile", "Who is it?", kind="key")
        navigation.show_page_links(costs="What?", data="Whence?")

    drawn(page)

    assert links == [
        ("profile.py", "Who is it?", {"period": ["7d"], "kind": "key"}),
        ("costs.py", "What?", None),
        ("data.py", "Whence?", None),
    ]


def viewed(monkeypatch: pytest.MonkeyPatch, **remembered: Any) -> list[str]:
    """Return what is done for a page that asks for the view of a session."""
    done: list[str] = []

    def rerun() -> None:
        done.append("rerun")
        st.stop()

    monkeypatch.setattr(navigation, "navigation", lambda: done.append("navigation"))
    monkeypatch.setattr(navigation, "choose_view", lambda: "chosen")
    monkeypatch.setattr(st, "rerun", rerun)

    def page() -> None:
        for name, value in remembered.items():
            setattr(session(), name, value)
        done.append(str(navigation.current_view()))

    drawn(page)
    return done


def test_the_view_is_the_one_of_the_sidebar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert viewed(monkeypatch, view=VIEW) == ["the view"]


def test_a_page_that_was_opened_by_itself_is_sent_through_the_frame_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert viewed(monkeypatch) == ["navigation", "rerun"]
    assert viewed(monkeypatch, rerouted=True) == ["navigation", "chosen"]


@pytest.mark.usefixtures("finished")
def test_a_page_says_beside_its_title_how_to_read_it() -> None:
    app = ran()

    assert values(app.markdown) == [HOW]


def test_every_page_says_how_to_read_it() -> None:
    assert set(navigation.HOW_TO_READ) == set(ENTRIES)
