import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lib.wording import numbers as fmt
from tests.browser.app import App
from tests.browser.conftest import NewScreen
from tests.browser.screen import FIRST_FETCH_MS, Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = {"/": "Overview", "/usage": "Usage", "/breakdown": "Breakdown", "/costs": "Costs", "/data": "Data"}
PROJECT = "Customer Assistant"
LAST = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=40)
SETTLED = f"/?from={LAST - dt.timedelta(days=9)}&to={LAST}"
"""Ten days that are final, so that their numbers stand still."""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_a_page_is_drawn_whole(new_screen: NewScreen, path: str, title: str, width: int) -> None:
    screen = new_screen(width)

    screen.open(path)

    expect(screen.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(screen.of("stException")).to_have_count(0)
    expect(screen.of("stAlertContentError")).to_have_count(0)
    expect(screen.of("stVegaLiteChart").or_(screen.of("stDataFrame"))).not_to_have_count(0)
    assert screen.wider_than_the_screen() == []


def test_a_period_reaches_the_address(screen: Screen) -> None:
    screen.open("/")

    screen.choose("Period", "Last 7 days")
    screen.settle()

    assert screen.query() == "period=7d"


def test_an_address_opened_afresh_shows_the_same_numbers(new_screen: NewScreen) -> None:
    first = new_screen()
    first.open(SETTLED)
    everything = first.numbers()
    first.choose("Project", PROJECT)
    first.settle()

    second = new_screen()
    second.open(first.page.url)

    assert "project=" in first.query()
    assert second.numbers() == first.numbers()
    assert second.numbers() != everything


def test_a_page_change_keeps_the_filters(screen: Screen) -> None:
    screen.open(SETTLED)
    screen.choose("Project", PROJECT)
    screen.settle()
    query = screen.query()

    screen.go_to("Usage")

    assert screen.page.url.split("?")[0].endswith("/usage")
    assert screen.query() == query
    expect(screen.of("stSidebar").get_by_text(PROJECT)).to_be_visible()


def test_back_undoes_a_filter_change(screen: Screen) -> None:
    screen.open("/")
    before = screen.numbers()
    screen.choose("Period", "Last 7 days")
    screen.settle()
    after = screen.numbers()

    screen.page.go_back()
    screen.settle()

    assert screen.query() == ""
    assert screen.numbers() == before
    assert after != before


def test_back_leaves_each_page_in_one_step(screen: Screen) -> None:
    screen.open(SETTLED)
    steps = screen.page.evaluate("history.length")
    for title in ("Usage", "Costs"):
        screen.go_to(title)
    screen.choose("Project", PROJECT)
    screen.settle()
    assert screen.page.evaluate("history.length") == steps + 3

    seen = []
    for _ in range(3):
        screen.page.go_back()
        screen.settle()
        seen.append(screen.page.url.removeprefix(screen.url))

    query = SETTLED.removeprefix("/")
    assert seen == [f"/costs{query}", f"/usage{query}", SETTLED]


@pytest.mark.parametrize("link", ["/?period=soon", "/forecast?period=7d", "/what_if"])
def test_back_leaves_a_link_that_was_put_right_in_one_step(link: str, screen: Screen) -> None:
    screen.page.goto("about:blank")
    screen.open(link)
    assert not screen.page.url.endswith(link)

    screen.page.go_back()

    assert screen.page.url == "about:blank"


def test_a_time_zone_is_found_by_its_city_and_its_hours_stand_on_the_axis(screen: Screen) -> None:
    screen.open(f"/usage?from={LAST}&to={LAST}")

    screen.menu("Time zone").click()
    screen.page.keyboard.type("Berlin")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**tz=Europe*")
    screen.settle()

    labels = screen.of("stVegaLiteChart").first.locator("svg text").all_text_contents()
    assert [label for label in labels if ":" in label] == [f"{hour:02}:00" for hour in range(3, 24, 3)]
    screen.page.go_back()
    screen.settle()
    assert screen.query() == f"from={LAST}&to={LAST}"
    expect(screen.menu("Time zone")).to_have_value("UTC")


def test_weeks_begin_on_monday_and_numbers_are_english_wherever_the_browser_is_from(
    new_screen: NewScreen,
) -> None:
    screen = new_screen(locale="ar-EG")
    screen.open("/data?period=7d")

    screen.page.get_by_test_id("stDateInputCalendarButton").first.click()

    weekdays = screen.page.locator('[data-testid="stDateInputCalendar"] thead th')
    expect(weekdays).to_have_text(list("MTWTFSS"))
    assert screen.page.evaluate("(1234.5).toLocaleString(navigator.languages)") == "1,234.5"


def test_days_marked_in_a_chart_are_the_period_until_back(screen: Screen) -> None:
    screen.open(SETTLED)
    chart = screen.of("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    plot = chart.bounding_box()
    assert plot
    across, half = (plot["x"] + plot["width"] * part for part in (0.3, 0.5))

    screen.page.mouse.move(across, plot["y"] + plot["height"] / 2)
    screen.page.mouse.down()
    screen.page.mouse.move(half, plot["y"] + plot["height"] / 2, steps=5)
    screen.page.mouse.up()
    expect(screen.page).not_to_have_url(screen.url + SETTLED, timeout=FIRST_FETCH_MS)
    screen.settle()
    first, last = (dt.date.fromisoformat(part.split("=")[1]) for part in screen.query().split("&"))

    assert LAST - dt.timedelta(days=9) < first < last < LAST
    screen.page.go_back()
    screen.settle()
    assert f"/?{screen.query()}" == SETTLED


def test_a_tap_on_a_chart_says_what_hovering_does_and_the_second_one_clicks(
    browser: Browser, app: App
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        screen = Screen(context.new_page(), app.url)
        screen.open(SETTLED)
        chart = screen.of("stVegaLiteChart").first
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

        screen.page.touchscreen.tap(*middle)
        expect(screen.page.locator("#vg-tooltip-element.visible")).to_contain_text("Billed")
        assert f"/?{screen.query()}" == SETTLED

        screen.page.touchscreen.tap(*middle)
        expect(screen.page).not_to_have_url(screen.url + SETTLED, timeout=FIRST_FETCH_MS)
        first, last = (part.split("=")[1] for part in screen.query().split("&"))
        assert first == last
        assert screen.problems == []


def test_a_click_in_a_chart_opened_large_narrows_the_page_behind_it(screen: Screen) -> None:
    screen.open(SETTLED)
    small = screen.of("stVegaLiteChart").first.bounding_box()

    screen.page.get_by_role("button", name="Enlarge").first.click()
    screen.settle()
    large = screen.page.get_by_role("dialog").locator("svg.marks").bounding_box()
    assert small
    assert large
    assert large["width"] > small["width"]
    assert large["height"] > small["height"]

    screen.page.mouse.click(large["x"] + large["width"] / 2, large["y"] + large["height"] * 0.8)
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    expect(screen.page).not_to_have_url(screen.url + SETTLED, timeout=FIRST_FETCH_MS)


def test_an_address_of_no_page_says_so_and_leads_on(screen: Screen) -> None:
    screen.open("/cost?period=7d")

    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    expect(screen.of("stMain")).to_contain_text("There is no page called “cost”.")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)

    screen.of("stMain").get_by_role("link").filter(has_text="Costs").first.click()
    screen.page.get_by_role("heading", name="Costs", exact=True, level=1).wait_for()
    screen.settle()

    assert screen.query() == "period=7d"


def test_a_download_adds_up_to_what_is_shown(screen: Screen, tmp_path: Path) -> None:
    screen.open(SETTLED)

    with screen.page.expect_download() as started:
        screen.page.get_by_role("button", name="CSV").first.click()
    started.value.save_as(tmp_path / "spend.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "spend.csv").read_text(encoding="utf-8-sig"))))
    spent = sum(Decimal(row["Billed (USD), exact"]) for row in rows)
    named = f"what-did-we-spend-day-by-day_{LAST - dt.timedelta(days=9)}_{LAST}.csv"
    assert started.value.suggested_filename == named
    assert [row["Day (UTC)"] for row in rows] == [str(LAST - dt.timedelta(days=n)) for n in range(9, -1, -1)]
    assert len(rows) == 10
    assert fmt.usd_short(spent) == screen.numbers()["Spend"]


def test_a_chart_is_saved_as_a_picture_of_what_is_shown(screen: Screen, tmp_path: Path) -> None:
    screen.open(SETTLED)
    screen.page.get_by_role("button", name="Save as").first.click()
    screen.page.get_by_role("button", name="SVG", exact=True).wait_for()
    screen.settle()

    with screen.page.expect_download() as started:
        screen.page.get_by_role("button", name="SVG", exact=True).click()
    started.value.save_as(tmp_path / "spend.svg")

    drawn = (tmp_path / "spend.svg").read_text(encoding="utf-8")
    assert started.value.suggested_filename.endswith(f"_{LAST}.svg")
    assert "What did we spend, day by day?" in drawn
    assert f"Billed: {screen.numbers()['Spend']} in total" in drawn


def test_copy_link_takes_the_address_of_what_is_shown(screen: Screen) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.open(SETTLED)
    screen.choose("Project", PROJECT)
    screen.settle()

    screen.page.get_by_role("button", name="Copy link").click()

    expect(screen.page.get_by_role("button", name="Copied")).to_be_visible()
    assert screen.page.evaluate("navigator.clipboard.readText()") == screen.page.url


def test_copy_link_needs_no_clipboard_of_the_browser(screen: Screen) -> None:
    screen.page.add_init_script("delete Navigator.prototype.clipboard")
    screen.open("/?period=7d")

    screen.page.get_by_role("button", name="Copy link").click()

    expect(screen.page.get_by_role("button", name="Copied")).to_be_visible()


def test_a_cold_deep_link_runs_through_the_frame(browser: Browser, tmp_path: Path) -> None:
    with App(tmp_path) as cold, browser.new_context() as context:
        screen = Screen(context.new_page(), cold.url)
        screen.open("/usage?period=7d")

        expect(screen.page.get_by_role("heading", level=1)).to_have_text("Usage")
        expect(screen.page.get_by_text("Demo data")).to_be_visible()
        expect(screen.menu("Period")).to_have_value("Last 7 days")
        assert screen.query() == "period=7d"
        assert screen.problems == []
        assert "Traceback" not in cold.log
