"""Text from outside is shown as it is written: no picture, link or formula, and nobody else is asked."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.app import App
from tests.browser.screen import Screen
from tests.loopback import Loopback, Request, Response
from tests.pages import organization

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOSTILE = "![p](http://127.0.0.1:9/p.gif) [in](http://127.0.0.1:9/l) $x$ a@b.co www.c.co :red[r]"
PAGES = (
    "",
    "usage",
    "breakdown?then=user_id",
    "breakdown?by=line_item&draw=side+by+side",
    "costs?stack=user_id",
    "costs?stack=project_id&also=user_id",
    "costs?stack=owner",
    "changes",
    "reconciliation",
    "anomalies",
    "directory",
    "directory?list=key",
    "profile",
    "profile?kind=user",
    "profile?kind=key",
    "budgets",
    "savings",
    "savings?open=simulator",
    "units",
    "data",
    "connection",
    "statement",
)
PARAMETERS = (
    *("project", "model", "user", "key", "from", "to", "period", "grain", "compare"),
    *(
        "id",
        "kind",
        "stack",
        "also",
        "by",
        "then",
        "measure",
        "draw",
        "table",
        "rows",
        "odd",
        "saving",
        "of",
        "find",
        "list",
        "month",
        "invoice",
    ),
)
DRAWN = """() => [...document.querySelectorAll(
  '[data-testid="stApp"] :is(.katex, img, .stMarkdownColoredText, [data-testid="stMarkdownContainer"] a)'
)].map(e => e.outerHTML).filter(html => /127.0.0.1:9|katex|mailto|c\\.co|ColoredText/.test(html))"""
"""What Markdown makes of such text."""


def hostile(request: Request) -> Response:
    """Answer as the organization does, with names that Markdown would read."""
    answer = organization.ready(request)
    return Response(_renamed(answer.body), status=answer.status)


def _renamed(value: object) -> object:
    if isinstance(value, list):
        return [_renamed(v) for v in value]
    if isinstance(value, dict):
        named = {k: _renamed(v) for k, v in value.items()}
        return named | {
            k: f"{HOSTILE} {named[k]}" for k in ("name", "line_item") if isinstance(named.get(k), str)
        }
    return value


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on an organization whose names are hostile."""
    with pytest.MonkeyPatch.context() as patch, Loopback(hostile) as api:
        patch.setattr(organization, "NOW", dt.datetime.now(dt.UTC))
        key = {"OPENAI_ADMIN_KEY": "sk-admin-secret-0123456789", "OPENAI_BASE_URL": api.base_url}
        with App(tmp_path_factory.mktemp("hostile"), key) as running:
            yield running


@pytest.fixture
def screen(named: App, browser: Browser) -> Iterator[Screen]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    opened = Screen(context.new_page(), named.url)
    yield opened
    context.close()
    assert opened.problems == []


@pytest.mark.parametrize("page", PAGES)
def test_names_are_shown_as_they_are_written(page: str, screen: Screen) -> None:
    screen.open(f"/{page}")

    assert screen.page.evaluate(DRAWN) == []
    assert screen.of("stException").count() == 0


@pytest.mark.parametrize("page", sorted({page.split("?")[0] for page in PAGES}))
def test_a_link_is_quoted_as_it_is_written(page: str, screen: Screen) -> None:
    screen.open(f"/{page}?" + "&".join(f"{name}={quote(HOSTILE)}" for name in PARAMETERS))

    assert screen.page.evaluate(DRAWN) == []
    assert screen.of("stException").count() == 0
    said = screen.of("stSidebar").inner_text() + screen.of("stMain").inner_text()
    assert "![p](http://127.0.0.1:9/p.gif)" in said.replace("\u2060", "")
