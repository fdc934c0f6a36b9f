import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance, loading
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, ready

GOOD = "date,name,quantity\n2026-11-01,tickets,10\n2026-11-02,tickets,30\n"


def shown(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def upload(app: AppTest, text: str) -> AppTest:
    app.file_uploader(key="quantities:file").set_value([("quantities.csv", text.encode(), "text/csv")])
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return app.run()


def test_without_quantities_the_page_asks_for_some(open_page: Open, words: Callable[[AppTest], str]) -> None:
    assert "There are no quantities yet." in words(open_page("units", ready))


def test_an_uploaded_file_is_shown_then_kept_and_divides_the_bill(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = upload(open_page("units", ready, **{"from": "2026-11-01", "to": "2026-11-04"}), GOOD)
    assert "2 quantities of tickets can be kept:" in words(app)
    assert loading.load_quantities(instance.open_backend()) == ()

    app = press(app, "Keep them")

    # Four days at $2, and 40 tickets on two of them.
    assert shown(app) == {"Billed per unit": "$0.2000", "Billed": "$8.00", "Tickets": "40"}
    assert "2 of 4 days have no quantity." in words(app)
    kept = loading.load_quantities(instance.open_backend())
    assert [(q.day, q.quantity, q.who) for q in kept] == [
        (dt.date(2026, 11, 1), Decimal(10), "not signed in"),
        (dt.date(2026, 11, 2), Decimal(30), "not signed in"),
    ]


def test_a_bad_file_is_refused_line_by_line_and_nothing_is_kept(open_page: Open) -> None:
    app = upload(open_page("units", ready), GOOD + "2026-11-03,tickets,x\n2027-01-01,tickets,1\n")

    assert "Line 4" in app.error[0].value
    assert "Line 5" in app.error[0].value
    assert not any(b.label == "Keep them" for b in app.button)


def test_a_name_can_be_removed(open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = press(upload(open_page("units", ready), GOOD), "Keep them")

    app = press(app, "Remove all of tickets")

    assert loading.load_quantities(instance.open_backend()) == ()
    assert "There are no quantities yet." in words(app)


def test_a_full_disk_is_said_and_the_file_is_still_there(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = upload(open_page("units", ready), GOOD)

    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "write_quantities", full)
    app = press(app, "Keep them")

    assert [e.value for e in app.error] == ["The disk is full."]
    assert any(b.label == "Keep them" for b in app.button)


def test_filters_narrow_the_bill(open_page: Open) -> None:
    app = press(upload(open_page("units", ready, project="proj_b"), GOOD), "Keep them")

    assert shown(app)["Billed"] == "$22.50"


@pytest.mark.usefixtures("store")
def test_the_demo_organization_has_quantities_and_says_that_they_are_made_up(
    words: Callable[[AppTest], str],
) -> None:
    app = visit("units", unit="documents")

    assert "These quantities are made up" in words(app)
    assert shown(app)["Documents"] != "0"


def test_without_a_bill_nothing_is_invented(open_page: Open) -> None:
    app = press(upload(open_page("units", empty), GOOD), "Keep them")

    assert shown(app)["Billed"] == "$0.00"
    assert not app.exception


def test_whose_dollars_are_in_the_cost_of_one_is_said_by_team(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teams = tmp_path / "teams.toml"
    teams.write_text('version = 1\n[[team]]\nname = "Growth"\n[[team.rule]]\nprojects = ["Search"]\n')
    monkeypatch.setenv("USAGE_TEAMS_FILE", str(teams))
    app = upload(open_page("units", ready, **{"from": "2026-11-01", "to": "2026-11-04"}), GOOD)

    app = press(app, "Keep them")

    (table,) = (t.value for t in app.dataframe if "spend" in t.value and "group" in t.value)
    assert table[["group", "spend", "cost"]].to_numpy().tolist() == [
        ["Growth", 5.0, 0.125],
        ["No team", 3.0, 0.075],
    ]
