"""Text on a page is drawn as it is written."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.ui import text
from lib.ui.session import Session
from lib.wording.escaping import markdown_text

LINK, AS_TEXT = "[a](http://b)", "\\[a\\]"


def page() -> None:
    from lib.ui import text

    link = "[a](http://b)"
    text.heading(link)
    text.subheading(link)
    text.sentence(link)
    text.caption(link)
    text.info(link, icon=":material/info:")
    text.success(link, icon=":material/check:")
    text.warning(link, icon=":material/warning:")
    text.error(link, icon=":material/error:")
    text.button(link, help=link, key="plain")
    text.button("b", key="bare")
    text.metric(link, "1", "+2", help=link, delta_color="inverse")
    text.metric("m", "3")


def drawn() -> AppTest:
    app = AppTest.from_function(page).run()
    assert not app.exception
    return app


def test_nothing_that_is_drawn_is_a_link() -> None:
    app = drawn()

    said = [app.header[0], app.subheader[0], app.markdown[0], app.caption[0]]
    boxes = [app.info[0], app.success[0], app.warning[0], app.error[0]]
    assert [AS_TEXT in element.value for element in (*said, *boxes)] == [True] * 8
    assert AS_TEXT in app.button[0].label
    assert AS_TEXT in app.button[0].help
    assert AS_TEXT in app.metric[0].label
    assert AS_TEXT in app.metric[0].help


def test_headings_have_no_anchor() -> None:
    app = drawn()

    assert [app.header[0].proto.hide_anchor, app.subheader[0].proto.hide_anchor] == [True, True]


def test_a_box_has_the_icon_that_it_is_given() -> None:
    app = drawn()

    assert [box.icon for box in (app.info[0], app.success[0], app.warning[0], app.error[0])] == [
        ":material/info:",
        ":material/check:",
        ":material/warning:",
        ":material/error:",
    ]


def test_a_number_is_framed_and_keeps_its_change() -> None:
    first, second = drawn().metric

    assert (first.value, first.delta, first.proto.show_border) == ("1", "+2", True)
    assert (second.value, second.delta, second.help) == ("3", "", "")


def test_what_has_no_help_says_none() -> None:
    assert drawn().button[1].help == ""


def test_options_are_put_in_words_that_are_text() -> None:
    from lib.ui import text

    assert AS_TEXT in text.labels(lambda option: f"{option}{LINK}")("x")


HARMFUL = "![x](http://127.0.0.1:9/p.gif) $x$ <b>"


@pytest.mark.parametrize(
    ("name", "drawn_by"),
    [
        ("heading", "header"),
        ("subheading", "header"),
        ("sentence", "markdown"),
        ("caption", "caption"),
        ("info", "info"),
        ("success", "success"),
        ("warning", "warning"),
        ("error", "error"),
        ("button", "button"),
    ],
)
def test_no_text_is_markdown(monkeypatch: pytest.MonkeyPatch, name: str, drawn_by: str) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(text, "session", Session)
    monkeypatch.setattr(st, drawn_by, lambda body, **_options: drawn.append(body))

    getattr(text, name)(HARMFUL)

    assert drawn == [markdown_text(HARMFUL)]
    assert markdown_text(HARMFUL) != HARMFUL


def test_headings_have_no_anchors(monkeypatch: pytest.MonkeyPatch) -> None:
    anchors: list[object] = []
    monkeypatch.setattr(text, "session", Session)
    for kind in ("header", "subheader"):
        monkeypatch.setattr(st, kind, lambda _body, anchor=None: anchors.append(anchor))

    text.heading("a")
    text.subheading("a")

    assert anchors == [False, False]


def test_explanations_are_no_markdown_either_and_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(st, "button", lambda _label, **options: drawn.append(options["help"]) or True)
    monkeypatch.setattr(
        st, "metric", lambda *_all, **options: drawn.append((options["help"], options["border"]))
    )

    assert text.button("Reset", help=HARMFUL) is True
    text.button("Reset")
    text.metric("Spend", "$1", help=HARMFUL)
    text.metric("Spend", "$1")

    escaped = markdown_text(HARMFUL)
    assert drawn == [escaped, None, (escaped, True), (None, True)]


def test_options_that_are_drawn_as_markdown_are_escaped() -> None:
    assert text.labels(lambda option: f"*{option}*")("a") == markdown_text("*a*")


def test_a_card_is_headed_a_level_below_the_part_that_it_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, str]] = []
    tab = Session()
    monkeypatch.setattr(text, "session", lambda: tab)
    for kind in ("header", "subheader"):
        monkeypatch.setattr(st, kind, lambda body, kind=kind, **_options: drawn.append((kind, body)))

    text.subheading("a")
    text.heading("b")
    text.subheading("c")

    assert drawn == [("header", "a"), ("header", "b"), ("subheader", "c")]
