import datetime as dt

import pytest

from lib.answers.view_keeping import parameters_of, problem, query_of, seen_by, start_of
from lib.store.records.saved_views import SavedView

NOON = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
ADA, BOB = "ada@example.com", "bob@example.com"


def view(name: str, owner: str, *, shared: bool = False, start: bool = False, minute: int = 0) -> SavedView:
    return SavedView(name, "costs", "", owner, shared, start, written_at=NOON + dt.timedelta(minutes=minute))


def test_people_see_their_own_views_and_shared_ones() -> None:
    views = [view("a", ADA), view("b", BOB), view("c", BOB, shared=True), view("d", "")]

    assert [v.name for v in seen_by(ADA, views)] == ["a", "c"]
    assert [v.name for v in seen_by("", views)] == ["c", "d"]


def test_the_app_opens_with_the_latest_start_of_ones_own() -> None:
    views = [
        view("old", ADA, start=True),
        view("new", ADA, start=True, minute=2),
        view("plain", ADA, minute=3),
        view("theirs", BOB, shared=True, start=True, minute=4),
    ]

    found = start_of(ADA, views)

    assert found is not None
    assert found.name == "new"
    assert start_of("", views) is None


@pytest.mark.parametrize(
    "address", [{}, {"period": ["7d"]}, {"project": ["a&b=c", "ü"], "columns": [""], "named": ["50 %"]}]
)
def test_what_was_chosen_is_kept_to_the_letter(address: dict[str, list[str]]) -> None:
    kept = parameters_of(SavedView("a", "costs", query_of(address)))

    assert kept == {**address, "saved": ["1"]}


@pytest.mark.parametrize(
    ("name", "letters", "said"),
    [
        ("Weekly", 10, ""),
        ("x" * 60, 4_000, ""),
        (" ", 10, "Give the view a name."),
        ("x" * 61, 10, "The name has more than 60 letters. Shorten it."),
        ("Weekly", 4_001, "Too much is chosen to be kept: filter by fewer values."),
    ],
)
def test_what_cannot_be_kept_is_said(name: str, letters: int, said: str) -> None:
    assert problem(name, "x" * letters) == said
