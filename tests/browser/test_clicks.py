"""Clicks that come before a page is drawn, and a first visit that goes straight to a page."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import App
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("Overview", "Usage", "Breakdown", "Costs", "Anomalies", "Changes")
MOMENTS = 20
LONGEST_MS = 900


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[App]:
    """A server that nobody has visited, on an empty store."""
    with App(tmp_path) as running:
        yield running


@pytest.fixture
def fresh_screen(fresh: App, browser: Browser) -> Iterator[Screen]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    screen = Screen(context.new_page(), fresh.url)
    yield screen
    context.close()
    assert screen.problems == []
    assert "Traceback" not in fresh.log


def test_clicks_at_any_moment_leave_a_usable_page(fresh_screen: Screen) -> None:
    screen, dice = fresh_screen, random.Random(8)  # noqa: S311 - seeded, so that every run clicks alike
    screen.page.goto(f"{screen.url}/?period=7d")
    for _ in range(MOMENTS):
        page = dice.choice(PAGES)
        screen.follow(page)
        screen.page.wait_for_timeout(dice.uniform(0, LONGEST_MS))

    screen.go_to("Costs")

    expect(screen.of("stException")).to_have_count(0)
    expect(screen.page).to_have_url(re.compile(r"/costs\?period=7d$"))
    expect(screen.menu("Period")).to_have_value("Last 7 days")


def test_a_first_visit_never_shows_the_names_of_files(fresh_screen: Screen) -> None:
    screen = fresh_screen
    screen.page.add_init_script(
        """new MutationObserver(() => {
          const shown = document.querySelector('[data-testid="stSidebarNav"]');
          if (shown) window.listed = (window.listed || '') + shown.innerText;
        }).observe(document, {subtree: true, childList: true});"""
    )

    screen.open("/ledgers?period=7d")

    assert screen.page.evaluate("window.listed || ''") == ""
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Reconciliation")
    assert screen.query() == "period=7d"
