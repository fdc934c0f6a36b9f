"""What the buttons that copy put on the clipboard, and what they say."""

from typing import Any

import pytest

from lib.ui import copying


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what buttons are given, in order."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(copying, "_button", lambda *, data, **_: found.append(data))
    return found


def test_a_message_is_copied_as_it_is(given: list[dict[str, Any]]) -> None:
    copying.show_copy_message("Unusual: *Shop*")

    assert [(said["words"], said["text"]) for said in given] == [("Copy message", "Unusual: *Shop*")]


def test_a_link_is_whatever_the_address_bar_holds_then(given: list[dict[str, Any]]) -> None:
    copying.show_copy_link()

    assert [(said["words"], said["text"]) for said in given] == [("Copy link", "")]
