"""The page of what is unusual: a list, one anomaly up close, and what people called expected."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.catalog.sources import SOURCES
from lib.engine.filters import Filters
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.loopback import Request, Response
from tests.pages.conftest import Open, visit
from tests.pages.organization import NOW, empty, ready, refusing
from tests.pages.test_status_line import links, looked_again

BUSY, EARLIER = dt.date(2026, 11, 16), dt.date(2026, 11, 4)
EACH_DAY, SPIKES = "1.25", {BUSY: "91.25", EARLIER: "61.25"}
KEY, EARLIER_KEY = "project:proj_a:2026-11-16", "project:proj_a:2026-11-04"
Say = Callable[[AppTest], str]


def spiking(request: Request) -> Response:
    """Answer as the organization does, but for two days on which a project's bill was far higher."""
    answer = ready(request)
    if request.path != f"/v1{SOURCES['costs'].path}":
        return answer
    body: Any = answer.body
    for bucket in body["data"]:
        day = dt.datetime.fromtimestamp(bucket["start_time"], dt.UTC).date()
        for row in bucket["results"]:
            if row["amount"]["value"] == EACH_DAY and day in SPIKES:
                row["amount"] = {"value": SPIKES[day], "currency": "usd"}
    return answer


def marked(app: AppTest, why: str) -> AppTest:
    app.text_input(key="expected:why").set_value(why)
    next(b for b in app.button if b.label == "Mark as expected").click()
    return app.run()


def table(app: AppTest, first: str) -> list[dict[str, Any]]:
    """Return the rows of the table whose first column is called `first`."""
    frame = next(e.value for e in app.dataframe if e.value.columns[0] == first)
    rows: list[dict[str, Any]] = frame.to_dict("records")
    return rows


def test_what_was_unusual_is_counted_and_listed_the_costliest_first(open_page: Open, words: Say) -> None:
    app = open_page("anomalies", spiking)

    assert "2 unusual things on the 26 of 30 days that are judged" in words(app)
    rows = table(app, "impact")
    assert [(r["impact"], r["days"], r["project_id"], r["what"]) for r in rows] == [
        (90.0, "16 Nov 2026", "Search", "Spend up"),
        (60.0, "4 Nov 2026", "Search", "Spend up"),
    ]
    assert [(r["api_key_id"], r["owner"]) for r in rows] == [("Search backend", "Ada")] * 2
    assert "kind=key&id=key_a" in rows[0]["profile"]
    assert [r["how"] for r in rows] == [
        "$91.25 on 16 Nov 2026 instead of $1.25",
        "$61.25 on 4 Nov 2026 instead of $1.25",
    ]
    assert [r["score"] for r in rows] == [45.0, 30.0]


def test_the_latest_is_shown_with_arithmetic_that_can_be_redone(open_page: Open, words: Say) -> None:
    app = open_page("anomalies", spiking)

    assert app.selectbox(key="choice:odd").value == KEY
    said = words(app)
    assert "Monday, 16 Nov 2026: $91.25." in said
    assert "($91.25 − $1.25) / $2.00 = $90.00 / $2.00 = 45.0" in said
    days = table(app, "day")
    assert [r["day"] for r in days] == [BUSY - dt.timedelta(weeks=n) for n in range(1, 9)]
    assert {(r["value"], r["distance"]) for r in days} == {(1.25, 0.0)}
    assert [(r["part"], r["name"], r["amount"]) for r in table(app, "part")] == [
        ("Project", "Search", 90.0),
        ("API key", "Search backend", 90.0),
        ("Model", "gpt-6-sol", 90.0),
    ]
    assert "kind=project&id=proj_a" in table(app, "part")[0]["profile"]


def test_a_link_opens_one_of_them(open_page: Open, words: Say) -> None:
    app = open_page("anomalies", spiking, odd=EARLIER_KEY)

    assert app.selectbox(key="choice:odd").value == EARLIER_KEY
    assert "Wednesday, 4 Nov 2026" in words(app)
    assert app.query_params["odd"] == EARLIER_KEY


def test_what_is_marked_as_expected_is_apart_and_not_counted(open_page: Open, words: Say) -> None:
    app = marked(open_page("anomalies", spiking), "load *test*")

    assert "1 unusual thing on the 26 of 30 days that are judged, 1 marked as expected" in words(app)
    assert [r["days"] for r in table(app, "impact")] == ["4 Nov 2026"]
    expected = next(e.value for e in app.dataframe if "expected" in e.value.columns)
    assert list(expected["expected"]) == ["load *test*"]
    assert [(n.about, n.first, n.last) for n in loading.load_notes(instance.open_backend())] == [
        (KEY, BUSY, BUSY)
    ]
    again = visit("anomalies", odd=KEY)
    assert "**Marked as expected**, 23 Nov 2026: load *test*" in words(again)


