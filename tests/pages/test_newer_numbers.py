"""Newer numbers of days that were seen: pages go on with those before until all pages can be shown anew."""

import copy
import datetime as dt
import threading
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lib.answers import editions, instance
from lib.answers.page_questions import PageQuestions
from tests.loopback import Request, Response
from tests.pages.conftest import Open, settled, visit
from tests.pages.organization import NAMES, NOW, ROWS, answer
from tests.waiting import until

WORKED_OUT = "What was fetched since is being worked out. The page shows what was stored before."
OLD, NEW = "$60.00", "$64.00"


@pytest.fixture
def may_answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let pages have asked much, whose answers are not found before this event."""
    event, ask_again = threading.Event(), PageQuestions.ask_again

    def wait_and_ask(questions: PageQuestions) -> None:
        event.wait(10)
        ask_again(questions)

    monkeypatch.setattr(PageQuestions, "ask_again", wait_and_ask)
    monkeypatch.setattr(editions, "_MANY", 0)
    monkeypatch.setattr(editions, "_QUIET", 0.0)
    yield event
    event.set()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, open_page: Open) -> Callable[[], None]:
    """Open a page on an organization, and return a function after which days cost more and are stale."""
    rows, moment = copy.deepcopy(dict(ROWS)), [NOW]

    def respond(request: Request) -> Response:
        return answer(request, rows, NAMES)

    def change() -> None:
        rows["costs"][0]["amount"]["value"] = "2.25"
        moment[0] += dt.timedelta(hours=1)

    monkeypatch.setattr(instance, "now", lambda: moment[0])
    assert spend(open_page("overview", respond)) == OLD
    return change


def spend(app: AppTest) -> str:
    return str(app.metric[0].value)


def test_the_page_shows_what_was_stored_before_and_says_so(
    later: Callable[[], None], may_answer: threading.Event, words: Callable[[AppTest], str]
) -> None:
    later()
    app = visit("overview")

    assert spend(app) == OLD
    assert WORKED_OUT in words(app)
    assert "Last refreshed 23 Nov 2026, 12:00 UTC" in words(app)

    may_answer.set()
    until(lambda: not instance.open_backend().is_behind)
    app.run()

    assert spend(app) == NEW
    assert WORKED_OUT not in words(app)
    assert "Last refreshed 23 Nov 2026, 13:00 UTC" in words(app)


@pytest.mark.usefixtures("may_answer")
def test_whoever_refreshes_sees_newer_numbers_as_they_come(
    later: Callable[[], None], words: Callable[[AppTest], str]
) -> None:
    app = visit("overview")
    later()

    refresh = next(button for button in app.sidebar.button if button.label == "Refresh")
    app = settled(refresh.click().run())

    assert spend(app) == NEW
    assert WORKED_OUT not in words(app)


@pytest.mark.usefixtures("may_answer")
def test_days_that_nobody_has_seen_do_not_wait(later: Callable[[], None]) -> None:
    later()
    app = visit("overview", **{"from": "2025-03-01", "to": "2025-03-10"})

    assert spend(app) == "$30.00"
    assert not app.error
