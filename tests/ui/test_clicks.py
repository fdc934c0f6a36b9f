"""What a click on a chart or a tick on a row narrows to."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import streamlit as st

from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.ui import cards, grid, zoom
from lib.ui.picks import Pick
from lib.ui.session import Session
from lib.ui.zoom import Zoom

TABLE = pd.DataFrame({"name": ["Search", "=1+1"]})


ZOOM = Zoom(Grain.DAY, Window(dt.date(2026, 11, 1), dt.date(2026, 12, 1)))
SECOND, THIRD = (dt.datetime(2026, 11, day, tzinfo=dt.UTC).timestamp() * 1000 for day in (2, 3))


@pytest.fixture
def narrowed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what the view is narrowed to, in order: labels, and pairs of days."""
    found: list[Any] = []
    monkeypatch.setattr(Pick, "narrow", lambda _pick, label: found.append(label))
    monkeypatch.setattr(zoom, "narrow_days", lambda *days: found.append([f"{day:%-d %b}" for day in days]))
    return found


def click(monkeypatch: pytest.MonkeyPatch, zoom: Zoom | None = None, **selection: Any) -> str:
    """Select something in a chart, and return the chart's key in the next run."""
    remembered = Session()
    monkeypatch.setattr(cards, "session", lambda: remembered)
    monkeypatch.setattr(st, "session_state", {"chart:one": SimpleNamespace(selection=selection)})
    cards._on_chart("chart:one", "one", Pick("project_id", {}), zoom)()
    return cards._chart_key("chart", "one")


def test_a_click_on_one_mark_narrows_and_on_none_or_several_does_not(
    monkeypatch: pytest.MonkeyPatch, narrowed: list[Any]
) -> None:
    keys = [
        click(monkeypatch, pick=[{"group": "Search"}]),
        click(monkeypatch, pick=[{"group": "a"}, {"group": "b"}]),
        click(monkeypatch),
    ]

    assert narrowed == ["Search"]
    assert keys == ["chart:one:1", "chart:one", "chart:one"]  # a new chart has nothing selected


def test_a_click_on_a_day_and_a_stretch_of_days_narrow_the_period(
    monkeypatch: pytest.MonkeyPatch, narrowed: list[Any]
) -> None:
    click(monkeypatch, ZOOM, pick=[{"start": SECOND}])
    click(monkeypatch, ZOOM, pick=[], marked={"left": [SECOND, THIRD + 20 * 3_600_000]})
    click(monkeypatch, ZOOM, pick=[{"group": "Search"}], marked={})

    assert narrowed == [["2 Nov", "2 Nov"], ["2 Nov", "3 Nov"], "Search"]


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


def test_a_tick_on_a_row_opens_what_its_index_says(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    ticked = SimpleNamespace(selection=SimpleNamespace(rows=[0]))
    monkeypatch.setattr(st, "session_state", {"grid:one": ticked})

    grid._on_row("grid:one", TABLE.iloc[1:], None, opened.append)()

    assert opened == [1]
