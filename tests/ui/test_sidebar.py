"""The sidebar holds one view: what is chosen, what a link says, and what is left after a reset."""

import datetime as dt
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.answers.view import View
from lib.catalog.dimensions import UNATTRIBUTED
from lib.engine.filters import Filters
from lib.errors import SettingsError
from lib.openai_admin.name_lists import Name
from lib.periods.grains import Grain
from lib.periods.presets import Comparison, Period
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.sync.plan import Need
from lib.ui import sidebar
from lib.ui.address_bar import write
from lib.ui.session import session
from lib.wording.labels import Labels
from tests.ui.drawn import drawn, values

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
DAYS_30 = Window(dt.date(2026, 10, 25), dt.date(2026, 11, 24))
DAYS_7 = Window(dt.date(2026, 11, 17), dt.date(2026, 11, 24))
STORED = {
    "project_id": ("proj_b", "proj_a", UNATTRIBUTED),
    "model": ("gpt-6-2026-01-01", "gpt-6-2026-05-01", "gpt-5"),
}


class Syncer:
    """Keeps what it was asked to do."""

    name_failures: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.did: list[Any] = []

    def retry(self) -> None:
        self.did.append("retry")

    def refresh(self, needs: Any, *, force: bool) -> None:
        self.did.append((tuple(needs), force))


class Sidebar:
    """The sidebar over a store of STORED values; `view` is that of the latest run."""

    def __init__(self) -> None:
        self.syncer = Syncer()
        self.view: View | None = None

    @property
    def backend(self) -> Any:
        return SimpleNamespace(syncer=self.syncer, at_once=lambda: self.backend)

    def drawn(self, **link: str | list[str]) -> AppTest:
        """Return the page as a link with these parameters opens it."""

        def page() -> None:
            if link and not st.session_state.get("opened"):
                st.session_state.opened = True
                st.query_params.from_dict(link)
            self.view = sidebar.choose_view()
            write()

        return drawn(page)


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Sidebar:
    made = Sidebar()
    labels = Labels([Name("project", "proj_a", "zebra"), Name("project", "proj_b", "Ant")])
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.setattr(instance, "open_backend", lambda: made.backend)
    monkeypatch.setattr(loading, "load_labels", lambda _backend: labels)
    monkeypatch.setattr(loading, "load_values", lambda _backend: STORED)
    return made


def test_a_first_visit_shows_the_last_thirty_days_against_those_before(bar: Sidebar) -> None:
    app = bar.drawn()

    assert bar.view == View(DAYS_30, TODAY)
    assert app.date_input(key="range").value == (DAYS_30.first, TODAY)
    assert dict(app.query_params) == {}


def test_a_link_says_what_every_control_holds(bar: Sidebar) -> None:
    app = bar.drawn(period="7d", grain="week", compare="none", project=["proj_a"], size="1x1")

    filters = Filters.of({"project_id": ["proj_a"], "size": ["1x1"]})
    assert bar.view == View(DAYS_7, TODAY, Grain.WEEK, Comparison.NONE, filters)
    assert app.selectbox(key="period").value == "7d"
    assert app.selectbox(key="grain").value == "week"
    assert app.multiselect(key="where:size").value == ["1x1"]


def test_a_dimension_that_is_seldom_filtered_by_is_shown_where_it_is(bar: Sidebar) -> None:
    keys = {box.key for box in bar.drawn().multiselect}

    assert keys == {"where:project_id", "where:model", "where:user_id", "where:api_key_id"}


def test_another_period_moves_the_dates_with_it(bar: Sidebar) -> None:
    app = bar.drawn()

    app.selectbox(key="period").set_value(Period("7d")).run()

    assert bar.view
    assert bar.view.window == DAYS_7
    assert app.date_input(key="range").value == (DAYS_7.first, TODAY)


def test_a_period_that_is_over_has_its_own_last_day(bar: Sidebar) -> None:
    app = bar.drawn()

    app.selectbox(key="period").set_value(Period.LAST_MONTH).run()

    assert app.date_input(key="range").value == (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def test_picked_dates_are_a_period_of_their_own(bar: Sidebar) -> None:
    app = bar.drawn()
    first, last = dt.date(2026, 11, 2), dt.date(2026, 11, 8)

    app.date_input(key="range").set_value((first, last)).run()

    assert bar.view
    assert bar.view.window == Window(first, dt.date(2026, 11, 9))
    assert app.selectbox(key="period").value == "custom"
    assert {name: app.query_params[name] for name in ("from", "to")} == {
        "from": "2026-11-02",
        "to": "2026-11-08",
    }


def test_a_half_picked_range_keeps_the_last_whole_one(bar: Sidebar) -> None:
    app = bar.drawn()
    app.date_input(key="range").set_value((dt.date(2026, 11, 2), dt.date(2026, 11, 8))).run()

    app.date_input(key="range").set_value((dt.date(2026, 11, 3),)).run()

    assert bar.view
    assert bar.view.window.first == dt.date(2026, 11, 2)
    assert values(app.info) == ["Pick an end date. Until then the page shows 2–8 Nov 2026."]


def test_choosing_custom_keeps_the_days_that_were_shown(bar: Sidebar) -> None:
    app = bar.drawn(period="7d")

    app.selectbox(key="period").set_value(Period.CUSTOM).run()

    assert bar.view
    assert bar.view.window == DAYS_7


@pytest.mark.parametrize(("days", "shorter"), [(31, ["Minute"]), (32, ["Minute", "Hour"]), (1, [])])
def test_grains_too_fine_for_the_range_are_said_to_be(bar: Sidebar, days: int, shorter: list[str]) -> None:
    first = TODAY - dt.timedelta(days=days - 1)
    app = bar.drawn(**{"from": first.isoformat(), "to": TODAY.isoformat()})

    options = app.selectbox(key="grain").options

    assert options[0] == "Automatic"
    assert [o for o in options if o.endswith("(shorter ranges)")] == [
        f"{g} (shorter ranges)" for g in shorter
    ]
    assert [o.split()[0] for o in options[1:]] == ["Minute", "Hour", "Day", "Week", "Month"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            {"grain": "hour", "period": "90d"},
            ["26 Aug – 23 Nov 2026 is too long to draw by hour; it is drawn by day."],
        ),
        ({"grain": "hour", "period": "7d"}, []),
        ({"grain": "week"}, []),
    ],
)
def test_a_grain_that_the_range_does_not_allow_is_said(
    bar: Sidebar, link: dict[str, str], said: list[str]
) -> None:
    assert values(bar.drawn(**link).info) == said


