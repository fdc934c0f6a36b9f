import datetime as dt
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.sources import SOURCES
from lib.errors import StoreError, Unavailable
from lib.openai_admin import AdminClient
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync import lease_holding
from lib.sync.background import Syncer, Task
from lib.sync.plan import Need
from lib.sync.report import Progress, Report
from tests.loopback import Response, error
from tests.tiny_api import TinyApi
from tests.waiting import until

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SOON = 20.0


def need(first: int, end: int, source: str = "embeddings") -> Need:
    return Need(source, Width.DAY, Window(dt.date(2026, 1, first), dt.date(2026, 1, end)))


class Instance:
    """A syncer on a tiny organization whose answers can be held back, at a time that can be moved."""

    def __init__(self, folder: Path, api: TinyApi) -> None:
        self.api = api
        self.now = NOW
        self.seconds = 0.0
        self.store = Store(str(folder))
        self.client = api.client(now=lambda: self.now, attempts=1)
        self.syncer = Syncer(
            self.client, self.store, Settings(), now=lambda: self.now, clock=lambda: self.seconds
        )
        self._free = threading.Event()
        self.asking = threading.Event()
        self.fault: Response | None = None
        self._free.set()
        api.before = self._before

    def hold(self) -> None:
        self._free.clear()

    def free(self) -> None:
        self._free.set()

    def _before(self, _nth: int, _source: str) -> Response | None:
        self.asking.set()
        assert self._free.wait(SOON)
        return self.fault


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    with TinyApi() as api:
        api.projects = [
            {"id": "proj_a", "object": "organization.project", "name": "Alpha", "status": "active"}
        ]
        one = Instance(tmp_path / "store", api)
        yield one
        one.free()
        for thread in threading.enumerate():
            if thread.name == "sync":
                thread.join(SOON)


def named(instance: Instance) -> None:
    """Let the names be known and not due."""
    assert instance.syncer.refresh([], force=True).wait(SOON)


def test_a_job_fetches_what_is_missing(instance: Instance) -> None:
    named(instance)
    instance.api.put("embeddings", dt.date(2026, 1, 1), {"input_tokens": 5})

    job = instance.syncer.request([need(1, 3)])

    assert job.wait(SOON)
    assert job.progress == Progress(2, 2, "")
    assert (job.report.sources["embeddings"].requests, job.report.sources["embeddings"].rows) == (1, 1)
    assert job.failures == {}
    assert instance.syncer.missing([need(1, 3)]) == ()


def test_nothing_missing_is_done_at_once(instance: Instance) -> None:
    named(instance)
    instance.store.mark([Covered("embeddings", Width.DAY, dt.date(2026, 1, 1), dt.date(2026, 1, 3), NOW)])

    job = instance.syncer.request([need(1, 3)])

    assert (job.done, job.tasks, job.failures) == (True, (), {})


def test_two_requests_for_the_same_days_cause_one_fetch(instance: Instance) -> None:
    named(instance)
    instance.hold()
    first = instance.syncer.request([need(1, 5)])
    second = instance.syncer.request([need(1, 5)])
    assert (first.done, second.done) == (False, False)
    assert first.progress == second.progress

    instance.free()

    assert first.wait(SOON)
    assert second.done
    assert instance.api.asked == ["embeddings"]


