"""Where a command works: the store that the settings name, and the API or the demo organization."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lib.cli import workplace
from lib.cli.exit_codes import ExitCode
from lib.cli.workplace import Workplace, at_each, opened
from lib.errors import StoreError
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
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
        assert not place.lacks_any(NEED.source, NEED.window)
        assert place.lacks_any(NEED.source, Window(NEED.window.first, NEED.window.end + ONE_DAY))


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


@pytest.mark.usefixtures("api")
def test_days_are_known_once_one_of_them_is_stored() -> None:
    with opened() as (place,):
        assert not place.knows(NEED)
        place.store.mark([Covered("embeddings", Width.DAY, dt.date(2026, 1, 3), dt.date(2026, 1, 9), NOW)])

        assert place.knows(NEED)
        assert not place.knows(Need("costs", Width.DAY, NEED.window))
        assert not place.knows(
            Need("embeddings", Width.DAY, Window(dt.date(2026, 1, 1), dt.date(2026, 1, 3)))
        )


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(
    ("source", "kind", "until", "is_before"),
    [
        ("embeddings", RefusalKind.LOOKBACK, 4, True),
        ("embeddings", RefusalKind.LOOKBACK, 3, False),
        ("embeddings", RefusalKind.FLOOR, 4, False),
        ("costs", RefusalKind.LOOKBACK, 4, False),
    ],
)
def test_days_are_before_the_history_where_the_api_said_so_of_all_of_them(
    source: str, kind: RefusalKind, until: int, is_before: bool
) -> None:
    refusal = Refusal(source, kind, "refused", NOW, until=dt.date(2026, 1, until))
    with opened() as (place,):
        place.store.remember([refusal], NOW)

        assert place.is_before_history("embeddings", NEED.window) is is_before


def test_the_worst_of_several_places_is_returned_and_a_failure_stops_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def act(place: Any) -> ExitCode:
        seen.append(place.name)
        if place.name == "broken":
            raise StoreError("The disk is full.")
        return ExitCode(place.code)

    def place(name: str, code: int) -> Any:
        return SimpleNamespace(name=name, code=code, said=lambda words: f"{name}: {words}")

    seen: list[str] = []
    fine, breached, broken = place("fine", 0), place("breached", 1), place("broken", 0)

    assert at_each([fine, fine], act) == 0
    assert at_each([breached, fine], act) == 1
    assert at_each([broken, breached], act) == ExitCode.FAILED
    assert seen == ["fine", "fine", "breached", "fine", "broken", "breached"]
    assert "broken: The disk is full." in capsys.readouterr().err
    with pytest.raises(StoreError):
        at_each([broken], act)
