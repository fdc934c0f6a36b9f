from typing import Any

import pytest
import streamlit as st

from lib.ui.site_map import ENTRIES, UNKNOWN, entry_of
from lib.ui.unknown_page import show_unknown_page
from tests.ui.drawn import drawn, values


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def link(path: str, **_options: Any) -> None:
        made.append(path.rpartition("/")[2].removesuffix(".py"))

    monkeypatch.setattr(st, "page_link", link)
    return made


@pytest.mark.parametrize(("address", "first"), [("cost", "costs"), ("Uasge", "usage"), ("zzz", "overview")])
def test_the_page_that_is_called_most_like_it_is_the_first_of_all(
    links: list[str], address: str, first: str
) -> None:
    app = drawn(lambda: show_unknown_page(address))

    assert f"There is no page called “{address}”." in values(app.markdown)[0]
    assert links[0] == first
    assert sorted(links) == sorted(ENTRIES)


@pytest.mark.usefixtures("links")
def test_an_address_is_quoted_as_it_is_written() -> None:
    app = drawn(lambda: show_unknown_page("![p](http://127.0.0.1:9)"))

    assert "“![p](http://127.0.0.1:9)”" in values(app.markdown)[0]


def test_an_address_without_a_path_is_the_first_page_and_others_that_are_unknown_none() -> None:
    assert entry_of("").file == "overview"
    assert entry_of("costs").file == "costs"
    assert entry_of("cost") is UNKNOWN
    assert UNKNOWN.controls == ()
