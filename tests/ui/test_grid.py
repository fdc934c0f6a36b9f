"""A table on a page holds floats to draw, addresses of profiles, and what a tick on a row narrows to."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.catalog.units import Unit
from lib.tables.columns import column, text_column
from lib.ui import grid

COLUMNS = {"name": text_column("Project"), "cost_usd": column("Spend", Unit.USD)}
TABLE = pd.DataFrame(
    {"name": ["Alpha", "Beta"], "cost_usd": [Decimal("1.5"), None]}, index=[4, 6], dtype=object
)


class Profiles:
    """A pick whose rows named Alpha have a profile; remembers what was narrowed to."""

    def __init__(self) -> None:
        self.narrowed: list[str] = []

    def profile(self, label: str) -> str | None:
        return f"/profile?id={label}" if label == "Alpha" else None

    def narrow(self, label: str) -> None:
        self.narrowed.append(label)


def shown(pick: Any = None) -> AppTest:
    def page(table: object, columns: object, pick: object) -> None:
        from lib.ui.grid import show_grid

        show_grid(table, columns, "spend", pick)  # type: ignore[arg-type]

    app = AppTest.from_function(page, args=(TABLE, COLUMNS, pick), default_timeout=20).run()
    assert not app.exception
    return app


def test_numbers_are_floats_and_what_is_missing_is_empty() -> None:
    (table,) = shown().dataframe

    assert table.value["cost_usd"].iloc[0] == 1.5
    assert table.value["cost_usd"].dtype == "float64"
    assert table.value["cost_usd"].isna().tolist() == [False, True]
    assert list(table.value.columns) == ["name", "cost_usd"]


def test_a_table_without_picks_says_nothing_of_ticks() -> None:
    assert len(shown().caption) == 0


def test_profiles_stand_second_in_a_table_that_can_be_picked_from() -> None:
    app = shown(Profiles())

    assert list(app.dataframe[0].value.columns) == ["name", "Profile", "cost_usd"]
    assert app.dataframe[0].value["Profile"].iloc[0] == "/profile?id=Alpha"
    assert [caption.value for caption in app.caption] == ["Tick a row to narrow every page to it."]


@pytest.mark.parametrize(("rows", "narrowed"), [([1], ["Beta"]), ([], [])])
def test_a_tick_narrows_to_the_first_cell_of_its_row(
    monkeypatch: pytest.MonkeyPatch, rows: list[int], narrowed: list[str]
) -> None:
    class Selection:
        def __init__(self) -> None:
            self.rows = rows

    class Event:
        selection = Selection()

    monkeypatch.setattr(grid.st, "session_state", {"grid:spend": Event()})
    pick = Profiles()
    grid._on_row("grid:spend", TABLE, pick)()  # type: ignore[arg-type]

    assert pick.narrowed == narrowed
