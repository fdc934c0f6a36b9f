import pytest

from lib.ui import picks
from lib.ui.picks import Pick, pick_of


@pytest.fixture
def narrowed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what the view was narrowed to."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(picks, "narrow", lambda dimension, value: found.append((dimension, value)))
    return found


def test_a_label_stands_for_its_id_and_other_and_credits_for_none() -> None:
    labels = {"proj_a": "Search", "Other": "Other", "Credits": "Credits", "(none)": "No project"}

    assert pick_of("project_id", labels) == Pick(
        "project_id", {"Search": "proj_a", "No project": "(none)", "(none)": "(none)"}
    )


def test_a_click_narrows_to_the_id_behind_its_label(narrowed: list[tuple[str, str]]) -> None:
    pick = Pick("project_id", {"Search": "proj_a"})

    for label in ("Search", "Other", None):
        pick.narrow(label)

    assert narrowed == [("project_id", "proj_a")]
