"""A clock that was wrong makes nothing final or fresh for good, and the newest fetch wins."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_names
from lib.sync.plan import Need, names_due
from lib.sync.run import ensure
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
NOTHING, MINUTE = dt.timedelta(), dt.timedelta(minutes=1)
HOUR, YEAR = dt.timedelta(hours=1), dt.timedelta(days=365)
FIRST = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 2))


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        server.put("embeddings", FIRST.first, {"input_tokens": 5})
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def asked(api: TinyApi, store: Store, now: dt.datetime) -> int:
    """Sync the first of January at `now`; return how many requests that took."""
    before = len(api.asked)
    needs = [Need("embeddings", Width.DAY, FIRST)]
    report = ensure(lambda: api.client(now=lambda: now), store, needs, Settings(), now=now)
    assert report.failures == {}
    return len(api.asked) - before


@pytest.mark.parametrize("ahead", [YEAR, HOUR])
def test_a_day_fetched_by_a_clock_that_was_ahead_is_fetched_once_more_and_then_final(
    api: TinyApi, store: Store, ahead: dt.timedelta
) -> None:
    asked(api, store, NOW + ahead)

    assert [asked(api, store, NOW), asked(api, store, NOW + MINUTE), asked(api, store, NOW + HOUR)] == [
        1,
        0,
        0,
    ]
    assert store.coverage("embeddings", Width.DAY) == {FIRST.first: NOW}


def test_a_day_fetched_by_a_clock_that_went_back_is_what_it_says(api: TinyApi, store: Store) -> None:
    asked(api, store, NOW)
    early = dt.datetime(2026, 1, 2, 1, tzinfo=dt.UTC)

    assert [asked(api, store, early), asked(api, store, early + MINUTE)] == [1, 0]
    assert store.coverage("embeddings", Width.DAY) == {FIRST.first: early}
    assert [asked(api, store, NOW + HOUR), asked(api, store, NOW + YEAR / 2)] == [1, 0]


def test_names_listed_by_a_clock_that_was_ahead_are_due(api: TinyApi, store: Store) -> None:
    api.projects = [{"id": "proj_a", "name": "Alpha", "status": "active"}]
    sync_names(api.client(), store, now=NOW + YEAR)
    assert names_due(store, now=NOW, every=HOUR)

    api.projects[0]["name"] = "Beta"
    sync_names(api.client(), store, now=NOW)

    assert [name.name for name in store.names()] == ["Beta"]
    assert not names_due(store, now=NOW + MINUTE, every=HOUR)
