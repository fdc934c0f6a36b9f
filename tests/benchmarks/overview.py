"""How long the Overview takes: run again on a year that is stored, and drawn first on an empty store."""

import datetime as dt
import logging
import os
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from lib.catalog.sources import SOURCES
from lib.openai_admin import AdminClient
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.settings import load_settings
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_names
from lib.sync.plan import Need
from lib.sync.run import ensure
from tests.benchmarks.outcomes import Api
from tests.browser import chromium
from tests.browser.app import App

YEAR = dt.timedelta(days=365)
METRICS = 5
PATIENCE_MS = 60_000


def warm(api: Api, folder: Path, runs: int) -> float:
    """Return the seconds that the script takes over a year when it runs again, the median of `runs`."""
    logging.disable(logging.WARNING)  # streamlit remarks that a script runs without its server
    from tests.pages.conftest import visit

    os.environ |= {
        "OPENAI_ADMIN_KEY": api.key,
        "OPENAI_BASE_URL": api.base_url,
        "USAGE_STORE_URI": str(folder / "store"),
    }
    fill(api, Store(str(folder / "store")))
    app = visit("overview", period="365d")
    if app.exception or len(app.metric) != METRICS:
        raise RuntimeError(f"The Overview did not come up: {app.exception or app.error}")
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def fill(api: Api, store: Store) -> None:
    """Store all that a page could ask for, so that nothing is fetched beside it."""
    settings = load_settings({}, os.environ)
    today = api.now.date()
    asked = Window(today - 2 * YEAR + ONE_DAY, today + ONE_DAY)
    client = AdminClient(api.key, api.base_url)
    ensure(lambda: client, store, [Need(s, Width.DAY, asked) for s in SOURCES], settings, now=api.now)
    sync_names(client, store, now=api.now)
    client.close()


def first(folder: Path, rounds: int) -> float:
    """Return the seconds from when the app's server is up until the Overview's numbers are seen.

    The median of `rounds`, each with a store, a server and a browser page of its own.
    """
    return median(_first(folder / f"round-{n}") for n in range(rounds))


def _first(folder: Path) -> float:
    folder.mkdir()
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = chromium.launch(playwright)
        stack.callback(browser.close)
        page = browser.new_page()
        app = stack.enter_context(App(folder))
        began = time.perf_counter()
        page.goto(app.url)
        page.get_by_test_id("stMetric").nth(METRICS - 1).wait_for(timeout=PATIENCE_MS)
        return time.perf_counter() - began