def test_many_requests_at_once_cause_one_fetch(instance: Instance) -> None:
    named(instance)
    instance.hold()
    jobs: list[Any] = []
    people = [
        threading.Thread(target=lambda: jobs.append(instance.syncer.request([need(1, 5)]))) for _ in range(8)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    instance.free()

    assert all(job.wait(SOON) for job in jobs)
    assert instance.api.asked == ["embeddings"]


def test_a_wider_request_fetches_only_the_rest(instance: Instance) -> None:
    named(instance)
    instance.hold()
    first = instance.syncer.request([need(3, 5)])
    wider = instance.syncer.request([need(1, 7)])
    instance.free()

    assert wider.wait(SOON)
    assert first.done
    assert [n.window for task in wider.tasks for n in task.needs] == [
        need(3, 5).window,
        need(1, 3).window,
        need(5, 7).window,
    ]
    assert wider.progress.total == 6


def test_stale_days_are_refreshed_and_missing_ones_left(instance: Instance) -> None:
    named(instance)
    instance.store.mark([Covered("embeddings", Width.DAY, dt.date(2026, 1, 19), dt.date(2026, 1, 20), NOW)])
    instance.now = NOW + dt.timedelta(minutes=10)

    job = instance.syncer.refresh([need(18, 21)])

    assert job.wait(SOON)
    assert instance.store.coverage("embeddings", Width.DAY) == {dt.date(2026, 1, 19): instance.now}


def test_of_two_processes_one_fetches_stale_days_again_and_the_other_has_them_then(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)
    assert instance.syncer.request([need(19, 21)]).wait(SOON)
    instance.now += HOUR
    store = Store(instance.store.uri)
    other = Syncer(instance.client, store, Settings(), now=lambda: instance.now, clock=lambda: 0.0)
    monkeypatch.setattr(lease_holding, "PAUSE", 0.001)
    instance.hold()
    instance.asking.clear()
    asked = len(instance.api.asked)
    first = instance.syncer.refresh([need(19, 21)])
    assert instance.asking.wait(SOON)

    second = other.refresh([need(19, 21)])
    until(lambda: bool(second.progress.what))
    assert second.progress == Progress(0, 2, "the latest days, as another process does")
    instance.free()

    assert first.wait(SOON)
    assert second.wait(SOON)
    assert len(instance.api.asked) == asked + 1
    assert second.report == Report()


def test_a_forced_refresh_asks_for_all_that_is_not_settled(instance: Instance) -> None:
    named(instance)
    instance.store.mark([Covered("embeddings", Width.DAY, dt.date(2026, 1, 1), dt.date(2026, 1, 20), NOW)])
    instance.now = NOW + dt.timedelta(seconds=1)

    job = instance.syncer.refresh([need(1, 21)], force=True)

    assert job.wait(SOON)
    fetched = instance.store.coverage("embeddings", Width.DAY)
    assert [day.day for day, at in fetched.items() if at == instance.now] == [17, 18, 19, 20]


def test_the_first_request_waits_for_names_too(instance: Instance) -> None:
    job = instance.syncer.request([need(1, 3)])

    assert job.wait(SOON)
    assert [n.name for n in instance.store.names()] == ["Alpha"]


def test_listing_names_is_one_step(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Progress] = []
    tell = Task.tell
    monkeypatch.setattr(Task, "tell", lambda task, progress: told.append(progress) or tell(task, progress))

    assert instance.syncer.request([]).wait(SOON)

    assert told == [Progress(0, 1, "names"), Progress(1, 1, "")]


def test_known_names_are_listed_again_beside_the_job(instance: Instance) -> None:
    named(instance)
    instance.now = NOW + HOUR

    job = instance.syncer.request([])

    assert job.tasks == ()


def test_names_that_cannot_be_listed_are_said(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "merge_names", broken)
    job = instance.syncer.request([])

    assert job.wait(SOON)
    assert job.failures == {"names": "The disk is full."}
    assert instance.syncer.name_failures == ("The disk is full.",)
    assert instance.syncer.request([]).tasks == ()


def test_a_source_that_failed_is_not_asked_again_for_half_a_minute(instance: Instance) -> None:
    named(instance)
    instance.fault = error(500, "oops")
    failed = instance.syncer.request([need(1, 3)])
    assert failed.wait(SOON)
    assert list(failed.failures) == ["embeddings"]

    instance.fault = None
    instance.seconds = 29.9
    again = instance.syncer.request([need(1, 3), need(1, 3, "moderations")])
    assert again.wait(SOON)
    assert again.failures == failed.failures
    assert instance.api.asked == ["embeddings", "moderations"]

    instance.seconds = 30.1
    later = instance.syncer.request([need(1, 3)])
    assert later.wait(SOON)
    assert later.failures == {}


def test_retry_asks_a_failed_source_at_once(instance: Instance) -> None:
    named(instance)
    instance.fault = error(500, "oops")
    assert instance.syncer.request([need(1, 3)]).wait(SOON)

    instance.fault = None
    instance.syncer.retry()

    job = instance.syncer.request([need(1, 3)])
    assert job.wait(SOON)
    assert job.failures == {}
    assert instance.syncer.missing([need(1, 3)]) == ()


def test_a_store_that_cannot_be_written_fails_the_job(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)

    def full(*_args: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "mark", full)
    job = instance.syncer.request([need(1, 3), need(1, 3, "costs")])

    assert job.wait(SOON)
    assert job.failures == {"costs": "The disk is full.", "embeddings": "The disk is full."}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sync_that_ends_by_a_mistake_still_ends(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)

    def mistaken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "mark", mistaken)
    job = instance.syncer.request([need(1, 3)])

    assert job.wait(SOON)
    assert job.failures == {
        "embeddings": "The sync ended early. Nothing that was stored is lost; the server's log says why."
    }


