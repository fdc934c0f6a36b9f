"""What axe-core finds on the pages, and headings that can be followed without seeing them."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from lib.ui.site_map import ENTRIES, FIRST
from tests.browser.app import App
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ["" if entry is FIRST else file for file, entry in ENTRIES.items()]
MENDED_BY_STREAMLIT_ALONE = {
    "svg-img-alt": "The small chart in a metric gives its unseen marks a role without a name; what it shows "
    "stands beside it as text.",
}
LEVELS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]))"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_in_the_way(app: App, browser: Browser, page: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    screen = Screen(context.new_page(), app.url)
    screen.open(f"/{page}")

    found = serious_on(screen)
    if found:
        # What is drawn anew is faded out for a moment: a fault is one that is there a second time.
        screen.settle()
        found = [each for each in serious_on(screen) if each in found]
    levels = screen.page.evaluate(LEVELS)
    context.close()

    assert [each for each in found if each.split(":")[0] not in MENDED_BY_STREAMLIT_ALONE] == []
    assert [level for level in levels if level == 1] == [1]
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def serious_on(screen: Screen) -> list[str]:
    """Return the serious faults of a page, each with what it is about."""
    found = Axe().run(screen.page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in WEIGHTY]


WEIGHTY = {"serious", "critical"}
