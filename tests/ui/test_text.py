"""Text is drawn as it is written: whatever a name holds, it stays text."""

from typing import Any

import pytest
import streamlit as st

from lib.ui import text
from lib.wording.escaping import markdown_text

HARMFUL = "![x](http://127.0.0.1:9/p.gif) $x$ <b>"


@pytest.mark.parametrize(
    ("name", "drawn_by"),
    [
        ("heading", "header"),
        ("subheading", "subheader"),
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
    monkeypatch.setattr(st, drawn_by, lambda body, **_options: drawn.append(body))

    getattr(text, name)(HARMFUL)

    assert drawn == [markdown_text(HARMFUL)]
    assert markdown_text(HARMFUL) != HARMFUL


def test_headings_have_no_anchors(monkeypatch: pytest.MonkeyPatch) -> None:
    anchors: list[object] = []
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