def test_waiting_is_bounded(instance: Instance) -> None:
    named(instance)
    instance.hold()

    assert not instance.syncer.request([need(1, 3)]).wait(0.0)


def test_nothing_has_failed_while_it_is_being_fetched(instance: Instance) -> None:
    named(instance)
    instance.asking.clear()
    instance.hold()

    job = instance.syncer.request([need(1, 3)])

    assert instance.asking.wait(SOON)
    assert job.failures == {}


def limits(monkeypatch: pytest.MonkeyPatch, *answers: LimitList | Exception) -> list[list[str]]:
    """Let limits be answered so, one reading after the other; return the projects that were asked about."""
    asked: list[list[str]] = []

    def fetch(_client: AdminClient, projects: list[str]) -> LimitList:
        answer = answers[len(asked)]
        asked.append(list(projects))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(AdminClient, "fetch_limits", fetch)
    return asked


def test_limits_of_all_projects_are_read_once_an_hour(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)
    limit = SpendLimit(LimitKind.LIMIT, "proj_a", Decimal(5))
    asked = limits(monkeypatch, LimitList((limit,)), LimitList())

    assert instance.syncer.read_limits().wait(SOON)
    instance.now += HOUR - dt.timedelta(seconds=1)
    assert instance.syncer.read_limits().done

    assert asked == [["proj_a"]]
    assert instance.store.limits() == LimitList((limit,), (), NOW)
    instance.now += dt.timedelta(seconds=1)
    assert instance.syncer.read_limits().wait(SOON)
    assert instance.store.limits() == LimitList(read_at=NOW + HOUR)


