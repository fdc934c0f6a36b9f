"""Every option of every control on every page can be chosen, in ever new company, without an error."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from lib.ui.site_map import ENTRIES, Control
from tests.pages.conftest import Open, settled
from tests.pages.organization import ready
from tests.pages.test_states import PAGES

ONE_OF = ("selectbox", "button_group", "select_slider")
"""What one option is chosen of; segmented controls and pills are button groups to AppTest."""
OWN = {
    "breakdown": {"measure", "by", "then", "draw", "top"},
    "costs": {"stack", "also"},
    "changes": {"explain"},
    "savings": {"open", "move", "onto", "moved", "batched", "cached", "growth"},
    "directory": {"list"},
    "profile": {"kind", "id"},
    "data": {"table", "rows"},
    "statement": {"month"},
}
"""Controls that some pages are known to have, by parameter, so that none is passed over unseen."""

FEW = {"zone": ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata")}
"""The options that are tried of controls with hundreds of a kind."""

OPENED: Mapping[str, dict[str, str]] = {"savings": {"open": "simulator"}, "costs": {"stack": "project_id"}}
"""The parameters with which pages show the most controls."""


def controls(app: AppTest) -> list[Any]:
    """Return the controls of the page and of the sidebar that one option is chosen of."""
    return [widget for kind in ONE_OF for widget in app.get(kind) if not widget.disabled]


def options(widget: Any) -> Sequence[str]:
    """Return the options of a control that are tried."""
    return FEW.get(widget.key, widget.options)


def choose(widget: Any, words: Sequence[str]) -> None:
    """Put options into a control by their words, which is what a browser sends."""
    state = WidgetState(id=widget.id)
    if widget.type == "selectbox":
        state.string_value = words[0]
    else:
        state.string_array_value.data[:] = words
    kind = type(widget)
    widget.__class__ = type(kind.__name__, (kind,), {"_widget_state": property(lambda _self: state)})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES)
def test_every_option_can_be_chosen(page: str, open_page: Open) -> None:
    app = open_page(page, ready, **OPENED.get(page, {}))
    tried: dict[str, set[str]] = {}

    own = [w.key for w in controls(app) if page == "overview" or w.key != "period"]
    rounds = max((len(options(w)) for w in controls(app) if w.key in own), default=0)
    for turn in range(rounds):
        # Each begins elsewhere, and they are of different lengths, so that options meet others than before.
        for place, widget in enumerate(w for w in controls(app) if w.key in own):
            words = options(widget)[(turn + place) % len(options(widget))]
            choose(widget, [words])
            tried.setdefault(widget.key, set()).add(words)
        settled(app.run())
        assert not app.exception, f"{tried}: {app.exception[0].value}"

    assert Control.INTERVAL not in ENTRIES[page].controls or tried["grain"] >= {"Automatic", "Day", "Month"}
    assert page != "overview" or tried["period"] >= {"Last 7 days", "Last 30 days"}
    assert {key.removeprefix("choice:") for key in tried} >= OWN.get(page, set())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES)
def test_every_value_can_be_filtered_by(page: str, open_page: Open) -> None:
    app = open_page(page, ready)
    filters = {widget.key: list(widget.options) for widget in app.multiselect}

    for key, values in filters.items():
        for words in values:
            choose(app.multiselect(key=key), [words])
            settled(app.run())
            assert not app.exception, f"{key}, {words}: {app.exception[0].value}"
        choose(app.multiselect(key=key), [])
        settled(app.run())

    if Control.FILTERS in ENTRIES[page].controls:
        assert set(filters) >= {"where:project_id", "where:model", "where:user_id", "where:api_key_id"}
        assert "Search" in filters["where:project_id"]
    else:
        assert not filters
