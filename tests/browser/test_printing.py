"""Statements on paper: one sheet of its own, whatever surrounds it on the screen, and files on A4."""

import re
from decimal import Decimal

import pandas as pd
import pytest
from playwright.sync_api import Browser

from lib.catalog.units import Unit
from lib.tables.columns import column, text_column
from lib.tables.print_sheet import PrintedTable
from lib.tables.report_files import as_html
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_PAGE = re.compile(rb"/Type\s*/Page[^s]")
_SIZE = re.compile(rb"/MediaBox\s*\[0 0 ([0-9.]+ [0-9.]+)\]")


def test_a_statement_is_printed_on_one_page_without_what_surrounds_it(screen: Screen) -> None:
    screen.open("/statement")
    sheet = screen.page.locator(".print-sheet")
    assert not sheet.is_visible()

    printed = screen.page.pdf(format="A4")
    screen.page.emulate_media(media="print")

    assert len(_PAGE.findall(printed)) == 1
    assert sheet.is_visible()
    assert not screen.of("stSidebar").is_visible()
    assert not screen.of("stHeader").is_visible()
    assert not screen.of("stMetric").first.is_visible()


def test_a_report_that_stands_alone_is_printed_on_a4_with_every_row(browser: Browser) -> None:
    names = [f"A project with a long name, number {nth}" for nth in range(80)]
    rows = pd.DataFrame({"name": names, "usd": [Decimal(nth) for nth in range(80)]}).astype(object)
    columns = {"name": text_column("Project"), "usd": column("Billed (USD)", Unit.USD)}
    wide = b'<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="300" viewBox="0 0 2000 300"></svg>'
    page = browser.new_page()
    html = as_html("Statement", ["All of it."], {}, [PrintedTable("By project", rows, columns)], wide)
    page.set_content(html.decode())

    printed = page.pdf(prefer_css_page_size=True)
    page.set_viewport_size({"width": 688, "height": 1016})  # what A4 has between its margins, in pixels
    page.emulate_media(media="print")

    assert set(_SIZE.findall(printed)) == {b"594.95996 841.91998"}
    assert len(_PAGE.findall(printed)) > 1
    assert page.evaluate("document.documentElement.scrollWidth") == 688
    page.close()
