"""How often the spend limits of an organization with thousands of projects are asked for."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from lib.openai_admin import AdminClient
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_limits
from tests.stored import filled

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def store_of(folder: Path, projects: int) -> Store:
    """Return a store of so many projects, of which the first spent today and the second long ago."""
    spent = [("2026-01-20", "proj_0"), ("2026-01-10", "proj_1")]
    store = filled(folder, "embeddings", *({"start": day, "project_id": name} for day, name in spent))
    store.merge_names([Name("project", f"proj_{n}", f"Project {n}") for n in range(projects)], NOW)
    return store


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let each project have a limit that tells its reading; return how many were asked about each time."""
    counts: list[int] = []

    def fetch(_client: AdminClient, projects: list[str]) -> LimitList:
        counts.append(len(projects))
        amount = Decimal(len(counts))
        return LimitList(tuple(SpendLimit(LimitKind.LIMIT, project, amount) for project in projects))

    monkeypatch.setattr(AdminClient, "fetch_limits", fetch)
    return counts


def read(store: Store, *moments: dt.datetime) -> None:
    for now in moments:
        assert sync_limits(AdminClient("sk-admin-x"), store, now=now) == ()


def limits(store: Store) -> dict[str, int]:
    return {one.project_id: int(one.amount) for one in store.limits().limits}


def test_projects_that_do_not_spend_are_asked_about_once_a_day(tmp_path: Path, asked: list[int]) -> None:
    store = store_of(tmp_path, 51)

    read(store, NOW, NOW + HOUR, NOW + 2 * HOUR, NOW + DAY)

    assert asked == [51, 1, 1, 51]


def test_what_was_read_of_projects_that_are_not_asked_about_stays(tmp_path: Path, asked: list[int]) -> None:
    store = store_of(tmp_path, 51)

    read(store, NOW, NOW + HOUR)

    assert asked == [51, 1]
    assert limits(store) == {**{f"proj_{n}": 1 for n in range(51)}, "proj_0": 2}
    assert store.limits().read_at == NOW + HOUR


def test_a_project_that_was_archived_has_no_limit_any_more(tmp_path: Path, asked: list[int]) -> None:
    store = store_of(tmp_path, 52)
    read(store, NOW)
    store.merge_names([Name("project", "proj_7", "Project 7", archived=True)], NOW + HOUR)

    read(store, NOW + HOUR)

    assert asked == [52, 1]
    assert "proj_7" not in limits(store)


def test_a_few_projects_are_all_asked_about_every_time(tmp_path: Path, asked: list[int]) -> None:
    store = store_of(tmp_path, 50)

    read(store, NOW, NOW + HOUR)

    assert asked == [50, 50]


def test_a_reading_by_a_clock_that_was_ahead_does_not_count_as_today_s(
    tmp_path: Path, asked: list[int]
) -> None:
    store = store_of(tmp_path, 51)

    read(store, NOW + DAY, NOW)

    assert asked == [51, 51]
    assert set(limits(store).values()) == {2}
