"""How each dollar came to somebody's name is said beside who spent most."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.allocation.shares import Basis
from lib.answers.spending import SPENDERS
from lib.answers.view import View
from lib.periods.windows import Window
from lib.ui import allocation_cards
from lib.ui.picks import Pick
from lib.ui.session import session
from tests.charts.drawn_data import titles
from tests.shown import shown
from tests.ui.drawn import drawn, values

VIEW = View(Window(dt.date(2026, 11, 1), dt.date(2026, 11, 8)), dt.date(2026, 11, 23))
KEYS = SPENDERS["api_key_id"]


def bases(unnamed: float = 0, **dollars: int) -> AppTest:
    """Return what is said where so many dollars came by each basis."""
    by_basis = {Basis[name.upper()]: Decimal(amount) for name, amount in dollars.items()}
    found: Any = SimpleNamespace(by_basis=by_basis, unnamed=Decimal(unnamed))
    return drawn(lambda: allocation_cards._show_bases(found, KEYS))


def test_each_way_in_which_dollars_came_to_a_name_has_its_amount_and_share() -> None:
    app = bases(billed=3, allocated=1)

    assert [(shown(m.label).rpartition(", ")[2], m.value) for m in app.metric] == [
        ("75.0%", "$3.00"),
        ("25.0%", "$1.00"),
    ]
    assert len(app.caption) == 1


@pytest.mark.parametrize(
    ("unnamed", "said"),
    [
        (0, "All of it is billed: the bill itself names the API key of every dollar."),
        (2, "All of it is billed. $2.00 of the bill belong to no API key."),
        (0.5, "All of it is billed. $0.50 of the bill belong to no API key."),
        (-2, "All of it is billed. $2.00 of credits belong to no API key."),
    ],
)
def test_a_bill_that_names_everybody_is_said_to_and_what_it_does_not(unnamed: float, said: str) -> None:
    app = bases(unnamed, billed=3)

    assert (values(app.caption), len(app.metric)) == ([said], 0)


class Page:
    """The cards over an answer of nothing; `asked` are the dimensions that were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.empty: list[str] = []
        self.teams: object | None = None
        self.organizations: tuple[str, ...] = ()
        reading: Any = SimpleNamespace(any_rows=lambda _measure: None)
        monkeypatch.setattr(allocation_cards.instance, "open_backend", lambda: SimpleNamespace(store=self))
        monkeypatch.setattr(allocation_cards, "require", lambda *_given, **_more: reading)
        monkeypatch.setattr(allocation_cards.spending, "sources_of", lambda _reading, _by: [])
        monkeypatch.setattr(allocation_cards, "allocated_spend", self._answer)
        monkeypatch.setattr(
            allocation_cards, "show_empty", lambda _view, what, _rows: self.empty.append(what)
        )

    def _answer(self, _reading: Any, by: tuple[str, ...]) -> Any:
        self.asked.append(by)
        return SimpleNamespace(any=False)

    def drawn(self, whose: str, **kept: list[str]) -> AppTest:
        def page() -> None:
            session().kept = kept
            allocation_cards.show_allocation(VIEW, whose)

        return drawn(page)


def test_a_second_dimension_is_asked_for_where_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch)

    app = page.drawn("project_id")
    page.drawn("project_id", also=["model"])
    page.drawn("project_id", also=["project_id"])

    assert page.asked == [("project_id",), ("project_id", "model"), ("project_id",)]
    assert [shown(option) for option in app.button_group[0].options] == [
        "Nothing",
        "Model",
        "User",
        "API key",
    ]


def test_teams_are_offered_where_they_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch)
    page.teams = "declared"

    options = [shown(option) for option in page.drawn("project_id").button_group[0].options]

    assert options == ["Nothing", "Model", "User", "API key", "Team"]


def test_where_nothing_was_spent_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(monkeypatch)

    page.drawn("owner")

    assert page.empty == ["costs"]


