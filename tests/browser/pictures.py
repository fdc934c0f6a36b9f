"""Take the README's pictures of the demo organization: `python -m tests.browser.pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.app import App
from tests.browser.screen import Screen

FOLDER = Path(__file__).parent / "pictures"
PAGES = {"overview": "/", "costs": "/costs?compare=none", "reconciliation": "/reconciliation"}
SIZE = {"width": 1440, "height": 960}


def take() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, App(Path(folder)) as app, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=SIZE, color_scheme=scheme)
            for name, address in PAGES.items():
                screen = Screen(context.new_page(), app.url)
                screen.open(address)
                screen.page.screenshot(path=FOLDER / f"{name}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    take()