def test_limits_that_were_refused_in_part_are_read_again_sooner(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = limits(monkeypatch, LimitList(failures=("No.",)), LimitList())

    assert instance.syncer.read_limits().wait(SOON)
    instance.now += Settings().refresh
    assert instance.syncer.read_limits().wait(SOON)

    assert len(asked) == 2


def test_an_outage_keeps_the_limits_that_were_read_before_and_is_remembered(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = limits(monkeypatch, Unavailable("Later."), LimitList())
    instance.store.write_limits(LimitList((SpendLimit(LimitKind.ALERT, "", Decimal(5)),)), NOW - HOUR)

    job = instance.syncer.read_limits()

    assert job.wait(SOON)
    assert job.failures == {"limits": "Later."}
    assert (instance.syncer.read_limits().tasks, instance.syncer.read_limits().failures) == (
        (),
        {"limits": "Later."},
    )
    assert len(instance.store.limits().limits) == 1
    instance.syncer.retry()
    assert instance.syncer.read_limits().wait(SOON)
    assert len(asked) == 2


def test_a_refresh_asks_again_for_an_endpoint_that_was_missing(instance: Instance) -> None:
    named(instance)
    instance.api.before = lambda _nth, source: error(404, "Invalid URL") if source == "images" else None
    needs = [need(1, 2, "images")]
    assert instance.syncer.request(needs).wait(SOON)
    instance.now += HOUR
    assert instance.syncer.missing(needs) == ()
    instance.api.before = lambda _nth, _source: None

    assert instance.syncer.refresh(needs, force=True).wait(SOON)

    assert list(instance.store.coverage("images", Width.DAY)) == [dt.date(2026, 1, 1)]
    assert instance.store.refusals() == ()


NO_SCOPE = error(403, "You have insufficient permissions. Missing scopes: api.management.read.", code=None)
WHY = (
    "Ids are shown where names are missing: the admin key lacks the permission api.management.read; "
    "add it to the key at https://platform.openai.com/settings/organization/admin-keys."
)


def test_a_permission_that_is_missing_is_told_until_names_come_also_after_a_restart(
    instance: Instance,
) -> None:
    instance.api.names_refused = NO_SCOPE
    assert instance.syncer.refresh([]).wait(SOON)
    assert instance.syncer.name_failures == (WHY,)

    instance.now += HOUR
    restarted = Instance(Path(instance.store.uri), instance.api)
    restarted.now = instance.now
    restarted.store.ask_again(instance.now)
    assert restarted.syncer.name_failures == (WHY,)
    assert restarted.syncer.refresh([]).wait(SOON)
    assert restarted.syncer.name_failures == (WHY,)

    instance.api.names_refused = None
    restarted.now += HOUR
    assert restarted.syncer.refresh([], force=True).wait(SOON)
    assert restarted.syncer.name_failures == ()
    assert [name.name for name in restarted.store.names()] == ["Alpha"]
    assert Instance(Path(instance.store.uri), instance.api).syncer.name_failures == ()


KEYS = ["projects/proj_a/api_keys", "projects/proj_a/service_accounts"]


def spends(instance: Instance, key: str) -> None:
    """Let a key of the project be used today."""
    row = {"input_tokens": 5, "project_id": "proj_a", "api_key_id": key}
    instance.api.put("embeddings", dt.date(2026, 1, 20), row)


def asked_lists(instance: Instance) -> list[str]:
    """Return which lists were asked for since this was last called."""
    lists = sorted(instance.api.listed)
    instance.api.listed.clear()
    return lists


def test_a_first_visit_lists_the_keys_of_the_projects_that_spend(instance: Instance) -> None:
    instance.api.projects.append({"id": "proj_idle", "name": "Idle", "status": "active"})
    instance.api.keys["proj_a"] = [{"id": "key_1", "name": "CI"}]
    spends(instance, "key_1")

    assert instance.syncer.request([need(19, 21)]).wait(SOON)

    assert asked_lists(instance) == ["projects", *KEYS, "users"]
    assert sorted(name.name for name in instance.store.names()) == ["Alpha", "CI", "Idle"]


def test_keys_are_listed_again_when_one_without_a_name_spends_and_else_once_a_day(instance: Instance) -> None:
    instance.api.keys["proj_a"] = [{"id": "key_1", "name": "CI"}]
    spends(instance, "key_1")
    assert instance.syncer.request([need(19, 21)]).wait(SOON)
    asked_lists(instance)

    instance.now += HOUR
    assert instance.syncer.refresh([need(19, 21)]).wait(SOON)
    assert asked_lists(instance) == ["projects", "users"]
    instance.api.keys["proj_a"].append({"id": "key_2", "name": "Cron"})
    spends(instance, "key_2")
    instance.now += HOUR / 2
    assert instance.syncer.refresh([need(19, 21)]).wait(SOON)
    assert asked_lists(instance) == KEYS
    assert {name.id for name in instance.store.names()} == {"proj_a", "key_1", "key_2"}


def test_keys_that_cannot_be_listed_are_told_and_asked_for_again(instance: Instance) -> None:
    named(instance)
    spends(instance, "key_1")
    instance.api.names_refused = error(400, "Not now.")
    assert instance.syncer.request([need(19, 21)]).wait(SOON)
    failed = instance.syncer.name_failures
    instance.api.names_refused = None
    instance.now += HOUR
    assert instance.syncer.refresh([need(19, 21)]).wait(SOON)

    assert [sentence[:39] for sentence in failed] == [
        "The API keys of Alpha could not be list",
        "The service accounts of Alpha could not",
    ]
    assert instance.syncer.name_failures == ()


def test_an_owner_of_a_key_is_called_what_the_organization_calls_them(instance: Instance) -> None:
    ada = {"type": "user", "user": {"id": "user-1", "name": "ada@old.example"}}
    instance.api.keys["proj_a"] = [{"id": "key_1", "name": "CI", "owner": ada}]
    instance.store.merge_names([Name("user", "user-1", "Ada")], NOW)
    spends(instance, "key_1")

    assert instance.syncer.refresh([need(19, 21)], force=True).wait(SOON)

    assert {name.name for name in instance.store.names()} == {"Alpha", "CI", "Ada"}


def test_a_thread_that_cannot_be_started_fails_and_is_tried_again(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)

    def start(_thread: threading.Thread) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        job = instance.syncer.request([need(1, 3)])

    assert job.done
    assert job.failures["embeddings"].startswith("The server may start no more threads")
    assert instance.syncer.fetching("embeddings", Width.DAY) == frozenset()
    assert instance.syncer.request([need(1, 3)]).failures == job.failures
    instance.seconds += 31
    again = instance.syncer.request([need(1, 3)])
    assert again.wait(SOON)
    assert again.failures == {}
    assert instance.syncer.missing([need(1, 3)]) == ()


def test_threads_that_cannot_be_started_to_fetch_leave_no_day_running(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(instance)

    def submit(*_: object) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    monkeypatch.setattr(instance.syncer._pool, "submit", submit)
    job = instance.syncer.request([need(1, 3)])

    assert job.wait(SOON)
    assert "ended early" in job.failures["embeddings"]
    assert instance.syncer.fetching("embeddings", Width.DAY) == frozenset()


def test_rows_that_were_lost_are_missing_from_the_first_look_on(instance: Instance, tmp_path: Path) -> None:
    named(instance)
    instance.api.put("embeddings", dt.date(2026, 1, 1), {"input_tokens": 5})
    assert instance.syncer.request([need(1, 3)]).wait(SOON)
    shutil.rmtree(tmp_path / "store" / "embeddings")

    assert instance.syncer.missing([need(1, 3)]) == ()
    opened = Syncer(instance.client, Store(instance.store.uri), Settings(), now=lambda: NOW)

    assert opened.missing([need(1, 3)]) == (need(1, 2),)


def test_pressing_refresh_looks_at_the_rows_again(instance: Instance, tmp_path: Path) -> None:
    named(instance)
    instance.api.put("embeddings", dt.date(2026, 1, 1), {"input_tokens": 5})
    assert instance.syncer.request([need(1, 3)]).wait(SOON)
    shutil.rmtree(tmp_path / "store" / "embeddings")

    assert instance.syncer.refresh([need(1, 3)], force=True).wait(SOON)

    assert instance.store.lost(SOURCES["embeddings"], Width.DAY) == frozenset()
    assert instance.store.totals(SOURCES["embeddings"], Width.DAY)[dt.date(2026, 1, 1)].rows == 1
    assert instance.store.row_count(SOURCES["embeddings"], Width.DAY) == 1
