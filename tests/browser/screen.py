"""A page of the app in a browser, and everything that a person should not meet on it."""

from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, WebSocket

from lib.ui.site_map import SECTIONS

FIRST_FETCH_MS = 60_000
QUIET_MS = 800

# Still: the script rests, nothing is greyed out, waiting or being fetched, and all of that for a while.
STILL = """quiet => {
  const waiting = ['stSkeleton', 'stSpinner', 'stProgress'].map(id => `[data-testid="${id}"]`);
  const app = document.querySelector('[data-testid="stApp"]');
  const rests = app && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector([...waiting, '[data-stale="true"]'].join());
  const drawn = document.querySelectorAll('svg, canvas').length;
  const looks = rests ? `${location.href} ${drawn} ${document.body.innerText}` : null;
  if (looks === null || !window.seen || window.seen.looks !== looks) {
    window.seen = {looks, since: performance.now()};
    return false;
  }
  return performance.now() - window.seen.since > quiet;
}"""

# What scrolls sideways within itself, as a table does, may hold more than the screen is wide.
WIDER = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
  const held = e => e !== main && (scrolls(e) || e.dataset.testid === 'stDataFrame' || held(e.parentElement));
  const found = [...main.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return e instanceof HTMLElement && box.width > 0 && box.right > innerWidth + 2 && !held(e.parentElement);
  });
  return found.map(e => `${e.dataset.testid || e.tagName}: ${(e.innerText || '').slice(0, 40)}`);
}"""


class Screen:
    """A browser tab on the app at `url`; `problems` collects what went wrong on it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.problems: list[str] = []
        self.url = url
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("request", self._on_request)
        page.on("websocket", self._on_websocket)
        page.on("response", self._on_response)

    def open(self, address: str) -> None:
        """Open a path of the app, or a whole address, and wait until it is drawn."""
        self.page.goto(address if address.startswith("http") else self.url + address)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing has moved on the page for a moment."""
        self.page.evaluate("window.seen = undefined")
        self.page.wait_for_function(STILL, arg=QUIET_MS, polling=100, timeout=FIRST_FETCH_MS)

    def of(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def numbers(self) -> dict[str, str]:
        """Return the headline numbers, as text, by their labels."""
        labels = self.of("stMetricLabel").all_inner_texts()
        return dict(zip(labels, self.of("stMetricValue").all_inner_texts(), strict=True))

    def query(self) -> str:
        return urlsplit(self.page.url).query

    def wider_than_the_screen(self) -> list[str]:
        found: list[str] = self.page.evaluate(WIDER)
        return found

    def menu(self, label: str) -> Locator:
        """Return a menu of the sidebar."""
        return self.of("stSidebar").get_by_role("combobox", name=label, exact=True)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a menu in the sidebar."""
        self.menu(label).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")

    def go_to(self, title: str) -> None:
        """Follow the navigation to another page."""
        self.follow(title)
        self.page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
        self.settle()

    def follow(self, title: str) -> None:
        """Click a page's entry in the navigation, below that of its section where it has one."""
        section = next(name for name, entries in SECTIONS.items() if title in [e.title for e in entries])
        if section:
            self.of("stTopNavSection").filter(has_text=section).click()
        role: Literal["menuitem", "link"] = "menuitem" if section else "link"
        self.page.get_by_role(role, name=title, exact=True).first.click()

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own word on a failed answer is told better by the answer itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        # Streamlit looks for its server under each page's own path first.
        if response.status >= 400 and "/_stcore/" not in response.url:
            self.problems.append(f"{response.status}: {response.url}")

    def _on_request(self, request: Request) -> None:
        self._refuse_foreign(request.url)

    def _on_websocket(self, opened: WebSocket) -> None:
        self._refuse_foreign(opened.url)

    def _refuse_foreign(self, url: str) -> None:
        there = urlsplit(url)
        if there.scheme in {"http", "https", "ws", "wss"} and there.netloc != urlsplit(self.url).netloc:
            self.problems.append(f"another host: {url}")
