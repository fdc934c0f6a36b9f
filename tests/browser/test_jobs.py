"""What people come for, and in how many clicks from the first page they have it."""

import csv
import datetime as dt
import io
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Locator, expect

from lib.demo.server.http_server import DemoServer
from tests.browser.app import App
from tests.browser.conftest import NewScreen
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


WIDE, PHONE = 1440, 390


class Person:
    """Somebody who begins on the first page, and whose clicks, or keys for them, are counted."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.clicks = 0
        screen.open("/")

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()
        self.screen.settle()

    def go_to(self, title: str, section: str = "") -> None:
        """Follow the navigation, which a phone shows once the sidebar is opened."""
        page = self.screen.page
        if page.viewport_size and page.viewport_size["width"] == PHONE:
            self.click(page.get_by_test_id("stExpandSidebarButton"))
            self.click(self.screen.of("stSidebar").get_by_role("link", name=title, exact=True))
        elif section:
            self.click(self.screen.of("stTopNavSection").filter(has_text=section))
            self.click(page.get_by_role("menuitem", name=title, exact=True))
        else:
            self.click(page.get_by_role("link", name=title, exact=True).first)

    def reach(self, what: Locator) -> None:
        """Go on by the Tab key until `what` has the focus, and press Enter."""
        self.clicks += 1
        for _ in range(MOST_TABS):
            self.screen.page.keyboard.press("Tab")
            if what.evaluate("each => each === each.getRootNode().activeElement"):
                break
        expect(what).to_be_focused()
        self.screen.page.keyboard.press("Enter")
        self.screen.settle()

    def link(self, words: str) -> Locator:
        return self.screen.of("stMain").get_by_role("link").filter(has_text=words)


def narrowed_to_the_first(person: Person, what: str) -> str:
    """Click on the first bar of a project or key, say, and return what that is called."""
    bar = person.screen.page.locator(f'path[aria-label*="{what}: "]').first
    name = str(bar.get_attribute("aria-label")).partition(f"{what}: ")[2].partition(";")[0]
    person.click(bar)
    return name


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_last_month_by_project_against_its_budget_is_in_a_spreadsheet_in_4_clicks(
    width: int, new_screen: NewScreen, tmp_path: Path
) -> None:
    person = Person(screen := new_screen(width))

    person.go_to("Statement")
    last_month = dt.datetime.now(dt.UTC).date().replace(day=1) - dt.timedelta(days=1)
    expect(screen.of("stMain").get_by_role("combobox", name="Month")).to_have_value(f"{last_month:%B %Y}")
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


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_link_to_the_unusual_key_is_had_in_2_clicks(width: int, new_screen: NewScreen) -> None:
    person = Person(new_screen(width))
    screen = person.screen
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    person.click(person.link("unusual, not marked"))
    person.click(screen.page.get_by_role("button", name="Copy link"))
    shown = screen.of("stMain").get_by_role("combobox", name="Look at").input_value()
    second = new_screen()
    second.open(screen.page.evaluate("navigator.clipboard.readText()"))

    assert second.of("stMain").get_by_role("combobox", name="Look at").input_value() == shown != ""
    assert person.clicks == 2


def test_a_mail_about_the_unusual_key_and_to_whom_is_had_by_2_keys(new_screen: NewScreen) -> None:
    person = Person(new_screen())
    screen = person.screen
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    person.reach(person.link("unusual, not marked"))
    person.reach(screen.page.get_by_role("button", name="Copy message"))

    message = screen.page.evaluate("navigator.clipboard.readText()")
    assert message.startswith("Unusual, ")
    assert all(part in message for part in ("API key: ", "owned by ", "Was this expected? http"))
    assert person.clicks == 2


def test_the_bill_is_set_beside_the_invoice_in_1_click(screen: Screen) -> None:
    person = Person(screen)

    person.go_to("Statement")
    screen.page.get_by_label("Total of the invoice").fill("39,703.93")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**invoice=*")
    screen.settle()

    numbers = screen.numbers()
    assert numbers["Invoice"] == "$39,703.93"
    assert "Bill less invoice" in numbers
    assert person.clicks == 1


def test_what_a_project_costs_by_key_and_by_person_and_could_save_is_had_in_5_clicks(screen: Screen) -> None:
    person = Person(screen)

    project = narrowed_to_the_first(person, "Project")
    expect(screen.of("stMain")).to_contain_text(f"Project: {project}")
    keys = screen.page.get_by_role("heading", name="Which API keys cost most?")
    expect(keys).to_be_visible()
    person.click(person.link("Who spent it?"))
    person.click(screen.of("stMain").get_by_role("radio", name="Person"))
    expect(screen.page.get_by_role("heading", name="Which people spent most?")).to_be_visible()
    person.go_to("Savings", "Plan")

    expect(screen.of("stMain")).to_contain_text(f"Project: {project}")
    assert person.clicks == 5


def test_the_hours_of_yesterday_of_a_key_are_had_in_3_clicks(screen: Screen) -> None:
    person = Person(screen)

    key = narrowed_to_the_first(person, "API key")
    person.click(person.link("Yesterday, hour by hour"))

    assert parse_qs(screen.query()).keys() == {"period", "key"}
    expect(screen.of("stMain")).to_contain_text(f"API key: {key}")
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Usage")
    hours = screen.of("stVegaLiteChart").first.locator('[aria-label*="Hour (UTC): "]')
    expect(hours.first).to_be_attached()
    assert person.clicks <= 3


def test_a_key_is_set_up_in_3_clicks_and_without_a_restart(browser: Browser, tmp_path: Path) -> None:
    with (
        DemoServer(now=lambda: dt.datetime.now(dt.UTC)) as openai,
        App(tmp_path, {"OPENAI_BASE_URL": openai.base_url}) as app,
        browser.new_context() as context,
    ):
        person = Person(screen := Screen(context.new_page(), app.url))
        typed = screen.page.get_by_label("Admin key", exact=True)

        person.click(person.link("See your own"))
        typed.fill("sk-proj-0123456789")
        typed.press("Enter")
        expect(screen.of("stAlert").filter(has_text="project")).to_be_visible()
        for key, said in (
            ("sk-admin-wrong", "OpenAI refused the key"),
            (openai.admin_key, "What may this key do?"),
        ):
            typed.fill(key)
            typed.press("Enter")
            screen.settle()
            person.click(screen.page.get_by_role("button", name="Test", exact=True))
            expect(screen.of("stMain")).to_contain_text(said)
        app.secrets.write_text(f'[openai]\nadmin_key = "{openai.admin_key}"\n')
        screen.open("/connection")

        expect(screen.of("stMain")).to_contain_text(f"The key that ends in …{openai.admin_key[-4:]} is used")
        assert person.clicks == 3
        assert screen.problems == []
        assert "Traceback" not in app.log


MOST_TABS = 60
"""Within how many keys everything that is needed first can be reached."""
