"""The browser of the tests: the system's Chromium, else Playwright's own."""

import shutil

from playwright.sync_api import Browser, Playwright

SYSTEM = ("chromium", "google-chrome", "chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def found() -> str | None:
    """Return the path of the system's Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, SYSTEM)), None)


def launch(playwright: Playwright) -> Browser:
    """Return a headless Chromium; raises Playwright's Error where there is none."""
    return playwright.chromium.launch(executable_path=found(), args=list(FLAGS))
