"""What files and pictures are named after."""

import datetime as dt

import pytest

from lib.answers.view import View
from lib.engine.filters import Filters
from lib.periods.windows import Window
from lib.ui import exits
from lib.ui.exits import Scope
from lib.ui.session import Session

OCTOBER = Window(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
NOVEMBER = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 27))
GPT, OTHER = Filters((("model", ("gpt-6",)),)), Filters((("model", ("gpt-5",)),))


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Session:
    found = Session(view=View(OCTOBER, dt.date(2026, 11, 26), filters=GPT))
    monkeypatch.setattr(exits, "session", lambda: found)
    monkeypatch.setattr(exits.instance, "open_backend", lambda: None)
    monkeypatch.setattr(exits.loading, "load_labels", lambda _backend: exits.Labels(()))
    return found


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("costs", Scope(OCTOBER, "gpt-6")),
        ("budgets", Scope(None, "gpt-6")),
        ("statement", Scope(None, "")),
    ],
)
def test_a_file_names_of_the_sidebar_what_counts_on_the_page(
    tab: Session, page: str, expected: Scope
) -> None:
    tab.page = page

    assert exits.scope() == expected


def test_a_page_can_be_about_other_days_and_filters(tab: Session) -> None:
    tab.page = "costs"

    exits.about(OTHER, NOVEMBER)

    assert exits.scope() == Scope(NOVEMBER, "gpt-5")


def test_before_there_is_a_view_a_file_is_named_for_its_question_alone(tab: Session) -> None:
    tab.view = None

    assert exits.scope() == Scope()


def test_a_picture_says_its_days_and_filters_in_a_line() -> None:
    assert Scope(OCTOBER, "Search, Ada").words == "1–31 Oct 2026 (UTC) · Search, Ada"
    assert Scope(None, "Search").words == "Search"
    assert Scope().words == ""


def test_a_file_has_the_question_days_and_filters_in_its_name() -> None:
    assert Scope(OCTOBER, "Ada").name("Who spent?", "csv") == "who-spent_2026-10-01_2026-10-31_ada.csv"
