"""Usage by the days of a time zone; dollars always by UTC days."""

import datetime as dt
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.ui.site_map import ENTRIES, Control
from lib.ui.zone_choice import controls_of
from tests.loopback import Request, Response, bucket, page
from tests.pages.conftest import ROOT, Open, settled
from tests.pages.organization import NOW, ready

BERLIN = "Europe/Berlin"
_COMPLETIONS = f"/v1{SOURCES['completions'].path}"


def every_hour(request: Request) -> Response:
    """Answer as an organization that makes a request of 10 tokens in each hour that has begun."""
    if request.path != _COMPLETIONS or request.one("bucket_width") != "1h":
        return ready(request)
    now = int(NOW.timestamp())
    row = {"model": "gpt-6-luna", "input_tokens": 10, "output_tokens": 0, "num_model_requests": 1}
    starts = range(request.number("start_time"), request.number("end_time"), 3600)
    return page(*(bucket(s, *([row] if s < now else []), seconds=3600) for s in starts))


def charts(app: AppTest) -> str:
    """Return in words what the charts show."""
    return "\n".join(chart.proto.alt for chart in app.get("vega_lite_chart"))


def test_days_have_the_hours_that_the_clocks_of_the_zone_went_through(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("usage", every_hour, tz=BERLIN, **{"from": "2026-10-24", "to": "2026-10-26"})

    assert (
        "Tokens: 730 in total, from 240 (Sat 24 Oct 2026) to 240 (Mon 26 Oct 2026), highest 250 (Sun 25 Oct"
    ) in charts(app)
    assert "24–26 Oct 2026 (Europe/Berlin)" in words(app)
    assert app.date_input(key="range").label == "Dates (Europe/Berlin)"
    assert "Day (Europe/Berlin)" in app.get("vega_lite_chart")[0].proto.spec
    assert "Hour (Europe/Berlin)" in app.get("vega_lite_chart")[-1].proto.spec
    app.button(key="provenance").click().run()
    assert "Days of Europe/Berlin are added up from rows by hour, each of which is in one of them." in words(
        app
    )
    assert any("Completions by hour, 23–26 Oct 2026 (UTC)" in each.label for each in app.expander)


def test_the_same_link_without_a_zone_counts_by_utc_days_made_of_days(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("usage", every_hour, **{"from": "2026-10-24", "to": "2026-10-26"})

    assert "24–26 Oct 2026 (UTC)" in words(app)
    assert {need.width for need in app.session_state["session"].required} == {Width.DAY}
    assert "tz" not in app.query_params
    assert app.selectbox(key="zone").value == "UTC"


def test_a_zone_that_is_chosen_stands_in_the_address_and_a_reset_takes_it_back(open_page: Open) -> None:
    app = open_page("usage", every_hour, **{"from": "2026-10-24", "to": "2026-10-26"})

    settled(app.selectbox(key="zone").set_value(BERLIN).run())

    assert app.query_params["tz"] == BERLIN
    assert {need.width for need in app.session_state["session"].required} == {Width.HOUR}
    next(b for b in app.button if b.label == "Reset").click().run()
    assert "tz" not in app.query_params


def test_only_pages_without_dollars_have_a_zone() -> None:
    def with_zone(**chosen: list[str]) -> list[str]:
        return [page_ for page_ in ENTRIES if Control.ZONE in controls_of(page_, chosen)]

    assert with_zone() == with_zone(measure=["spend"]) == ["usage"]
    assert with_zone(measure=["cost_per_request"]) == with_zone(measure=["nothing"]) == ["usage"]
    assert with_zone(measure=["tokens"]) == with_zone(measure=["cached_share"]) == ["usage", "breakdown"]


def test_a_breakdown_of_usage_has_the_days_of_the_zone_and_no_column_with_dollars(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    days = {"from": "2026-10-24", "to": "2026-10-26"}

    app = open_page("breakdown", every_hour, tz=BERLIN, measure="tokens", **days)

    assert "Tokens: 730 in total, from 240 (Sat 24 Oct 2026) to 240 (Mon 26 Oct 2026)" in charts(app)
    assert app.selectbox(key="zone").value == BERLIN
    assert "No column has dollars in it: the API bills by UTC day" in words(app)
    assert "spend" not in app.multiselect(key="choice:columns").options
    table = next(d.value for d in app.dataframe if "tokens" in d.value)
    assert "spend" not in table
    assert table["tokens"].sum() == 730


def test_a_breakdown_goes_back_to_utc_days_once_dollars_are_chosen(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("breakdown", every_hour, tz=BERLIN, measure="tokens", period="7d")

    settled(app.selectbox(key="choice:measure").set_value("spend").run())

    assert not app.exception
    assert not any(box.label == "Time zone" for box in app.selectbox)
    assert BERLIN not in words(app)
    assert app.query_params["tz"] == BERLIN


@pytest.mark.parametrize("page_", ["overview", "costs", "breakdown", "data"])
def test_pages_with_dollars_count_by_utc_days_whatever_the_zone(
    page_: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page(page_, every_hour, tz=BERLIN, period="7d")

    assert not app.exception
    assert not any(box.label == "Time zone" for box in app.selectbox)
    assert BERLIN not in words(app)
    assert {need.width for need in app.session_state["session"].required} <= {Width.DAY}
    assert app.query_params["tz"] == BERLIN  # it holds for the pages on which it counts


def test_today_is_that_of_the_zone_and_no_other_page_shows_a_day_to_come(open_page: Open) -> None:
    days = {"from": "2026-11-20", "to": "2026-11-24"}

    app = open_page("usage", every_hour, tz="Pacific/Auckland", **days)

    assert app.date_input(key="range").value == (dt.date(2026, 11, 20), dt.date(2026, 11, 24))
    app.switch_page(str(ROOT / "pages" / "costs.py"))
    settled(app.run())
    assert not app.exception
    assert app.date_input(key="range").value == (dt.date(2026, 11, 20), dt.date(2026, 11, 23))


def test_the_settings_name_the_zone_of_whoever_chose_none(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, words: Callable[[AppTest], str]
) -> None:
    monkeypatch.setattr(instance, "secrets", lambda: {"app": {"time_zone": BERLIN}})
    days = {"from": "2026-10-24", "to": "2026-10-26"}

    app = open_page("usage", every_hour, **days)

    assert "24–26 Oct 2026 (Europe/Berlin)" in words(app)
    assert "tz" not in app.query_params
    settled(app.selectbox(key="zone").set_value("UTC").run())
    assert app.query_params["tz"] == "UTC"
    assert "24–26 Oct 2026 (UTC)" in words(app)


@pytest.mark.parametrize(
    ("zone", "period", "why"),
    [
        (
            BERLIN,
            "365d",
            "Days of Europe/Berlin are made of rows by hour, which are read for at most 93 days at once; "
            "24 Nov 2025 – 23 Nov 2026 has 365. Its days are those of UTC instead.",
        ),
        (
            "Asia/Kolkata",
            "30d",
            "Days of Asia/Kolkata begin within an hour, so they are made of rows by minute, which are read "
            "for at most 7 days at once; 25 Oct – 23 Nov 2026 has 30. Its days are those of UTC instead.",
        ),
    ],
)
def test_a_period_too_long_for_a_zone_is_shown_in_utc_with_the_reason(
    zone: str, period: str, why: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("usage", every_hour, tz=zone, period=period)

    assert why in words(app)
    assert "2026 (UTC)" in words(app)
    assert {need.width for need in app.session_state["session"].required} == {Width.DAY}


def test_a_zone_that_does_not_exist_is_said_with_the_nearest(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page("usage", every_hour, tz="europe/berln", period="7d")

    said = "“europe/berln” in the link is not a time zone; days are those of UTC. Is Europe/Berlin meant?"
    assert said in words(app)


def test_hours_are_drawn_as_the_clocks_of_the_zone_show_them(open_page: Open) -> None:
    app = open_page("usage", every_hour, tz=BERLIN, **{"from": "2026-10-25", "to": "2026-10-25"})

    assert "Tokens: 250 in total" in charts(app)
    spec = app.get("vega_lite_chart")[0].proto.spec
    assert "datum.value < 1792890000000 ? -7200000 : -3600000" in spec
