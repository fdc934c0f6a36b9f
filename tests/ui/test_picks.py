import pytest

from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED
from lib.ui import picks
from lib.ui.picks import Pick, pick_of

LABELS = {"proj_a": "Alpha", OTHER: "Other", CREDITS: "Credits"}


@pytest.fixture
def narrowed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what the view is narrowed to."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(picks, "narrow", lambda *to: found.append(to))
    monkeypatch.setattr(picks.address_bar, "link", lambda page, **about: f"{page} {sorted(about.items())}")
    return found


def test_a_click_narrows_to_the_id_behind_its_label(narrowed: list[tuple[str, str]]) -> None:
    pick_of("project_id", LABELS).narrow("Alpha")

    assert narrowed == [("project_id", "proj_a")]


@pytest.mark.parametrize("label", [None, "Other", "Credits", "Beta"])
def test_what_is_not_one_thing_narrows_nothing(narrowed: list[tuple[str, str]], label: str | None) -> None:
    pick_of("project_id", LABELS).narrow(label)

    assert narrowed == []


def test_what_has_no_id_can_be_narrowed_to(narrowed: list[tuple[str, str]]) -> None:
    pick_of("user_id", {}).narrow(UNATTRIBUTED)

    assert narrowed == [("user_id", UNATTRIBUTED)]


@pytest.mark.usefixtures("narrowed")
def test_projects_users_and_keys_have_a_profile() -> None:
    assert [pick_of(name, LABELS).profile("Alpha") for name in ("project_id", "user_id", "api_key_id")] == [
        "profile [('id', 'proj_a'), ('kind', 'project')]",
        "profile [('id', 'proj_a'), ('kind', 'user')]",
        "profile [('id', 'proj_a'), ('kind', 'key')]",
    ]
    assert pick_of("model", LABELS).profile("Alpha") is None
    assert pick_of("project_id", LABELS).profile("Beta") is None
    assert pick_of("project_id", LABELS).profile(UNATTRIBUTED) is None


def test_a_label_stands_for_its_id_and_other_and_credits_for_none() -> None:
    labels = {"proj_a": "Search", "Other": "Other", "Credits": "Credits", "(none)": "No project"}

    assert pick_of("project_id", labels) == Pick(
        "project_id", {"Search": "proj_a", "No project": "(none)", "(none)": "(none)"}
    )
