"""What a click on a chart or a tick on a row narrows to."""

from typing import Any

import pandas as pd
import pytest
import streamlit as st

from lib.ui import cards, grid
from lib.ui.picks import Pick

TABLE = pd.DataFrame({"name": ["Search", "=1+1"]})


def test_a_click_on_one_mark_narrows_and_on_none_or_several_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    narrowed: list[Any] = []
    monkeypatch.setattr(Pick, "narrow", lambda _pick, label: narrowed.append(label))

    class Selected:
        def __init__(self, *marks: dict[str, str]) -> None:
            self.selection = {"pick": list(marks)} if marks else {}

    clicks = [Selected({"group": "Search"}), Selected({"group": "a"}, {"group": "b"}), Selected()]
    for click in clicks:
        monkeypatch.setattr(st, "session_state", {"chart:one": click})
        cards._on_chart("chart:one", Pick("project_id", {}))()

    assert narrowed == ["Search"]


def test_a_tick_on_a_row_narrows_to_its_first_column(monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed: list[Any] = []
    monkeypatch.setattr(Pick, "narrow", lambda _pick, label: narrowed.append(label))

    class Selected:
        def __init__(self, *rows: int) -> None:
            self.selection = type("Selection", (), {"rows": list(rows)})

    for click in (Selected(), Selected(1)):
        monkeypatch.setattr(st, "session_state", {"grid:one": click})
        grid._on_row("grid:one", TABLE, Pick("project_id", {}))()

    assert narrowed == ["=1+1"]
