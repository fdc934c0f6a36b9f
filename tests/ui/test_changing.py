"""A change is carried out by whoever may, written down, and said where it fails."""

from collections.abc import Callable

import pytest
import streamlit as st

from lib.access.audit import Event
from lib.errors import StoreError
from lib.ui import changing
from tests.ui.drawn import drawn, values


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Event, str]]:
    """Return what was written into the audit log."""
    lines: list[tuple[Event, str]] = []
    monkeypatch.setattr(changing, "write_down", lambda event, what: lines.append((event, what)))
    return lines


def said(act: Callable[[], None], *, allowed: bool = True) -> list[str]:
    """Return whether a change was done, and what is said of it."""

    def page() -> None:
        done = changing.carry_out(act, what="a note", allowed=allowed, refused="change notes", said_in="why")
        st.caption(f"{done}: {st.session_state.get('why')}")

    return values(drawn(page).caption)


def fails() -> None:
    raise StoreError("The disk is full.")


def test_what_was_done_is_written_down(written: list[tuple[Event, str]]) -> None:
    done: list[str] = []

    assert said(lambda: done.append("once")) == ["True: None"]
    assert (done, written) == (["once"], [(Event.CHANGE, "a note")])


def test_whoever_may_not_changes_nothing(written: list[tuple[Event, str]]) -> None:
    done: list[str] = []

    assert said(lambda: done.append("once"), allowed=False) == [
        "False: You may not change notes here. Nothing was changed."
    ]
    assert (done, written) == ([], [])


def test_what_fails_is_said_and_not_written_down(written: list[tuple[Event, str]]) -> None:
    assert said(fails) == ["False: The disk is full."]
    assert written == []
