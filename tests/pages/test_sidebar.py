"""The sidebar: ranges that are half picked, reversed or to come, and a reset that resets."""

import datetime as dt
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lib.periods.presets import Comparison
from lib.ui.site_map import ENTRIES, Control
from tests.pages.conftest import Open, settled
from tests.pages.organization import ready


def test_a_half_picked_range_keeps_the_last_whole_one(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("overview", ready)

    app.date_input(key="range").set_value((dt.date(2026, 11, 2),)).run()

    assert "Pick an end date. Until then the page shows 25 Oct – 23 Nov 2026." in words(app)
    assert app.metric[0].value == "$60.00"


def test_a_picked_range_becomes_the_period(open_page: Open) -> None:
    app = open_page("overview", ready)

    app.date_input(key="range").set_value((dt.date(2026, 11, 2), dt.date(2026, 11, 8))).run()

    assert app.metric[0].value == "$14.00"
    assert app.query_params["from"] == "2026-11-02"
    assert app.query_params["to"] == "2026-11-08"


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"from": "2026-11-08", "to": "2026-11-02"}, "the wrong way round"),
        ({"from": "2026-11-20", "to": "2027-01-02"}, "ended in the future"),
        ({"from": "soon"}, "“soon” in the link is not a date"),
        ({"period": "forever"}, "“period=forever” in the link is not known"),
        ({"grain": "hour", "period": "90d"}, "too long to draw by hour"),
    ],
)
def test_a_link_that_makes_no_sense_is_put_right_and_said(
    parameters: dict[str, str], sentence: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("overview", ready, **parameters)

    assert not app.exception
    assert sentence in words(app)


def test_reset_brings_back_what_a_first_visit_shows(open_page: Open) -> None:
    app = open_page("overview", ready, period="7d", project="proj_a", compare="none")

    next(b for b in app.button if b.label == "Reset").click().run()

    assert settled(app).metric[0].value == "$60.00"
    assert not app.query_params


@pytest.mark.parametrize("page", ENTRIES)
def test_only_what_counts_on_the_page_is_drawn(page: str, open_page: Open) -> None:
    app = open_page(page, ready)

    drawn = {widget.key for kind in ("selectbox", "date_input", "multiselect") for widget in app.get(kind)}
    counts = ENTRIES[page].controls
    assert ("period" in drawn, "range" in drawn) == (Control.PERIOD in counts,) * 2
    assert ("grain" in drawn) == (Control.INTERVAL in counts)
    assert ("comparison" in drawn) == (Control.COMPARISON in counts)
    assert ("where:project_id" in drawn) == (Control.FILTERS in counts)


def test_what_does_not_count_on_a_page_is_kept_for_the_next(open_page: Open) -> None:
    app = open_page("budgets", ready, period="7d", compare="none")

    app.multiselect(key="where:project_id").set_value(["proj_b"]).run()
    app = settled(app.run())
    app.switch_page("../pages/overview.py").run()

    assert dict(app.query_params) == {"period": "7d", "compare": "none", "project": "proj_b"}
    assert settled(app).metric[0].value == "$5.25"


def test_a_chip_takes_its_filter_away(open_page: Open) -> None:
    app = open_page("overview", ready, project=["proj_a", "proj_b"])

    app.button(key="chip:project_id:proj_a").click().run()

    assert app.multiselect(key="where:project_id").value == ["proj_b"]
    assert [b.label for b in app.button if str(b.key).startswith("chip:")] == ["Project: Support"]


def test_a_custom_comparison_begins_with_what_was_compared(open_page: Open) -> None:
    app = open_page("overview", ready, period="7d")

    app.selectbox(key="comparison").set_value(Comparison.CUSTOM).run()

    assert app.date_input(key="against").value == (dt.date(2026, 11, 10), dt.date(2026, 11, 16))
    assert (app.query_params["against-from"], app.query_params["against-to"]) == ("2026-11-10", "2026-11-16")


def test_the_first_sentence_names_what_the_filters_keep(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    assert "Support spent $22.50" in words(open_page("overview", ready, project="proj_b"))


def test_choosing_a_filter_goes_into_the_address(open_page: Open) -> None:
    app = open_page("overview", ready)

    app.multiselect(key="where:project_id").set_value(["proj_b"]).run()

    assert app.metric[0].value == "$22.50"
    assert app.query_params["project"] == "proj_b"


def test_every_control_says_at_every_run_what_it_holds(open_page: Open) -> None:
    # Otherwise a browser that draws two runs as one shows a first option, and sends it with the next click.
    app = open_page("overview", ready, period="7d", project="proj_a").run()

    controls = [*app.sidebar.selectbox, *app.sidebar.date_input, *app.sidebar.multiselect]
    silent = [control.key for control in controls if not control.proto.set_value]
    assert len(controls) > 6
    assert silent == ["note:days"]  # of a form, which nobody's view depends on
