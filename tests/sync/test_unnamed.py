import datetime as dt
from pathlib import Path

import pytest

from lib.openai_admin.name_lists import Name
from lib.store.usage_store import Store
from lib.sync.unnamed import keys_due
from tests.stored import filled

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY, YESTERDAY, BEFORE = "2026-01-20", "2026-01-19", "2026-01-18"


def due(
    folder: Path, day: str, ago: dt.timedelta | None, *, key: str | None = "key_1", archived: bool = False
) -> list[str]:
    """Return whose keys are due where a project used `key` on `day` and its keys were listed `ago`."""
    store = filled(folder, "embeddings", {"start": day, "project_id": "proj_a", "api_key_id": key})
    listed_at = None if ago is None else NOW - ago
    alpha = Name("project", "proj_a", "Alpha", archived=archived, keys_listed_at=listed_at)
    idle = Name("project", "proj_idle", "Idle")
    store.merge_names([alpha, idle, Name("api_key", "key_1", "CI", project_id="proj_a")], NOW)
    return [project.id for project in keys_due(store, NOW)]


@pytest.mark.parametrize("day", [TODAY, "2025-02-03"])
@pytest.mark.parametrize("key", ["key_1", None])
def test_the_keys_of_a_project_with_rows_are_due_at_first(tmp_path: Path, day: str, key: str | None) -> None:
    assert due(tmp_path, day, None, key=key) == ["proj_a"]


@pytest.mark.parametrize(
    ("day", "ago", "is_due"),
    [(TODAY, DAY, True), (YESTERDAY, DAY, True), (TODAY, DAY - TICK, False), (BEFORE, 9 * DAY, False)],
)
def test_the_keys_of_a_project_that_spends_are_due_daily(
    tmp_path: Path, day: str, ago: dt.timedelta, *, is_due: bool
) -> None:
    assert bool(due(tmp_path, day, ago)) is is_due


@pytest.mark.parametrize(
    ("day", "ago", "is_due"),
    [(TODAY, HOUR, True), (TODAY, HOUR - TICK, False), (BEFORE, HOUR, False), (TODAY, -HOUR, True)],
)
def test_keys_are_due_within_the_hour_where_one_without_a_name_is_used(
    tmp_path: Path, day: str, ago: dt.timedelta, *, is_due: bool
) -> None:
    assert bool(due(tmp_path, day, ago, key="key_new")) is is_due


def test_an_archived_project_lists_no_keys(tmp_path: Path) -> None:
    assert due(tmp_path, TODAY, None, archived=True) == []


def test_nothing_is_due_in_a_store_without_rows_or_names(tmp_path: Path) -> None:
    assert keys_due(Store(str(tmp_path)), NOW) == ()