def test_what_a_link_got_wrong_is_said_until_something_else_is_chosen(bar: Sidebar) -> None:
    app = bar.drawn(period="forever")

    assert len(app.warning) == 1
    assert "“period=forever” in the link is not known" in values(app.warning)[0]
    assert len(app.run().warning) == 1

    app.selectbox(key="period").set_value(Period("7d")).run()

    assert len(app.warning) == 0


def test_values_are_listed_by_label_the_unnamed_among_them(bar: Sidebar) -> None:
    box = bar.drawn().multiselect(key="where:project_id")

    assert box.options == ["Ant", "No project", "zebra"]
    assert box.proto.placeholder == "All projects"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (
            {"project": ["proj_a", "proj_z", "(none)"]},
            ["Nothing here goes by proj_z: deleted, misspelt or of another organization."],
        ),
        ({"project": ["proj_a"]}, []),
        ({"key": ["key_z"]}, []),
    ],
    ids=["a stranger", "known", "nothing is known"],
)
def test_an_id_that_nothing_goes_by_is_kept_and_said(
    bar: Sidebar, link: dict[str, list[str]], said: list[str]
) -> None:
    app = bar.drawn(**link)

    assert values(app.caption) == said
    assert bar.view
    assert bar.view.filters


def test_without_a_store_there_are_still_days_to_choose(
    bar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> NoReturn:
        raise SettingsError("There is no store.")

    monkeypatch.setattr(instance, "open_backend", none)

    bar.drawn(project="proj_a")

    assert bar.view
    assert (bar.view.window, bar.view.filters) == (DAYS_30, Filters.of({"project_id": ["proj_a"]}))


def test_a_reset_brings_back_the_first_visit(bar: Sidebar) -> None:
    app = bar.drawn(period="7d", grain="week", compare="none", project="proj_a")

    app.button[0].click().run()

    assert bar.view == View(DAYS_30, TODAY)
    assert dict(app.query_params) == {}


def narrowed(bar: Sidebar, dimension: str, value: str) -> Filters:
    """Return the filters after something was narrowed to by a click."""

    def page() -> None:
        st.button("Narrow", on_click=sidebar.narrow, args=(dimension, value))
        bar.view = sidebar.choose_view()

    next(button for button in drawn(page).button if button.label == "Narrow").click().run()
    assert bar.view
    return bar.view.filters


def test_a_click_narrows_to_one_value(bar: Sidebar) -> None:
    assert narrowed(bar, "project_id", "proj_a") == Filters.of({"project_id": ["proj_a"]})
    assert narrowed(bar, "project_id", "proj_z") == Filters.of({"project_id": ["proj_z"]})


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("gpt-6", ["gpt-6-2026-01-01", "gpt-6-2026-05-01"]),
        ("gpt-6-2026-01-01", ["gpt-6-2026-01-01"]),
        ("gpt-5", ["gpt-5"]),
        ("gpt-4", ["gpt-4"]),
    ],
)
def test_a_model_as_bills_name_it_stands_for_every_dated_one(
    bar: Sidebar, name: str, kept: list[str]
) -> None:
    assert narrowed(bar, "model", name) == Filters.of({"model": kept})


NEEDS = (Need("costs", Width.DAY, DAYS_7),)


def fresh(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime | None) -> AppTest:
    """Return what is drawn below the choices where the page was last refreshed at `moment`."""

    def last_refreshed(_backend: Any, needs: Any) -> dt.datetime | None:
        assert needs == NEEDS
        return moment

    monkeypatch.setattr(loading, "last_refreshed", last_refreshed)
    monkeypatch.setattr(sidebar, "show_notes", lambda _backend, _view: None)

    def page() -> None:
        session().required = NEEDS
        sidebar.show_freshness(View(DAYS_7, TODAY))

    return drawn(page)


def test_a_page_says_when_it_was_refreshed_and_which_names_are_not_known(
    bar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar.syncer.name_failures = ("Missing scopes.",)

    assert values(fresh(monkeypatch, NOW).caption) == [
        "Last refreshed 23 Nov 2026, 12:00 UTC",
        "Ids stand in for names that are not known. Missing scopes.",
    ]


@pytest.mark.usefixtures("bar")
def test_a_page_that_was_never_refreshed_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert values(fresh(monkeypatch, None).caption) == []


def test_refresh_asks_again_for_what_failed_and_what_can_still_change(
    bar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh(monkeypatch, NOW).button[0].click().run()

    assert bar.syncer.did == ["retry", (NEEDS, True)]


def test_without_a_store_there_is_nothing_to_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> NoReturn:
        raise SettingsError("There is no store.")

    monkeypatch.setattr(instance, "open_backend", none)

    assert len(drawn(lambda: sidebar.show_freshness(View(DAYS_7, TODAY))).button) == 0
