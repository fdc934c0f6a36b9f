"""A statement on paper: one sheet of its own, whatever surrounds it on the screen."""

import re

import pytest

from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
_PAGE = re.compile(rb"/Type\s*/Page[^s]")


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
