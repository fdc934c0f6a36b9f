"""The Budgets page: what it says of each budget, who may change them, and what a bad file does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.answers import instance
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.loopback import Request, Response, error
from tests.pages.conftest import Open, settled
from tests.pages.organization import NOW, empty, ready, refusing
from tests.shown import shown

ADA = {"email": "ada@example.com", "is_logged_in": True}
Words = Callable[[AppTest], str]


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the budget file is, which is not there yet."""
    path = tmp_path / "budgets.toml"
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(path))
    path.write_text("version = 1\n")
    return path


@pytest.fixture
def editors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[object], None]]:
    """Return a function that says in the settings who may change budgets."""

    def are(value: object) -> None:
        monkeypatch.setattr(instance, "secrets", lambda: {"budgets": {"editors": value}})
        st.cache_resource.clear()

    return are


def limited(request: Request) -> Response:
    """Answer as the organization does, which has a limit and alerts."""
    if request.path == "/v1/organization/spend_limit":
        return Response({"threshold_amount": 5000, "enforcement": {"status": "enforcing"}})
    if request.path == "/v1/organization/spend_alerts":
        return Response({"data": [{"id": "a", "threshold_amount": 7000}], "has_more": False})
    if request.path.endswith("spend_limit"):
        return error(404, "No spend limit found.", code="not_found")
    return ready(request)


def read(app: AppTest) -> AppTest:
    """Return `app` once the limits have come and are drawn."""
    instance.open_backend().syncer.read_limits().wait(10)
    return settled(app.run())


def rows(app: AppTest, nth: int = 0) -> list[dict[str, object]]:
    found: list[dict[str, object]] = app.dataframe[nth].value.to_dict("records")
    return found


def test_each_budget_is_told_with_what_is_billed_and_forecast(
    open_page: Open, file: Path, words: Words
) -> None:
    # every day costs $2, of which $0.75 are of Support
    file.write_text(
        "version = 1\n[[budget]]\namount = 45\n[[budget]]\namount = 30\nproject = 'Support'\n"
        "[[budget]]\namount = 50\nmodel = 'gpt-6-sol'\n[[budget]]\namount = 1000\nuser = 'ada@example.com'\n"
    )

    app = open_page("budgets", ready)

    assert not app.exception
    assert [(r["status"], r["about"], r["amount"], r["billed"], r["forecast"]) for r in rows(app)] == [
        ("✕ Exceeded", "Whole organization", 45.0, 46.0, 60.0),
        ("✓ Holds", "Support (project)", 30.0, 17.25, 22.5),
        ("✓ Holds", "Ada (user)", 1000.0, 46.0, 60.0),
        ("✓ Holds", "gpt-6-sol (model)", 50.0, 28.75, 37.5),
    ]
    assert "✕ Exceeded. Whole organization: $45" not in words(app)
    assert "$46.00 of $45.00 billed so far" in words(app)
    assert app.get("vega_lite_chart")


def cards(app: AppTest) -> list[tuple[str, str, str]]:
    """Return the cards of budgets: what each is for, its amounts, and how it stands."""
    return [(shown(m.label), m.value, m.delta) for m in app.metric if m.delta.startswith("of $")]


def test_each_budget_is_a_card_with_the_amount_first_the_fullest_before_others(
    open_page: Open, file: Path
) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 900\n[[budget]]\namount = 15\nproject = 'Support'\n")

    app = open_page("budgets", ready)

    assert cards(app) == [
        ("Support (project)", "$17.25", "of $15.00 · ✕ Exceeded, ends at about $23"),
        ("Whole organization", "$46.00", "of $900.00 · ✓ Holds, ends at about $60"),
    ]


def test_a_month_that_is_over_is_held_against_its_budgets(open_page: Open, file: Path, words: Words) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 60\n[[budget]]\namount = 30\nproject = 'Support'\n")

    app = open_page("budgets", ready, month="2026-10")

    assert cards(app) == [
        ("Whole organization", "$62.00", "of $60.00 · ✕ $2.00 (3.3%) over"),
        ("Support (project)", "$23.25", "of $30.00 · ✓ $6.75 (22.5%) left"),
    ]
    assert [(r["variance"], r["billed"], r["amount"], r["about"], r["origin"]) for r in rows(app)] == [
        (2.0, 62.0, 60.0, "Whole organization", "Budget file"),
        (-6.75, 23.25, 30.0, "Support (project)", "Budget file"),
    ]
    assert "✕ Exceeded. Whole organization: $62.00 of $60.00 billed in October 2026." in words(app)
    assert app.query_params["month"] == "2026-10"


