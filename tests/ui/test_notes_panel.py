"""The notes of the view's days, and those only."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.answers.view import View
from lib.errors import StoreError
from lib.periods.windows import Window
from lib.store.records.notes import Note
from lib.ui.notes_panel import show_notes
from tests.ui.drawn import drawn, values

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
VIEW = View(Window(dt.date(2026, 11, 2), dt.date(2026, 11, 9)), NOW.date())


def note(first: int, last: int | None = None, about: str = "") -> Note:
    """Return a note about days of November; its text says which."""
    days = (dt.date(2026, 11, first), dt.date(2026, 11, last or first))
    return Note(f"n{first}", *days, f"*from* {first}", about, NOW)


class Panel:
    """The panel over a store that keeps what is written to it, or raises `failure`."""

    def __init__(self, *notes: Note) -> None:
        self.notes = notes
        self.written: list[Note] = []
        self.failure: StoreError | None = None

    def write_note(self, note: Note, now: dt.datetime) -> None:
        assert now == NOW
        if self.failure:
            raise self.failure
        self.written.append(note)

    def drawn(self) -> AppTest:
        backend: Any = SimpleNamespace(store=self)
        return drawn(lambda: show_notes(backend, VIEW))


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.setattr(loading, "load_notes", lambda backend: backend.store.notes)


def labels(app: AppTest) -> list[str]:
    return [panel.label for panel in app.expander]


def add(app: AppTest, text: str, *days: int) -> AppTest:
    if days:
        app.date_input(key="note:days").set_value(tuple(dt.date(2026, 11, day) for day in days))
    app.text_input(key="note:text").set_value(text)
    next(button for button in app.button if button.label == "Add note").click()
    return app.run()


def test_only_notes_that_touch_the_days_of_the_view_are_listed_and_counted() -> None:
    app = Panel(note(1), note(1, 2), note(3, 5), note(8, 30), note(9)).drawn()

    assert labels(app) == ["Notes (3)"]
    assert values(app.markdown) == [
        "**1–2 Nov 2026** *from* 1",
        "**3–5 Nov 2026** *from* 3",
        "**8–30 Nov 2026** *from* 8",
    ]


def test_notes_about_an_anomaly_are_not_listed() -> None:
    app = Panel(note(3, about="project:a:2026-11-03")).drawn()

    assert (labels(app), values(app.markdown)) == (["Notes"], [])


def test_a_note_is_removed_by_its_button() -> None:
    panel = Panel(note(3), note(4))
    app = panel.drawn()

    app.button(key="remove:n4").click().run()

    assert [(n.note_id, n.removed) for n in panel.written] == [("n4", True)]


@pytest.mark.parametrize(
    ("days", "kept"), [((), (8, 8)), ((3,), (3, 3)), ((3, 5), (3, 5))], ids=["the last", "one", "several"]
)
def test_a_note_is_about_the_days_that_are_picked(days: tuple[int, ...], kept: tuple[int, int]) -> None:
    panel = Panel()

    add(panel.drawn(), " deploy ", *days)

    (written,) = panel.written
    assert (written.text, written.about, written.first.day, written.last.day) == ("deploy", "", *kept)


def test_without_any_day_a_note_is_about_today() -> None:
    panel = Panel()
    app = panel.drawn()

    app.date_input(key="note:days").set_value(())
    add(app, "deploy")

    assert [(n.first, n.last) for n in panel.written] == [(NOW.date(), NOW.date())]


def test_a_note_needs_words_and_says_so_once() -> None:
    panel = Panel()
    app = add(panel.drawn(), "  ")

    assert values(app.error) == ["A note needs words: say what happened, then add it again."]
    assert panel.written == []
    assert values(app.run().error) == []


def test_a_note_that_cannot_be_kept_is_said() -> None:
    panel = Panel()
    panel.failure = StoreError("The disk is full.")

    assert values(add(panel.drawn(), "deploy").error) == ["The disk is full."]
