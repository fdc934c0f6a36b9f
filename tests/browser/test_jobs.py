"""What people come for, and in how many clicks from the first page they have it."""

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewScreen
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class Person:
    """Somebody who begins on the first page, and whose clicks are counted."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.clicks = 0
        screen.open("/")

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()
        self.screen.settle()

    def link(self, words: str) -> Locator:
        return self.screen.of("stMain").get_by_role("link").filter(has_text=words)


def test_last_month_by_project_against_its_budget_is_in_a_spreadsheet_in_4_clicks(
    screen: Screen, tmp_path: Path
) -> None:
    person = Person(screen)

    person.click(screen.page.get_by_role("link", name="Statement", exact=True).first)
    files = {}
    for question in ("What did each project cost?", "What was billed against each budget?"):
        card = screen.of("stLayoutWrapper").filter(has=screen.page.get_by_role("heading", name=question)).last
        with screen.page.expect_download() as started:
            person.click(card.get_by_role("button", name="CSV"))
        started.value.save_as(tmp_path / "saved.csv")
        text = (tmp_path / "saved.csv").read_text(encoding="utf-8-sig")
        files[question] = list(csv.DictReader(io.StringIO(text)))

    assert {"Project", "Spend, USD"} <= files["What did each project cost?"][0].keys()
    assert {"Budget (USD)", "Billed (USD)"} <= files["What was billed against each budget?"][0].keys()
    assert person.clicks <= 4


def test_a_link_to_the_unusual_key_is_had_in_2_clicks(new_screen: NewScreen) -> None:
    person = Person(new_screen())
    screen = person.screen
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    person.click(person.link("unusual, not marked"))
    person.click(screen.page.get_by_role("button", name="Copy link"))
    shown = screen.of("stMain").get_by_role("combobox", name="Look at").input_value()
    second = new_screen()
    second.open(screen.page.evaluate("navigator.clipboard.readText()"))

    assert second.of("stMain").get_by_role("combobox", name="Look at").input_value() == shown != ""
    assert person.clicks == 2


def test_the_hours_of_yesterday_of_a_key_are_had_in_3_clicks(screen: Screen) -> None:
    person = Person(screen)

    bar = screen.page.locator('path[aria-label*="API key: "]').first
    key = str(bar.get_attribute("aria-label")).partition("API key: ")[2].partition(";")[0]
    person.click(bar)
    person.click(person.link("Yesterday, hour by hour"))

    assert parse_qs(screen.query()).keys() == {"period", "key"}
    expect(screen.of("stMain")).to_contain_text(f"API key: {key}")
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Usage")
    hours = screen.of("stVegaLiteChart").first.locator('[aria-label*="Hour (UTC): "]')
    expect(hours.first).to_be_attached()
    assert person.clicks <= 3
