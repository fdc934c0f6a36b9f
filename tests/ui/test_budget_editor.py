"""Who may change budgets, what the form keeps, and what was changed before."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.catalog.dimensions import UNATTRIBUTED
from lib.errors import StoreError
from lib.store.budget_file import MOST
from lib.store.records.budgets import Budget
from lib.ui import budget_editor
from lib.wording.labels import Labels
from tests.ui.drawn import drawn, layout, values

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
EVERYONE = ("everyone",)
FROM_FILE = Budget("", "", Decimal(45))
SET_HERE = Budget("project_id", "proj_*a*", Decimal("1234.5"), written_at=NOW, who="ada@example.com")


class Editor:
    """The editor over a store that keeps what is written to it, or raises `failure`."""

    def __init__(self, *budgets: Budget, editors: tuple[str, ...] = EVERYONE) -> None:
        self.given = budgets
        self.teams: object | None = None
        self.organizations: tuple[str, ...] = ()
        self.settings = SimpleNamespace(editors=editors)
        self.written: list[Budget] = []
        self.changes: tuple[Budget, ...] = ()
        self.failure: StoreError | None = None

    @property
    def backend(self) -> Any:
        return SimpleNamespace(store=self, settings=self.settings)

    def write_budget(self, budget: Budget, now: dt.datetime) -> None:
        assert now == NOW
        if self.failure:
            raise self.failure
        self.written.append(budget)

    def budgets(self) -> tuple[Budget, ...]:
        return self.changes

    def drawn(self) -> AppTest:
        return drawn(lambda: budget_editor.show_budget_editor(self.backend, Labels(()), self.given))


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {
        "project_id": ("proj_b", "Proj_a", UNATTRIBUTED),
        "model": ("gpt-6-2026-01-01", "gpt-6", UNATTRIBUTED),
    }
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.setattr(loading, "load_values", lambda _backend: stored)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def set_budget(app: AppTest, amount: float) -> AppTest:
    app.number_input(key="editor:amount").set_value(amount)
    return press(app, "Set budget")


HERE = "You are not signed in"


@pytest.mark.parametrize(
    ("editors", "said", "may"),
    [
        (EVERYONE, "Everyone who can open this page may set budgets here.", True),
        (
            (),
            "Budgets are changed in the budget file. Nobody may change them here, because "
            "`[budgets] editors` in the settings names nobody.",
            False,
        ),
        (
            ("ada@example.com",),
            f"{HERE}. Budgets are changed here by those whose address is in `[budgets] editors` only.",
            False,
        ),
    ],
)
def test_it_is_said_who_may_change_budgets(editors: tuple[str, ...], said: str, may: bool) -> None:
    app = Editor(editors=editors).drawn()

    assert "frame" in layout(app)
    assert values(app.caption)[0].startswith(said)
    assert [button.label for button in app.button] == ["Set budget"] * may


@pytest.mark.parametrize(
    ("email", "said", "may"),
    [
        (
            "Ada@example.com",
            "You are signed in as Ada@example.com and may set budgets here. They stand",
            True,
        ),
        ("bob@example.com", "You are signed in as bob@example.com. Budgets are changed here by those", False),
    ],
)
def test_those_named_may_once_they_are_signed_in(
    monkeypatch: pytest.MonkeyPatch, email: str, said: str, may: bool
) -> None:
    monkeypatch.setattr(budget_editor, "signed_in_email", lambda: email)

    app = Editor(editors=("ada@example.com",)).drawn()

    assert values(app.caption)[0].startswith(said)
    assert [button.label for button in app.button] == ["Set budget"] * may


def test_a_budget_is_for_the_whole_organization_unless_something_is_chosen() -> None:
    editor = Editor()

    set_budget(editor.drawn(), 100.256)

    assert editor.written == [Budget("", "", Decimal("100.26"), who="not signed in")]


def test_a_budget_is_for_one_of_those_that_are_stored_in_the_order_of_their_names() -> None:
    editor = Editor()
    app = editor.drawn()

    app.selectbox(key="editor:dimension").set_value("project_id").run()
    assert app.selectbox(key="editor:project_id").options == ["Proj_a", "proj_b"]
    app.selectbox(key="editor:project_id").set_value("proj_b")
    set_budget(app, 5)

    assert [(b.dimension, b.about, b.amount) for b in editor.written] == [
        ("project_id", "proj_b", Decimal(5))
    ]


def test_models_go_by_the_name_that_bills_give_them() -> None:
    app = Editor().drawn()

    app.selectbox(key="editor:dimension").set_value("model").run()

    assert app.selectbox(key="editor:model").options == ["gpt-6"]


@pytest.mark.parametrize(
    ("amount", "kept"), [(0.0, False), (0.01, True), (float(MOST) - 1, True), (float(MOST), False)]
)
def test_an_amount_is_above_nothing_and_below_the_most(amount: float, kept: bool) -> None:
    editor = Editor()

    app = set_budget(editor.drawn(), amount)

    assert bool(editor.written) is kept
    assert values(app.error) == (
        [] if kept else ["A budget needs what it is for and an amount above 0: choose both, then set it."]
    )


def test_a_budget_for_nobody_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_values", lambda _backend: {})
    editor = Editor()
    app = editor.drawn()

    app.selectbox(key="editor:dimension").set_value("project_id").run()
    app = set_budget(app, 5)

    assert (editor.written, len(app.error)) == ([], 1)


def test_only_what_was_set_here_can_be_removed_here() -> None:
    editor = Editor(FROM_FILE, SET_HERE)
    app = editor.drawn()

    assert values(app.markdown) == ["**proj_*a* (project)**: $1,234.50, set by ada@example.com"]

    press(app, "Remove")

    assert editor.written == [replace(SET_HERE, removed=True, who="not signed in")]


def test_a_change_is_refused_to_those_who_may_no_longer() -> None:
    editor = Editor(SET_HERE)
    app = editor.drawn()
    editor.settings.editors = ()

    app = press(app, "Remove")

    assert editor.written == []
    assert values(app.error) == ["You may not change budgets here. Nothing was changed."]
    assert values(app.run().error) == []


def test_a_budget_that_cannot_be_kept_is_said() -> None:
    editor = Editor()
    editor.failure = StoreError("The disk is full.")

    assert values(set_budget(editor.drawn(), 5).error) == ["The disk is full."]


def test_changes_are_listed_the_newest_first() -> None:
    editor = Editor()
    later = replace(SET_HERE, removed=True, who="bob@example.com", written_at=NOW + dt.timedelta(hours=1))
    editor.changes = (SET_HERE, later)

    app = drawn(lambda: budget_editor.show_changes(editor.backend, Labels(())))

    (table,) = app.dataframe
    assert [[*row] for row in table.value[["who", "what", "about"]].itertuples(index=False)] == [
        ["bob@example.com", "Removed", "proj_*a* (project)"],
        ["ada@example.com", "Set", "proj_*a* (project)"],
    ]
    pinned = [name for name, how in json.loads(table.proto.columns).items() if how.get("pinned")]
    assert pinned == ["written_at"]


def test_without_changes_nothing_is_listed() -> None:
    assert len(drawn(lambda: budget_editor.show_changes(Editor().backend, Labels(()))).main) == 0
