from collections.abc import Callable, Generator, Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser import chromium
from tests.browser.app import App
from tests.browser.screen import Screen

MISSING = (
    "The browser tests need Chromium, and none was found. Install it with `apt-get install chromium`, "
    "or with `.venv/bin/python -m playwright install chromium`."
)
NewScreen = Callable[..., Screen]


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on demo data, shared by all browser tests."""
    with App(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            started = chromium.launch(playwright)
        except Error as error:
            if chromium.found():
                raise
            pytest.fail(f"{MISSING}\n{error}", pytrace=False)
        yield started
        started.close()


@pytest.fixture
def new_screen(browser: Browser, app: App) -> Iterator[NewScreen]:
    """Return a function that opens a fresh browser window on the app; none may have met a problem."""
    opened: list[Screen] = []
    said_before = len(app.log)

    def open_(width: int = 1440, url: str = app.url, locale: str = "en-GB") -> Screen:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
        screen = Screen(context.new_page(), url)
        opened.append(screen)
        return screen

    yield open_
    for screen in opened:
        screen.page.context.close()
    assert [problem for screen in opened for problem in screen.problems] == []
    assert "Traceback" not in app.log[said_before:]


@pytest.fixture
def screen(new_screen: NewScreen) -> Screen:
    return new_screen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what the app said beside a test that failed."""
    report = yield
    app = getattr(item, "funcargs", {}).get("app")
    if report.failed and app:
        report.sections.append(("The app's log", app.log[-8_000:]))
    return report
