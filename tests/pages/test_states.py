"""Every page in every state: something to see or a sentence, never a traceback, never the key."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.loopback import Handler, Response
from tests.pages.conftest import Open, visit
from tests.pages.organization import empty, nameless, ready, refusing
from tests.shown import shown

PAGES = {
    "overview": "Overview",
    "usage": "Usage",
    "breakdown": "Breakdown",
    "costs": "Costs",
    "data": "Data",
    "connection": "Connection",
    "statement": "Statement",
    "changes": "Changes",
    "reconciliation": "Reconciliation",
    "anomalies": "Anomalies",
    "directory": "Directory",
    "profile": "Profile",
    "budgets": "Budgets and forecast",
    "savings": "Savings",
    "units": "Unit costs",
    "teams": "Teams",
}
WRONG_KEY = refusing(401, "Incorrect API key provided: sk-admin*6789.")
NO_SCOPE = refusing(
    403, "You have insufficient permissions for this operation. Missing scopes: api.usage.read."
)
BUSY = refusing(429, "Rate limit reached.")
BROKEN = refusing(500, "", "<html>Internal Server Error</html>")
STATES: dict[str, tuple[Handler, str]] = {
    "empty": (empty, ""),
    "401": (WRONG_KEY, "OpenAI"),
    "403": (NO_SCOPE, "api.usage.read"),
    "429": (BUSY, "slow"),
    "500": (BROKEN, "OpenAI"),
    "malformed": (lambda _request: Response('{"object": "page"'), "was cut short"),
}


@pytest.mark.parametrize("page", [p for p in PAGES if p not in {"units", "connection", "teams"}])
def test_a_page_shows_the_organization(page: str, open_page: Open) -> None:
    app = open_page(page, ready)

    assert app.title[0].value == PAGES[page]
    assert not app.exception
    assert not app.error
    assert app.get("vega_lite_chart") or app.dataframe or app.success


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", [p for p in PAGES if p != "connection"])
def test_a_page_says_what_is_wrong(
    page: str, state: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    handler, sentence = STATES[state]

    app = open_page(page, handler)

    assert not app.exception
    assert app.title[0].value == PAGES[page]
    assert sentence in words(app)
    assert "sk-admin-secret" not in words(app)
    if state != "empty":
        assert app.error


@pytest.mark.parametrize("page", ["overview", "usage", "breakdown", "costs", "changes", "reconciliation"])
def test_an_empty_page_says_so(page: str, open_page: Open, words: Callable[[AppTest], str]) -> None:
    app = open_page(page, empty)

    assert "25 Oct – 23 Nov 2026. Nothing was used or billed on any day that is known." in words(app)
    assert not app.error


@pytest.mark.parametrize("page", ["budgets", "savings"])
def test_no_longer_period_is_advised_where_the_period_does_not_count(
    page: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page(page, empty)

    assert re.search(r"No .* in .* 2026\.(?!\d)", words(app))
    assert "Try a longer period" not in words(app)


@pytest.mark.parametrize("page", [p for p in PAGES if p != "connection"])
def test_ids_stand_where_names_are_refused_and_the_page_says_why(
    page: str, open_page: Open, words: Callable[[AppTest], str]
) -> None:
    app = open_page(page, nameless)

    assert not app.exception
    assert not app.error
    assert "Ids stand in for names that are not known." in words(app)
    assert "api.management.read" in words(app)


@pytest.mark.usefixtures("store")
def test_without_a_key_the_demo_organization_is_shown(
    words: Callable[[AppTest], str],
) -> None:
    app = visit("overview")

    assert "Demo data" in words(app)
    assert "See your own" in [link.proto.label for link in app.get("page_link")]
    assert [m.label for m in app.metric] == [
        "Spend",
        "Requests",
        "Tokens",
        "Cost per 1M tokens",
        "Cached share",
    ]


@pytest.mark.usefixtures("store")
def test_that_the_organization_is_invented_can_be_put_away(words: Callable[[AppTest], str]) -> None:
    app = visit("overview")

    app.button(key="demo").click().run()

    assert "Demo data" not in words(app)


@pytest.mark.usefixtures("store")
def test_a_bad_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, words: Callable[[AppTest], str]
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-secret-0123456789")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")

    app = visit("overview")

    assert not app.exception
    assert "OPENAI_BASE_URL must begin with https://" in shown(app.error[0].value)
    assert "sk-admin-secret" not in words(app)


def test_what_was_stored_stays_when_the_api_fails_later(
    open_page: Open, words: Callable[[AppTest], str]
) -> None:
    open_page("costs", ready)
    app = open_page("overview", BROKEN, period="90d")

    assert not app.exception
    assert app.metric[0].value == "$120.00"
    assert "What was stored before is shown." in words(app)