def test_the_months_of_a_budget_are_told_with_their_variance(open_page: Open, file: Path) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 60\n")

    history = rows(open_page("budgets", ready), 1)

    assert [(str(r["month"]), r["variance"], r["billed"], r["days"]) for r in history[:3]] == [
        ("2026-11-01", -14.0, 46.0, "23 of 30"),
        ("2026-10-01", 2.0, 62.0, "31 of 31"),
        ("2026-09-01", 0.0, 60.0, "30 of 30"),
    ]
    assert len(history) == 13


def test_an_earlier_month_counts_the_budget_that_held_at_its_end(
    open_page: Open, file: Path, editors: Callable[[object], None]
) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 60\n")
    editors("everyone")
    set_budget(open_page("budgets", ready), 99)

    app = open_page("budgets", ready, month="2026-10")

    assert [said for _, _, said in cards(app)] == ["of $60.00 · ✕ $2.00 (3.3%) over"]


@pytest.mark.parametrize("show", ["spent", "left"])
def test_a_link_chooses_a_budget_and_how_it_is_drawn(open_page: Open, file: Path, show: str) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 45\n[[budget]]\namount = 30\nproject = 'Support'\n")

    app = open_page("budgets", ready, budget="project_id:proj_b", show=show)

    assert "How fast is the budget used up: Support (project)?" in [s.value for s in app.subheader]
    (spec,) = (s for chart in app.get("vega_lite_chart") if "Even burn rate" in (s := chart.proto.spec))
    assert ("Left of the budget" in spec) is (show == "left")


def test_without_a_budget_the_page_says_how_to_set_one(open_page: Open, words: Words) -> None:
    app = open_page("budgets", ready)

    assert not app.exception
    assert "No budget is set." in words(app)
    assert "budgets.example.toml" in words(app)
    assert "How is this month's spend going?" in words(app)


def test_an_organization_without_a_bill_has_no_forecast(open_page: Open, file: Path) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 45\n[balance]\namount = 5\ndate = 2026-11-01\n")

    app = open_page("budgets", empty)

    assert not app.exception
    assert not app.error
    assert [(r["status"], r["billed"]) for r in rows(app)] == [("– No forecast", 0.0)]


def test_what_is_wrong_in_the_file_is_said_and_the_rest_holds(open_page: Open, file: Path) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 45\n[[budget]]\namount = -1\n")

    app = open_page("budgets", ready)

    assert [shown(w.value) for w in app.warning] == [
        "budgets.toml, [[budget]] number 2: amount must be a number of US dollars above 0, such as "
        "amount = 5000."
    ]
    assert len(rows(app)) == 1


def test_a_file_that_is_no_toml_is_said(open_page: Open, file: Path) -> None:
    file.write_text("version = 1\nbudget")

    app = open_page("budgets", ready)

    assert shown(app.warning[0].value).startswith("budgets.toml: this is not TOML: ")
    assert not app.exception


def test_the_balance_is_what_the_bill_leaves(open_page: Open, file: Path, words: Words) -> None:
    file.write_text(
        "version = 1\n[balance]\namount = 60\ndate = 2026-11-01\n[[top_up]]\namount = 10\ndate = 2026-11-10\n"
    )

    app = open_page("budgets", ready)

    assert [(m.label, m.value) for m in app.metric][-3:] == [
        ("Balance left, estimate", "$24.00"),
        ("Paid in", "$70.00"),
        ("Billed since 1 Nov 2026", "$46.00"),
    ]
    assert "▲ Gone soon" in words(app)
    assert "It is gone on 6 Dec 2026, as forecast" in words(app)


def test_a_balance_of_a_day_that_is_not_read_is_said(open_page: Open, file: Path) -> None:
    file.write_text("version = 1\n[balance]\namount = 60\ndate = 2027-01-01\n")

    app = open_page("budgets", ready)

    assert "The balance of 1 Jan 2027 cannot be followed" in app.warning[0].value


def test_limits_and_alerts_of_openai_stand_beside(open_page: Open, words: Words) -> None:
    app = read(open_page("budgets", limited))

    assert [(r["status"], r["about"], r["origin"], r["amount"]) for r in rows(app)] == [
        ("▲ Going over", "Whole organization", "OpenAI limit, enforced", 50.0),
        ("✓ Holds", "Whole organization", "OpenAI alert", 70.0),
    ]
    assert "23 Nov 2026, 12:00 UTC" in words(app)


def test_limits_that_may_not_be_read_are_said(open_page: Open, words: Words) -> None:
    forbidden = refusing(403, "You have insufficient permissions. Missing scopes: api.management.read.")

    app = read(open_page("budgets", lambda r: forbidden(r) if "spend_" in r.path else ready(r)))

    assert not app.exception
    assert "The spend limit of the organization cannot be read" in words(app)
    assert "api.management.read" in words(app)


