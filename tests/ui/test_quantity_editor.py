"""Quantities are kept as they were uploaded or changed, once every line is right."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.errors import StoreError
from lib.store.records.quantities import Quantity
from lib.ui import quantity_editor
from tests.ui.drawn import drawn, layout, values

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
FILE = "date,name,quantity\n2026-11-01,tickets,10\n2026-11-02,tickets,30.50\n2026-11-02,*docs*,1\n"


def tickets(day: int, count: str) -> Quantity:
    return Quantity("tickets", dt.date(2026, 11, day), Decimal(count), "Ada")


HELD = (tickets(1, "10"), tickets(2, "2.50"))


class Editor:
    """The editor over a store that keeps what is written to it, or raises `failure`."""

    def __init__(self, *held: Quantity) -> None:
        self.held = held
        self.written: list[Quantity] = []
        self.failure: StoreError | None = None

    def write_quantities(self, quantities: list[Quantity], now: dt.datetime) -> None:
        assert now == NOW
        if self.failure:
            raise self.failure
        self.written += quantities

    def drawn(self) -> AppTest:
        backend: Any = SimpleNamespace(store=self)
        return drawn(lambda: quantity_editor.show_quantity_editor(backend, "tickets", self.held))


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "now", lambda: NOW)


def upload(app: AppTest, text: str) -> AppTest:
    app.file_uploader(key="quantities:file").set_value([("quantities.csv", text.encode(), "text/csv")])
    return app.run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def edit(monkeypatch: pytest.MonkeyPatch, *rows: tuple[object, object]) -> None:
    """Let the table of what is kept be edited to `rows` of a date and a quantity."""

    def edited(held: Any, **_options: Any) -> Any:
        return (
            held.head(0)
            .reindex(range(len(rows)))
            .assign(date=[date for date, _ in rows], quantity=[quantity for _, quantity in rows])
        )

    monkeypatch.setattr(quantity_editor.st, "data_editor", edited)


def test_a_file_is_shown_before_it_is_kept() -> None:
    editor = Editor()
    app = upload(editor.drawn(), FILE)

    assert "frame" in layout(app)
    assert values(app.markdown) == ["3 quantities of *docs*, tickets can be kept:"]
    assert app.dataframe[0].value.to_dict("split")["data"] == [
        ["2026-11-01", "tickets", "10"],
        ["2026-11-02", "tickets", "30.5"],
        ["2026-11-02", "*docs*", "1"],
    ]
    assert editor.written == []

    press(app, "Keep them")

    assert [(q.name, q.day.day, q.quantity, q.who) for q in editor.written] == [
        ("tickets", 1, Decimal(10), "not signed in"),
        ("tickets", 2, Decimal("30.50"), "not signed in"),
        ("*docs*", 2, Decimal(1), "not signed in"),
    ]


def problems(count: int) -> list[str]:
    """Return what is said of a file with so many bad lines, the first line of the box apart."""
    app = upload(Editor().drawn(), "date,name,quantity\n" + "soon,tickets,1\n" * count)
    assert labels(app) == []
    (box,) = values(app.error)
    return box.splitlines()


def test_a_file_with_a_mistake_is_refused_line_by_line_and_no_more_than_twenty() -> None:
    assert len(problems(20)) == 20
    assert problems(1)[0].startswith("- Line 2")
    assert problems(23)[20:] == ["- … and 3 more."]


def test_who_uploads_is_kept_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantity_editor, "who", lambda: "ada@example.com")
    editor = Editor()

    press(upload(editor.drawn(), FILE), "Keep them")

    assert {q.who for q in editor.written} == {"ada@example.com"}


def test_without_quantities_there_is_nothing_to_change() -> None:
    assert len(Editor().drawn().expander) == 0
    assert [panel.label for panel in Editor(*HELD).drawn().expander] == ["Change the quantities of tickets"]


def test_what_was_not_changed_cannot_be_saved() -> None:
    app = Editor(*HELD).drawn()

    (save,) = [button for button in app.button if button.label.startswith("Save")]
    assert (save.label, save.disabled) == ("Save 0 changes", True)


def test_changed_new_and_missing_days_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    edit(monkeypatch, ("2026-11-02", "3"), ("2026-11-03", "7"))
    editor = Editor(*HELD)

    press(editor.drawn(), "Save 3 changes")

    assert [(q.day.day, q.quantity, q.removed) for q in editor.written] == [
        (2, Decimal(3), False),
        (3, Decimal(7), False),
        (1, Decimal(10), True),
    ]


@pytest.mark.parametrize("row", [(None, "1"), ("2026-11-04", None), ("2027-11-04", "1"), ("2026-11-04", "x")])
def test_a_row_that_is_wrong_is_named_and_nothing_can_be_saved(
    monkeypatch: pytest.MonkeyPatch, row: tuple[object, object]
) -> None:
    edit(monkeypatch, ("2026-11-02", "3"), row)

    app = Editor(*HELD).drawn()

    assert values(app.error)[0].startswith("- Row 2")
    assert labels(app) == ["Remove all of tickets"]


def test_all_of_a_name_is_removed_at_once() -> None:
    editor = Editor(*HELD)

    press(editor.drawn(), "Remove all of tickets")

    assert editor.written == [replace(q, removed=True, who="not signed in") for q in HELD]


def test_what_cannot_be_kept_is_said_once() -> None:
    editor = Editor()
    editor.failure = StoreError("The disk is full.")

    app = press(upload(editor.drawn(), FILE), "Keep them")

    assert values(app.error) == ["The disk is full."]
    assert values(app.run().error) == []


def test_rows_are_not_numbered_before_they_are_kept() -> None:
    app = upload(Editor().drawn(), FILE)

    assert '"_index": {"hidden": true' in app.dataframe[0].proto.columns
