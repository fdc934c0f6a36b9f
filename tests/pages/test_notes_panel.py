"""Notes: written in the sidebar, seen by everybody on the charts, removed again."""

import datetime as dt
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.pages.conftest import Open, visit
from tests.pages.organization import ready


def add(app: AppTest, text: str) -> AppTest:
    app.text_input(key="note:text").set_value(text)
    next(b for b in app.button if b.label == "Add note").click()
    return app.run()


def charts(app: AppTest) -> str:
    return "".join(element.proto.spec for element in app.get("vega_lite_chart"))


def test_a_note_is_on_the_charts_of_everybody(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = add(open_page("overview", ready), "gateway *deploy*")

    assert "**23 Nov 2026** gateway *deploy*" in words(app)
    assert [n.text for n in loading.load_notes(instance.open_backend())] == ["gateway *deploy*"]
    for page in ("overview", "usage", "breakdown", "costs"):
        assert '"domain": ["Note"]' in charts(visit(page)), page


def test_a_removed_note_is_gone(open_page: Open) -> None:
    app = add(open_page("overview", ready), "deploy")

    next(b for b in app.button if b.label == "Remove").click().run()

    assert '"domain": ["Note"]' not in charts(app)
    assert loading.load_notes(instance.open_backend()) == ()


def test_a_note_without_words_is_not_kept_and_it_says_so(open_page: Open) -> None:
    app = add(open_page("overview", ready), "  ")

    assert [e.value for e in app.error] == ["A note needs words: say what happened, then add it again."]
    assert loading.load_notes(instance.open_backend()) == ()


def test_a_note_that_cannot_be_stored_is_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    app = open_page("overview", ready)
    monkeypatch.setattr(Store, "write_note", full)

    assert [e.value for e in add(app, "deploy").error] == ["The disk is full."]


def test_a_note_can_be_about_one_day_or_several(open_page: Open) -> None:
    app = open_page("overview", ready)
    first, last = dt.date(2026, 11, 20), dt.date(2026, 11, 22)

    for days in ((first,), (first, last)):
        app.date_input(key="note:days").set_value(days)
        add(app, "deploy")

    noted = [(note.first, note.last) for note in loading.load_notes(instance.open_backend())]
    assert noted == [(first, first), (first, last)]