def test_what_was_marked_can_be_undone(open_page: Open, words: Say) -> None:
    marked(open_page("anomalies", spiking), "load test")
    app = visit("anomalies", odd=KEY)

    next(b for b in app.button if b.label == "Undo").click().run()

    assert "2 unusual things on the 26 of 30 days that are judged" in words(app)
    assert loading.load_notes(instance.open_backend()) == ()


def test_nothing_is_marked_without_words(open_page: Open) -> None:
    app = marked(open_page("anomalies", spiking), "  ")

    assert [e.value for e in app.error] == ["Say in a few words why it was expected, then mark it again."]
    assert loading.load_notes(instance.open_backend()) == ()


def test_a_mark_that_cannot_be_stored_is_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    app = open_page("anomalies", spiking)
    monkeypatch.setattr(Store, "write_note", full)

    assert [e.value for e in marked(app, "load test").error] == ["The disk is full."]


def test_every_page_can_be_narrowed_to_who_is_responsible(open_page: Open) -> None:
    app = open_page("anomalies", spiking)

    app.button(key="narrow:api_key_id").click().run()

    assert app.session_state["session"].view.filters == Filters.of({"api_key_id": ["key_a"]})
    assert app.selectbox(key="choice:odd").value == KEY


def test_a_period_as_expected_says_so_and_shows_its_spend(open_page: Open, words: Say) -> None:
    app = open_page("anomalies", ready)

    assert "Nothing unusual on the 26 of 30 days that are judged; not judged yet: 20–23 Nov 2026" in words(
        app
    )
    assert "Was spend as expected?" in words(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_a_day_that_can_still_grow_is_an_early_signal(
    open_page: Open, words: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SPIKES, NOW.date(), "500")

    app = open_page("anomalies", spiking)

    assert (
        "2 unusual things on the 26 of 30 days that are judged; 1 early signal; "
        "not judged yet: 20–23 Nov 2026" in words(app)
    )
    first = table(app, "impact")[0]
    assert (first["state"], first["how"]) == (
        "Early signal",
        "$500.00 so far on 23 Nov 2026 instead of $1.25",
    )


def test_a_message_about_it_can_be_copied(open_page: Open) -> None:
    (message,) = open_page("anomalies", spiking).code

    assert message.value == (
        "Unusual, 16 Nov 2026: Search – spend up ($91.25 on 16 Nov 2026 instead of $1.25; $90.00 above usual "
        "in all). API key: Search backend, owned by Ada. Model: gpt-6-sol. Was this expected? "
        "anomalies?from=2026-11-16&to=2026-11-16&odd=project%3Aproj_a%3A2026-11-16"
    )
    again = visit("anomalies", **{"from": "2026-11-16", "to": "2026-11-16", "odd": KEY})
    assert again.selectbox(key="choice:odd").value == KEY


def test_the_first_page_names_the_early_signal_and_what_is_unusual_in_its_rankings(
    open_page: Open, words: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SPIKES, NOW.date(), "500")

    app = looked_again(open_page("overview", spiking))

    signal = "Early signal: Search, $500.00 so far on 23 Nov 2026 instead of $1.25"
    assert any(said.startswith(f"▲ 2 unusual, not marked yet; ▲ {signal}") for said in links(app))
    said = "(16 Nov 2026; 4 Nov 2026; early signal, 23 Nov 2026)"
    assert f"▲ Unusual: Search {said}" in words(app)
    assert f"▲ Unusual: Search backend {said}" in words(app)


def test_a_period_without_anything_says_so(open_page: Open, words: Say) -> None:
    app = open_page("anomalies", empty)

    assert "No spend or usage in " in words(app)
    assert not app.dataframe


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_refusals_are_said(status: int, open_page: Open) -> None:
    app = open_page("anomalies", refusing(status, "No."))

    assert not app.exception
    assert app.error


def test_why_an_anomaly_was_expected_may_be_200_characters_long(open_page: Open) -> None:
    app = open_page("anomalies", spiking)

    assert app.text_input(key="expected:why").max_chars == 200


def test_unusual_days_are_told_by_team_where_there_are_some(
    open_page: Open, words: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teams = tmp_path / "teams.toml"
    teams.write_text('version = 1\n[[team]]\nname = "Growth"\n[[team.rule]]\nkeys = ["Search backend"]\n')
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(teams))

    app = open_page("anomalies", spiking, by="team")

    rows = table(app, "impact")
    assert [(r["impact"], r["project_id"]) for r in rows] == [(90.0, "Growth"), (60.0, "Growth")]
    assert "Look for unusual days by" in [control.label for control in app.get("button_group")]
    (message,) = (c.value for c in app.code)
    assert message.startswith("Unusual, 16 Nov 2026: Growth – spend up ($92.00")
    assert "&by=team&odd=team%3AGrowth%3A2026-11-16" in message
    assert "Spend up: Growth" in words(app)
    marked(app, "The fair")
    assert table(app, "days")[0]["expected"] == "The fair"