def test_a_card_leads_to_those_that_can_be_narrowed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    picks: list[Any] = []
    monkeypatch.setattr(allocation_cards, "show_figure", lambda *_given, **more: picks.append(more["pick"]))
    rows = pd.DataFrame({"group": [f"key {n}" for n in range(20)], "value": [1.0] * 20})
    drawn_rows: list[int] = []

    def few(most: int) -> pd.DataFrame:
        drawn_rows.append(most)
        return rows.head(most)

    found: Any = SimpleNamespace(
        compared_with=None,
        ranked=few,
        table=rows,
        has_estimates=False,
        allocated_before=None,
    )
    pick = Pick("api_key_id", {"a": "key_a"})

    for given in (pick, None):
        allocation_cards._spenders_card(found, KEYS, given)

    assert (picks, drawn_rows) == ([pick, None], [15, 15])


def test_who_spent_most_is_set_against_the_compared_period(monkeypatch: pytest.MonkeyPatch) -> None:
    cards: list[Any] = []
    monkeypatch.setattr(allocation_cards, "show_figure", lambda *given, **more: cards.append((given, more)))
    rows = pd.DataFrame({"group": ["CI"], "value": [3.0], "previous": [2.0]})
    for compared_with in ("1–7 Nov 2026", None):
        found: Any = SimpleNamespace(
            compared_with=compared_with,
            ranked=lambda _most: rows,
            table=rows,
            has_estimates=False,
            allocated_before=None,
        )
        allocation_cards._spenders_card(found, KEYS, None)

    (compared, more), (alone, less) = cards
    assert (compared[0], more["name"]) == ("Which API keys spent most?", "who")
    assert titles(compared[1]) == ["API key", "Spend", "1–7 Nov 2026"]
    assert "before" in compared[3]
    assert more["note"] == "The grey mark is 1–7 Nov 2026."
    assert "before" not in alone[3]
    assert less["note"] is None


@pytest.mark.parametrize("has_estimates", [True, False])
def test_estimates_have_a_column_where_there_are_any(
    monkeypatch: pytest.MonkeyPatch, has_estimates: bool
) -> None:
    columns: list[Any] = []
    monkeypatch.setattr(allocation_cards, "show_figure", lambda *given, **_more: columns.append(given[3]))
    rows = pd.DataFrame({"group": ["CI"], "value": [3.0]})
    found: Any = SimpleNamespace(
        compared_with=None,
        ranked=lambda _most: rows,
        table=rows,
        has_estimates=has_estimates,
        allocated_before=None,
    )

    allocation_cards._spenders_card(found, KEYS, None)

    assert ("estimated" in columns[0]) is has_estimates


@pytest.mark.parametrize(
    ("whose", "also", "left_over", "cards"),
    [
        ("project_id", [], 0, ["who"]),
        ("project_id", ["model"], 0, ["who", "who-also"]),
        ("owner", ["model"], 2, ["who", "who-also", "not-allocated"]),
    ],
)
def test_what_was_spent_is_drawn_by_each_dimension_and_what_could_not_be_allocated(
    monkeypatch: pytest.MonkeyPatch, whose: str, also: list[str], left_over: int, cards: list[str]
) -> None:
    page = Page(monkeypatch)
    rows = pd.DataFrame({"line_item": ["a", "b"], "reason": ["r", "r"], "costs.cost_usd": [1, 2]})
    found: Any = SimpleNamespace(any=True, nameable={"proj_a": "Search"}, left_over=rows.head(left_over))
    made: list[tuple[str, Any]] = []
    monkeypatch.setattr(page, "_answer", lambda _reading, _by: found)
    monkeypatch.setattr(allocation_cards, "allocated_spend", lambda _reading, _by: found)
    monkeypatch.setattr(allocation_cards, "_show_bases", lambda *_given: None)
    monkeypatch.setattr(allocation_cards, "_spenders_card", lambda *given: made.append(("who", given[-1])))
    monkeypatch.setattr(allocation_cards, "by_two", lambda *_given: "by two")
    monkeypatch.setattr(
        allocation_cards, "two_way_card", lambda *_given, **more: made.append((more["name"], more["pick"]))
    )
    monkeypatch.setattr(
        allocation_cards, "show_table", lambda *given, **more: made.append((more["name"], given[2]))
    )

    page.drawn(whose, also=also)

    assert [name for name, _ in made] == cards
    pick = None if whose == "owner" else Pick("project_id", {"Search": "proj_a", "(none)": "(none)"})
    assert [given for name, given in made if name != "not-allocated"] == [pick] * min(2, len(cards))
    assert [c.pinned for name, given in made if name == "not-allocated" for c in given.values()] == [
        True,
        False,
        False,
    ][: 3 if left_over else 0]