def test_an_outage_of_limits_is_said_and_the_page_stays(open_page: Open, file: Path, words: Words) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 45\n")
    broken = refusing(500, "", "<html>")

    app = read(open_page("budgets", lambda r: broken(r) if "spend_" in r.path else ready(r)))

    assert "OpenAI's limits and alerts could not be read just now." in words(app)
    assert len(rows(app)) == 1


def test_that_nothing_is_set_at_openai_is_said(open_page: Open, words: Words) -> None:
    def none(request: Request) -> Response:
        missing = error(404, "No spend limit found.", code="not_found")
        return missing if request.path.endswith("spend_limit") else ready(request)

    assert "No limits or alerts are set at OpenAI" in words(read(open_page("budgets", none)))


def set_budget(app: AppTest, amount: float) -> AppTest:
    app.number_input(key="editor:amount").set_value(amount)
    next(b for b in app.button if b.label == "Set budget").click()
    return app.run()


def test_nobody_may_change_budgets_unless_the_settings_say_so(open_page: Open, words: Words) -> None:
    app = open_page("budgets", ready)

    assert "Nobody may change them here" in words(app)
    assert "Set budget" not in [b.label for b in app.button]


def test_everyone_may_where_the_settings_say_so_and_it_is_kept_who_did_what_when(
    open_page: Open, file: Path, editors: Callable[[object], None]
) -> None:
    file.write_text("version = 1\n[[budget]]\namount = 45\n")
    editors("everyone")

    app = set_budget(open_page("budgets", ready), 123.45)

    assert [(r["amount"], r["origin"]) for r in rows(app)] == [(123.45, "not signed in, 23 Nov 2026")]
    (kept,) = instance.open_backend().store.budgets()
    assert (str(kept.amount).rstrip("0"), kept.who, kept.written_at) == ("123.45", "not signed in", NOW)

    next(b for b in app.button if b.label == "Remove").click().run()

    assert [(r["amount"], r["origin"]) for r in rows(app)] == [(45.0, "Budget file")]
    changes = next(t.value for t in app.dataframe if "what" in t.value).to_dict("records")
    assert [(r["what"], r["amount"]) for r in changes] == [("Removed", 123.45), ("Set", 123.45)]


def test_a_project_is_given_a_budget(open_page: Open, editors: Callable[[object], None]) -> None:
    editors("everyone")
    app = open_page("budgets", ready)

    app.selectbox(key="editor:dimension").set_value("project_id").run()
    app.selectbox(key="editor:project_id").set_value("proj_b")
    app = set_budget(app, 5)

    assert [(r["status"], r["about"]) for r in rows(app)] == [("✕ Exceeded", "Support (project)")]


def signed_in(app: AppTest, user: dict[str, object]) -> AppTest:
    app.user = user
    return app.run()


@pytest.mark.parametrize(
    ("user", "may"),
    [
        (ADA, True),
        (ADA | {"email": "Ada@Example.com"}, True),
        (ADA | {"email": "bob@example.com"}, False),
        (ADA | {"email_verified": False}, False),
        (ADA | {"is_logged_in": False}, False),
        ({"email": "ada@example.com"}, False),
        ({}, False),
    ],
)
def test_those_named_may_change_budgets_once_they_signed_in(
    open_page: Open, editors: Callable[[object], None], user: dict[str, object], *, may: bool
) -> None:
    editors(["ada@example.com"])

    app = signed_in(open_page("budgets", ready), user)

    assert not app.exception
    assert ("Set budget" in [b.label for b in app.button]) is may
    said = [shown(c.value) for c in app.caption]
    others = "Budgets are changed here by those whose address is in `[budgets] editors` only."
    assert any(others in caption for caption in said) is not may


def test_a_change_is_refused_to_those_who_are_no_longer_signed_in(
    open_page: Open, editors: Callable[[object], None]
) -> None:
    editors(["ada@example.com"])
    app = signed_in(open_page("budgets", ready), ADA)
    app.user = {}

    set_budget(app, 5)

    assert instance.open_backend().store.budgets() == ()


def test_a_budget_of_nothing_is_not_kept_and_it_says_so(
    open_page: Open, editors: Callable[[object], None]
) -> None:
    editors("everyone")

    app = set_budget(open_page("budgets", ready), 0)

    assert "an amount above 0" in app.error[0].value
    assert instance.open_backend().store.budgets() == ()


def test_a_budget_that_cannot_be_stored_is_said(
    open_page: Open, editors: Callable[[object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    editors("everyone")
    app = open_page("budgets", ready)
    monkeypatch.setattr(Store, "write_budget", full)

    assert [e.value for e in set_budget(app, 5).error] == ["The disk is full."]
