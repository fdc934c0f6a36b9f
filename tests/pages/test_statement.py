"""The statement: a month as it was billed, against its budgets and the invoice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.errors import StoreError
from lib.store.usage_store import Store
from lib.ui import statement_card
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, ready

Words = Callable[[AppTest], str]


@pytest.fixture(autouse=True)
def budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "budgets.toml"
    path.write_text("version = 1\n[[budget]]\namount = 60\n[[budget]]\namount = 30\nproject = 'Support'\n")
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(path))


def numbers(app: AppTest) -> dict[str, str]:
    return {m.label: m.value for m in app.metric}


def test_it_opens_on_the_last_month_beside_the_one_before(open_page: Open, words: Words) -> None:
    app = open_page("statement", ready)

    assert numbers(app) == {
        "Billed": "$62.00",
        "Of that, credits": "$0.00",
        "September 2026": "$60.00",
        "With a named key": "100%",
    }
    assert "Every day of October 2026 is final." in words(app)


def test_the_bill_is_told_by_project_and_against_each_budget(open_page: Open) -> None:
    projects, variances = (d.value for d in open_page("statement", ready).dataframe)

    assert list(zip(projects["project_id"], projects["now"], strict=True)) == [
        ("Search", 38.75),
        ("Support", 23.25),
    ]
    assert variances.to_dict("records") == [
        {"about": "Whole organization", "amount": 60.0, "billed": 62.0, "variance": 2.0},
        {"about": "Support (project)", "amount": 30.0, "billed": 23.25, "variance": -6.75},
    ]


def test_filters_and_the_period_do_not_change_a_statement(open_page: Open) -> None:
    app = open_page("statement", ready, project="proj_b", period="7d")

    assert numbers(app)["Billed"] == "$62.00"


def test_the_difference_from_the_invoice_is_shown_and_kept_in_the_address(open_page: Open) -> None:
    app = open_page("statement", ready, invoice="$61.50")

    assert (numbers(app)["Invoice"], numbers(app)["Bill less invoice"]) == ("$61.50", "$0.50")
    assert app.query_params["invoice"] == "$61.50"


def click(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_a_total_can_be_kept_for_everybody_with_who_entered_it(open_page: Open, words: Words) -> None:
    app = click(open_page("statement", ready, invoice="$61.50"), "Keep this total for everybody")

    assert "The invoice’s total of $61.50 was entered on 23 Nov 2026 by not signed in." in words(app)
    assert "Keep this total for everybody" not in [button.label for button in app.button]
    assert numbers(visit("statement"))["Bill less invoice"] == "$0.50"
    assert numbers(visit("statement", invoice="60"))["Bill less invoice"] == "$2.00"
    assert "Invoice" not in numbers(visit("statement", month="2026-09"))


def test_a_statement_is_marked_as_looked_at(open_page: Open, words: Words) -> None:
    app = open_page("statement", ready)
    assert "Nobody has marked this statement as looked at yet." in words(app)

    app = click(app, "Mark as looked at")

    assert "It was last looked at on 23 Nov 2026 by not signed in. No revisions since then." in words(app)


def test_who_may_only_look_keeps_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("statement", ready, invoice="61.50")
    monkeypatch.setattr(statement_card, "may", lambda _role: False)

    app = click(app, "Keep this total for everybody")

    assert instance.open_backend().store.statement_checks() == ()
    assert [e.value for e in app.error] == ["You may not change statements here. Nothing was changed."]
    assert "Mark as looked at" not in [button.label for button in app.button]


def test_a_check_that_cannot_be_stored_is_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    app = open_page("statement", ready)
    monkeypatch.setattr(Store, "write_statement_check", full)

    assert [e.value for e in click(app, "Mark as looked at").error] == ["The disk is full."]


def test_the_sheet_for_paper_has_the_bill_and_the_budgets(open_page: Open) -> None:
    app = open_page("statement", ready)
    sheet = next(body for html in app.get("html") if (body := html.proto.body).startswith("<div"))

    assert '<p class="title">Statement of October 2026</p>' in sheet
    assert "Billed: $62.00 · Of that, credits: $0.00" in sheet
    assert '<tr><td>Search</td><td class="number">$38.75</td>' in sheet
    assert '<tr><td>Support (project)</td><td class="number">$30.00</td>' in sheet
    assert "Credits</h2>" not in sheet


@pytest.mark.parametrize("typed", ["about 60", "NaN", "1e99"])
def test_what_is_no_amount_is_said(typed: str, open_page: Open) -> None:
    app = open_page("statement", ready, invoice=typed)

    assert "is not an amount. Type it like 39,703.93." in app.warning[0].value
    assert "Bill less invoice" not in numbers(app)


def test_a_month_that_runs_is_not_final(open_page: Open, words: Words) -> None:
    app = open_page("statement", ready, month="2026-11")

    assert numbers(app)["Billed"] == "$46.00"
    assert "4 days of November 2026 can still change" in words(app)


def test_a_month_without_a_bill_says_so(open_page: Open, words: Words) -> None:
    assert "No costs in 1–31 Oct 2026" in words(open_page("statement", empty))
