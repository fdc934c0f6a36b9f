"""Explore's table is asked for what is searched, and for as many rows as are chosen."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.answers.exploring import Explored
from lib.catalog.measures import MEASURES
from lib.ui.picks import Pick
from lib.ui.session import session
from tests.ui.drawn import drawn, layout, values

SPEND = MEASURES["spend"]
explore_card = import_module("lib.ui.explore_card")  # the package has a function of that name
LABELS = {"project_id": {"proj_a": "Search"}, "model": {"sol": "sol"}}
ROWS = pd.DataFrame({"project_id": ["Search"], "model": ["sol"], "spend": [Decimal(3)], "spend:share": [1.0]})


class Explorer:
    """The table over an answer that has `rows` and folds `folded` of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows, self.folded = ROWS, 0
        self.asked: list[tuple[Any, ...]] = []
        self.tables: list[dict[str, Any]] = []
        self.contradictions: list[tuple[Any, ...]] = []
        self.reading: Any = SimpleNamespace(ranking=lambda *about: about)
        monkeypatch.setattr(explore_card, "explored", self._explored)
        monkeypatch.setattr(explore_card, "say_contradictions", self.contradictions.append)
        monkeypatch.setattr(explore_card, "totals_words", lambda _reading, measures: f"Total of {measures}")
        monkeypatch.setattr(explore_card, "show_table", self._table)

    def _explored(self, _reading: Any, *asked: Any) -> Explored:
        self.asked.append(asked)
        return Explored(self.rows, ("project_id", "model"), (SPEND,), LABELS, self.folded, None)

    def _table(self, question: str, rows: pd.DataFrame, columns: Any, **more: Any) -> None:
        self.tables.append({"question": question, "rows": rows, "columns": list(columns), **more})

    def drawn(self, **kept: list[str]) -> AppTest:
        def page() -> None:
            session().kept = {**kept, **session().kept}
            explore_card.explore_card(
                "Who and what?", self.reading, ("project_id", "model"), ("spend", "requests"), name="explored"
            )

        return drawn(page)


@pytest.fixture
def explorer(monkeypatch: pytest.MonkeyPatch) -> Explorer:
    return Explorer(monkeypatch)


BY, SLUGS = ("project_id", "model"), ("spend", "requests")


@pytest.mark.parametrize(
    ("kept", "wanted", "most"),
    [
        ({}, "", 10),
        ({"top": ["5"]}, "", 5),
        ({"top": ["all"]}, "", None),
        ({"top": ["7"]}, "", 10),
        ({"named": ["sol"]}, "sol", 10),
    ],
)
def test_what_is_searched_and_how_many_rows_there_are_is_kept(
    explorer: Explorer, kept: dict[str, list[str]], wanted: str, most: int | None
) -> None:
    app = explorer.drawn(**kept)

    assert explorer.asked == [(BY, SLUGS, wanted, most)]
    assert [o for group in app.button_group for o in group.options] == ["5", "10", "25", "All"]


def test_the_table_says_its_totals_and_leads_to_its_first_dimension(explorer: Explorer) -> None:
    app = explorer.drawn()

    (table,) = explorer.tables
    assert table["rows"] is ROWS
    assert table["columns"] == ["project_id", "model", "spend", "spend:share"]
    assert (table["question"], table["name"]) == ("Who and what?", "explored")
    assert table["note"] == f"Total of {(SPEND,)}"
    assert table["pick"] == Pick("project_id", {"Search": "proj_a", "(none)": "(none)"})
    assert explorer.contradictions == [(SPEND, "project_id")]
    assert (len(app.button), len(app.info)) == (0, 0)


def test_it_is_said_where_nothing_bears_the_name(explorer: Explorer) -> None:
    explorer.rows = ROWS.head(0)

    app = explorer.drawn(named=["so*l"])

    assert values(app.info) == ["No row has “so*l” in its name or id."]
    assert explorer.tables == []


def test_what_is_in_other_can_be_opened(explorer: Explorer) -> None:
    explorer.folded = 1234
    app = explorer.drawn()

    assert [button.label for button in app.button] == ["Show the 1,234 in Other"]
    app.button[0].click().run()
    assert explorer.asked[-1] == (BY, SLUGS, "", None)


def test_the_search_stands_beside_the_number_of_rows(explorer: Explorer) -> None:
    assert layout(explorer.drawn()) == ["row"]
