"""The app collects days by itself: one process of those that share a store, whatever the clocks say."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.settings import Settings
from lib.store.records.collecting_runs import CollectingRun
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.collecting import Collector
from tests.loopback import Response, error
from tests.tiny_api import KEY, TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
FLOOR = dt.date(2025, 11, 1)
HOUR = dt.timedelta(hours=1)
TOO_FAR_BACK = error(
    400,
    f"Usage and cost data are available for the past year. Earliest supported start date: {FLOOR} (UTC).",
    param="start_time",
    code="reporting_lookback_exceeded",
)


class Instance:
    """A process on a store, whose two clocks can be moved."""

    def __init__(self, folder: Path, api: TinyApi, name: str = "web-1", minutes: int | None = 60) -> None:
        self.now = NOW
        self.seconds = 0.0
        self.store = Store(str(folder), "asker")
        settings = Settings(KEY, collect_minutes=minutes)
        client = api.client(now=lambda: self.now, attempts=1)
        syncer = Syncer(client, self.store, settings, now=lambda: self.now, clock=lambda: self.seconds)
        self.collector = Collector(
            syncer, self.store, settings, now=lambda: self.now, clock=lambda: self.seconds, holder=name
        )

    def turn(self) -> CollectingRun | None:
        with self.collector.turn() as run:
            return run

    def later(self, span: dt.timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()


@pytest.fixture
def api() -> Iterator[TinyApi]:
    """Return an organization whose API remembers the days from FLOOR on."""
    with TinyApi() as server:
        server.put("costs", TODAY, {"amount": {"value": "12.5"}})

        def answer(request: object) -> Response:
            first = dt.datetime.fromtimestamp(request.number("start_time"), dt.UTC).date()  # type: ignore[attr-defined]
            return TOO_FAR_BACK if first < FLOOR else server.answer(request)  # type: ignore[arg-type]

        server.instead = answer
        yield server


def test_all_days_that_the_api_remembers_are_fetched_the_newest_first(tmp_path: Path, api: TinyApi) -> None:
    one = Instance(tmp_path, api)

    run = one.turn()

    assert run is not None
    assert (run.holder, run.failures, run.rows) == ("web-1", {}, 1)
    for source in SOURCES:
        assert set(one.store.coverage(source, Width.DAY)) == set(Window(FLOOR, TODAY + ONE_DAY))
    (recorded,) = one.store.collecting_runs.read()
    assert replace(recorded, recorded_at=None) == run


def test_the_archive_grows_past_what_the_api_remembers(tmp_path: Path, api: TinyApi) -> None:
    one = Instance(tmp_path, api)
    one.turn()
    one.later(2 * ONE_DAY)

    one.turn()

    days = one.store.coverage("costs", Width.DAY)
    assert (min(days), max(days)) == (FLOOR, TODAY + 2 * ONE_DAY)


def test_a_run_is_due_once_its_time_has_passed(tmp_path: Path, api: TinyApi) -> None:
    one = Instance(tmp_path, api)
    assert one.turn()

    assert not one.turn()
    one.later(HOUR - dt.timedelta(seconds=1))
    assert not one.turn()
    one.later(dt.timedelta(seconds=1))
    assert one.turn()


def test_what_failed_is_tried_again_sooner(tmp_path: Path, api: TinyApi) -> None:
    one = Instance(tmp_path, api)
    api.before = lambda _nth, source: error(500, "down") if source == "costs" else None

    run = one.turn()

    assert run is not None
    assert list(run.failures) == ["costs"]
    api.before = lambda _nth, _source: None
    one.later(dt.timedelta(minutes=10))
    again = one.turn()
    assert again is not None
    assert again.failures == {}


def test_of_two_processes_one_collects_and_the_other_sees_that(tmp_path: Path, api: TinyApi) -> None:
    one, other = Instance(tmp_path, api), Instance(tmp_path, api, "web-2")
    assert other.collector.is_due()

    assert one.turn()
    asked = len(api.asked)

    assert not other.turn()
    assert len(api.asked) == asked
    other.later(HOUR)
    assert other.turn()


def test_while_one_process_collects_another_does_not(tmp_path: Path, api: TinyApi) -> None:
    one, other = Instance(tmp_path, api), Instance(tmp_path, api, "web-2")

    with one.collector.turn() as run:
        assert run
        other.later(HOUR)
        assert not other.turn()
        assert other.collector.lease.other == "web-1"
    assert other.turn()


@pytest.mark.parametrize("jump", [dt.timedelta(days=3650), dt.timedelta(days=-3650)])
def test_a_clock_that_jumps_after_a_run_makes_none_due(
    tmp_path: Path, api: TinyApi, jump: dt.timedelta
) -> None:
    one = Instance(tmp_path, api)
    one.collector.is_due()
    one.turn()

    one.now += jump

    assert not one.collector.is_due()
    one.seconds += HOUR.total_seconds()
    assert one.collector.is_due()


def test_a_run_of_the_future_is_waited_for_no_longer_than_a_run_takes(tmp_path: Path, api: TinyApi) -> None:
    later = NOW + 3650 * ONE_DAY
    Store(str(tmp_path)).collecting_runs.write([CollectingRun(later, later, "web-0")], later)
    one = Instance(tmp_path, api)

    assert not one.turn()
    one.later(HOUR)
    assert one.turn()
    assert not one.turn()


def test_a_process_that_lost_the_lease_stops_and_records_nothing(tmp_path: Path, api: TinyApi) -> None:
    one = Instance(tmp_path, api)
    one.collector.lease.take()
    store = Store(str(tmp_path))
    found = store.leases.read()["collecting"]
    store.leases.append([type(found)("collecting", found.term + 1, 0, "web-2", "other", NOW)])

    assert one.turn() is None
    assert one.store.collecting_runs.read() == ()
    assert api.asked == []


@pytest.mark.parametrize(("minutes", "key"), [(0, KEY), (None, None)])
def test_nothing_is_collected_where_that_is_off_and_of_the_demo_unless_it_is_said(
    tmp_path: Path, api: TinyApi, minutes: int | None, key: str | None
) -> None:
    store, settings = Store(str(tmp_path)), Settings(key, collect_minutes=minutes)
    syncer = Syncer(api.client(), store, settings, now=lambda: NOW)

    assert not Collector(syncer, store, settings, now=lambda: NOW).is_due()
    assert Settings(None, collect_minutes=5).collect_every == dt.timedelta(minutes=5)
    assert Settings(KEY).collect_every == HOUR


def test_a_run_that_cannot_be_recorded_is_tried_again_no_sooner_than_one_that_failed(
    tmp_path: Path, api: TinyApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Instance(tmp_path, api)

    def full(*_args: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(one.store.collecting_runs, "write", full)
        with pytest.raises(StoreError):
            one.turn()

    one.later(dt.timedelta(minutes=9))
    assert not one.turn()
    one.later(dt.timedelta(minutes=1))
    assert one.turn()
