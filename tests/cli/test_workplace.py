"""Where a command works: the store that the settings name, and the API or the demo organization."""

import datetime as dt
from pathlib import Path

import pytest

from lib.cli import workplace
from lib.cli.workplace import Workplace, opened
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.records.coverage import Covered
from lib.sync.plan import LIMITS, Need
from tests.tiny_api import KEY, TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
NEED = Need("embeddings", Width.DAY, Window(dt.date(2026, 1, 1), dt.date(2026, 1, 4)))


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "now", lambda: NOW)


def test_it_is_where_the_settings_say_and_never_shows_the_key(api: TinyApi, tmp_path: Path) -> None:
    with opened() as (place,):
        assert (place.key, place.base_url, place.now) == (KEY, api.base_url, NOW)
        assert repr(place) == f"Workplace({tmp_path / 'store'})"


@pytest.mark.usefixtures("api")
def test_days_are_lacking_until_they_were_fetched() -> None:
    with opened() as (place,):
        assert place.lacks(NEED)

        report = place.sync([NEED])

        assert report.failures == {}
        assert not place.lacks(NEED)


@pytest.mark.usefixtures("api")
def test_days_to_come_are_not_lacking() -> None:
    to_come = Need("embeddings", Width.DAY, Window(dt.date(2026, 1, 21), dt.date(2026, 1, 22)))

    with opened() as (place,):
        assert not place.lacks(to_come)


def test_names_are_listed_where_that_is_due(api: TinyApi) -> None:
    api.projects = [{"id": "proj_1", "name": "Search", "status": "active", "created_at": 1}]

    with opened() as (place,):
        assert place.sync_names() == {}
        assert [name.name for name in place.store.names()] == ["Search"]

        api.projects = []
        assert place.sync_names() == {}
        assert [name.name for name in place.store.names()] == ["Search"]


def test_names_that_cannot_be_listed_are_a_note(api: TinyApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "sync_names", lambda *_args, **_more: ("No users.", "No keys."))

    with opened() as (place,):
        assert place.sync_names() == {"names": "No users. No keys."}
    assert api.asked == []


def test_limits_are_read_where_that_is_due(monkeypatch: pytest.MonkeyPatch, api: TinyApi) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        workplace, "sync_limits", lambda *_args, **_more: read.append("read") or ("No limits.",)
    )

    with opened() as (place,):
        assert place.sync_limits() == ("No limits.",)
        place.store.mark([Covered(LIMITS, Width.DAY, NOW.date(), NOW.date(), NOW)])
    assert read == ["read"]
    assert api.asked == []


def test_without_a_key_it_is_at_the_demo_organizations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))

    with opened() as (place,):
        demo = place
        names = place.client().fetch_names()

    assert demo.key.startswith("sk-admin-demo")
    assert demo.base_url.startswith("http://127.0.0.1:")
    assert len(names.names) > 20
    assert isinstance(demo, Workplace)
