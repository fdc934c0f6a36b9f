"""A table on a page: how its columns are drawn, and what its rows lead to."""

import json
import tomllib
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers.stored_data import PAGE
from lib.catalog.units import Unit
from lib.configuration.secrets_files import ROOT
from lib.periods.grains import Grain
from lib.tables.columns import Column, column, link_column, small_dollars_column, start_column, text_column
from lib.ui.grid import show_grid
from lib.ui.picks import Pick
from tests.shown import shown


def page(draw: object) -> None:
    """Run what draws a grid."""
    draw()  # type: ignore[operator]  # AppTest runs this without the imports


def drawn(table: pd.DataFrame, columns: dict[str, Column], pick: Pick | None = None) -> AppTest:
    app = AppTest.from_function(
        page, default_timeout=20, args=(lambda: show_grid(table, columns, "one", pick),)
    ).run()
    assert not app.exception
    return app


def configured(app: AppTest) -> dict[str, Any]:
    return dict(json.loads(app.dataframe[0].proto.columns))


PROJECTS = pd.DataFrame({"project": ["Search", "No project"], "value": [Decimal("1.10"), None]})
COLUMNS = {
    "project": text_column("Project", pinned=True),
    "value": column("Spend", Unit.USD, "Billed *here*."),
}


def test_numbers_are_drawn_as_floats_and_what_is_missing_stays_missing() -> None:
    values = drawn(PROJECTS, COLUMNS).dataframe[0].value["value"]

    assert values.dtype == "float64"
    assert values.iloc[0] == 1.1
    assert pd.isna(values.iloc[1])


def test_numbers_stay_in_their_rows_whatever_these_are_called() -> None:
    values = drawn(PROJECTS.set_axis(["a", "b"]), COLUMNS).dataframe[0].value["value"]

    assert values.iloc[0] == 1.1


def test_small_dollars_are_rounded_because_a_browser_cuts_them_off_at_their_step() -> None:
    table = pd.DataFrame({"cost": [Decimal("-0.00455"), Decimal("0.00004"), None]})

    values = drawn(table, {"cost": small_dollars_column("Per ticket", 4)}).dataframe[0].value["cost"]

    assert values.tolist()[:2] == [-0.0046, 0]
    assert pd.isna(values.iloc[2])


@pytest.mark.parametrize(
    ("held", "about", "kind", "options"),
    [
        (Decimal(1), column("Spend", Unit.USD), "number", {"format": "dollar"}),
        (Decimal(1), small_dollars_column("Per ticket", 4), "number", {"format": "dollar", "step": 0.0001}),
        ("2026-11-01", start_column(Grain.DAY), "date", {"format": "D MMM YYYY"}),
        (
            "2026-11-01",
            start_column(Grain.HOUR),
            "datetime",
            {"format": "D MMM YYYY, HH:mm", "timezone": "UTC"},
        ),
        ("/x", link_column("Profile", "Open"), "link", {"display_text": "Open"}),
        ("a", text_column("Project"), "text", {}),
    ],
)
def test_a_column_is_drawn_by_its_kind(
    held: object, about: Column, kind: str, options: dict[str, Any]
) -> None:
    value = pd.Timestamp(held, tz="UTC") if kind in {"date", "datetime"} else held
    config = configured(drawn(pd.DataFrame({"a": [value]}), {"a": about}))["a"]

    assert config["label"] == about.label
    assert config["type_config"]["type"] == kind
    assert {name: config["type_config"][name] for name in options} == options


def test_a_heading_explains_itself_as_plain_text_and_can_be_pinned() -> None:
    config = configured(drawn(PROJECTS, COLUMNS))

    assert shown(config["value"]["help"]) == "Billed *here*."
    assert config["project"]["pinned"] is True
    assert config["project"].get("help") is None


def test_rows_can_be_ticked_and_lead_to_profiles_only_where_they_name_somebody() -> None:
    pick = Pick("project_id", {"Search": "proj a", "No project": "(none)"})
    app = drawn(PROJECTS, COLUMNS, pick)

    shown_table = app.dataframe[0].value
    assert list(shown_table.columns) == ["project", "value", "Profile"]
    assert shown_table["Profile"].tolist()[0] == "profile?kind=project&id=proj+a"
    assert pd.isna(shown_table["Profile"].iloc[1])
    assert [caption.value for caption in app.caption] == ["Tick a row to narrow every page to it."]


def test_a_dimension_without_profiles_has_no_such_column() -> None:
    app = drawn(PROJECTS, COLUMNS, Pick("model", {"Search": "m"}))

    assert list(app.dataframe[0].value.columns) == ["project", "value"]


def test_without_a_pick_nothing_can_be_ticked() -> None:
    app = drawn(PROJECTS, COLUMNS)

    assert list(app.dataframe[0].value.columns) == ["project", "value"]
    assert [caption.value for caption in app.caption] == ["A click on a heading sorts."]
    assert list(app.dataframe[0].proto.selection_mode) == []


def test_the_grid_offers_no_download_of_its_own_which_would_hold_formulas() -> None:
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        config = tomllib.load(file)

    assert config["client"]["disableDataExport"] is True


@pytest.mark.parametrize(
    ("rows", "pages"), [(PAGE, []), (PAGE + 1, [2]), (2 * PAGE, [2]), (2 * PAGE + 1, [3])]
)
def test_a_long_table_comes_a_page_at_a_time(rows: int, pages: list[int]) -> None:
    table = pd.DataFrame({"project": [f"p{n}" for n in range(rows)]})

    app = drawn(table, {"project": text_column("Project")})

    assert [element.proto.num_pages for element in app.get("pagination")] == pages
    assert list(app.dataframe[0].value["project"]) == [f"p{n}" for n in range(min(rows, PAGE))]


PHONE, DESKTOP = "Mozilla/5.0 (iPhone) Mobile/15E148 Safari", "Mozilla/5.0 (X11; Linux) Chrome/140"
LONG = "production (Customer Assistant)"


@pytest.mark.parametrize(
    ("agent", "window", "name", "width"),
    [
        (PHONE, None, LONG, 140),
        (PHONE, "320", LONG, 140),
        (PHONE, "360", LONG, 170),
        (PHONE, "390", LONG, 200),
        (PHONE, "390", "Customer Assistant (eu)", None),
        (PHONE, "390", "Search", None),
        (PHONE, "1024", LONG, None),
        (DESKTOP, None, LONG, None),
        (DESKTOP, "1440", LONG, None),
        (DESKTOP, "899", LONG, 200),
        (DESKTOP, "900", LONG, None),
        (DESKTOP, "wide", LONG, None),
        (DESKTOP, "9" * 5_000, LONG, None),
    ],
)
def test_long_names_leave_a_narrow_window_room_for_a_number(
    agent: str, window: str | None, name: str, width: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "headers", {"User-Agent": agent})
    monkeypatch.setattr(type(st.context), "cookies", {"usage_width": window} if window else {})

    app = drawn(PROJECTS.assign(project=[name, "No project"]), COLUMNS)

    config = configured(app)
    assert config["project"].get("width") == width
    assert config["value"].get("width") is None
