"""Saved views: kept from any page, opened by a link, and what the app opens with."""

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.store.records.saved_views import SavedView
from lib.store.usage_store import Store
from tests.pages.conftest import ROOT, Open, settled
from tests.pages.organization import NOW, ready

EARLIER = NOW - dt.timedelta(days=1)


def opened(app: AppTest) -> AppTest:
    """Return the page with its menu of views open."""
    app.session_state["saved_views"] = True
    return settled(app.run())


def kept(folder: Path) -> list[SavedView]:
    return list(Store(str(folder / "store")).saved_views())


def test_a_page_is_kept_with_all_that_is_chosen_on_it(open_page: Open, tmp_path: Path) -> None:
    app = opened(open_page("costs", ready, period="7d", project="proj_a"))
    app.text_input(key="saved_view:name").input(" Search, weekly ")
    app.toggle(key="saved_view:shared").set_value(True)
    next(b for b in app.button if b.label == "Save").click().run()

    assert not app.exception
    assert [(v.name, v.page, v.query, v.shared, v.start) for v in kept(tmp_path)] == [
        ("Search, weekly", "costs", "period=7d&project=proj_a&saved=1", True, False)
    ]


def test_a_view_without_a_name_is_not_kept(open_page: Open, tmp_path: Path) -> None:
    app = opened(open_page("costs", ready))
    next(b for b in app.button if b.label == "Save").click().run()

    assert "Give the view a name." in [error.value for error in app.error]
    assert kept(tmp_path) == []


def test_a_view_is_removed_by_who_kept_it(open_page: Open, tmp_path: Path) -> None:
    Store(str(tmp_path / "store")).write_saved_view(SavedView("Weekly", "costs", "period=7d"), EARLIER)
    app = opened(open_page("overview", ready))

    app.button(key="saved_view:remove:Weekly").click().run()

    assert not app.exception
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("parameters", "title"), [({}, "Usage"), ({"period": "30d"}, "Overview")])
def test_the_app_opens_with_the_view_that_somebody_starts_with_unless_a_link_says_more(
    open_page: Open, tmp_path: Path, parameters: dict[str, str], title: str
) -> None:
    start = SavedView("Mine", "usage", "period=7d&saved=1", start=True)
    Store(str(tmp_path / "store")).write_saved_view(start, EARLIER)
    open_page("units", ready)  # begins the server that the next visit asks

    app = AppTest.from_file(str(ROOT / "tests" / "app.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    settled(app.run())

    assert not app.exception
    assert app.title[0].value == title
