"""Background syncs: people who need the same days wait for one fetch."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from lib.errors import AppError
from lib.periods.widths import Width
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.client_protocol import Client
from lib.sync.lease_holding import LeaseHolding, SharedLease
from lib.sync.names_and_limits import sync_keys, sync_limits, sync_names
from lib.sync.plan import (
    LIMITS,
    NAMES,
    Days,
    Need,
    Plan,
    days_of,
    limits_due,
    names_due,
    names_refused,
    plan,
    windows,
)
from lib.sync.report import Progress, Report, SourceReport
from lib.sync.run import limits_of, run_in
from lib.sync.verification import look

MEMORY = 30.0
"""Seconds for which a source that failed is not asked again, unless `retry` is called."""

_ENDED = "The sync ended early. Nothing that was stored is lost; the server's log says why."

_NO_THREAD = (
    "The server may start no more threads, so nothing was fetched. It tries again in half a minute; if that "
    "does not help, raise its limit of processes or memory."
)

_AGAIN = "fetching again"
"""The lease of the one process that fetches days which are stale in the store that all share."""
_OTHERS = "the latest days, as another process does"

Day = tuple[str, Width, dt.date]
Key = str | Day
"""What at most one task works on: the names, the limits, or a day of a source at a bucket width."""


class Task:
    """One running sync; `finished` holds its report once it is done, also where it failed."""

    def __init__(self, needs: tuple[Need, ...] = ()) -> None:
        self.needs = needs
        self.progress = Progress(0, sum(need.window.days for need in needs), "")
        self.finished: Future[Report] = Future()

    @property
    def report(self) -> Report:
        """Return what the sync did, empty until it is done."""
        return self.finished.result() if self.finished.done() else Report()

    def tell(self, progress: Progress) -> None:
        """Record how far the sync is."""
        self.progress = progress


@dataclass(frozen=True)
class Job:
    """What somebody waits for: the tasks that fetch it, and recent failures that are not retried yet."""

    tasks: tuple[Task, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Return whether all tasks have finished."""
        return all(task.finished.done() for task in self.tasks)

    @property
    def progress(self) -> Progress:
        """Return how many days of how many were answered, and what is fetched now."""
        seen = [task.progress for task in self.tasks]
        what = next((p.what for p in seen if p.what), "")
        return Progress(sum(p.done for p in seen), sum(p.total for p in seen), what)

    @property
    def failures(self) -> Mapping[str, str]:
        """Return a sentence for each source that failed, so far."""
        return said_together(self.failed, *(task.report.failures for task in self.tasks))

    @property
    def report(self) -> Report:
        """Return what the finished tasks did."""
        sources: dict[str, SourceReport] = {}
        notes: dict[str, str] = {}
        for task in self.tasks:
            notes |= task.report.notes
            for name, one in task.report.sources.items():
                had = sources.get(name, SourceReport())
                sources[name] = SourceReport(
                    had.requests + one.requests, had.rows + one.rows, max(had.seconds, one.seconds)
                )
        return Report(sources, self.failures, notes)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is done, at most `timeout` seconds; return whether it is."""
        return not wait([task.finished for task in self.tasks], timeout).not_done


class Syncer:
    """Starts syncs in threads, at most one for each day of a source; safe to share between threads."""

    def __init__(
        self,
        client: Client,
        store: Store,
        settings: Settings,
        *,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._store = store
        self._settings = settings
        self._now = now
        self._clock = clock
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="fetch")
        self._fetching_again = SharedLease(LeaseHolding(store, _AGAIN, now=now, clock=clock))
        self._lock = threading.Lock()
        self._running: dict[Key, Task] = {}
        self._compared: set[tuple[str, Width]] = set()
        self._failed: dict[str, tuple[float, str]] = {}
        self._failing: dict[str, str] = {}
        self._name_failures: tuple[str, ...] = ()
        self._listing_keys = threading.Lock()
        self._key_failures: tuple[str, ...] = ()

    @property
    def name_failures(self) -> tuple[str, ...]:
        """Return a sentence for each thing that the last listing of names could not list.

        Until one was made, that is the permission that an earlier one lacked.
        """
        return (*(self._name_failures or names_refused(self._store)), *self._key_failures)

    @property
    def failing(self) -> Mapping[str, str]:
        """Return why sources were not fetched, when they were last tried, by source."""
        with self._lock:
            return dict(self._failing)

    def missing(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return the windows of `needs` that were never fetched."""
        return self._plan(needs, self._settings.refresh).missing

    def request(self, needs: Iterable[Need]) -> Job:
        """Return the job that fetches the missing days of `needs`; done at once where there are none.

        Where no name is known yet, the job lists the names too; else they are listed beside it when due.
        """
        with self._lock:
            job = self._job(self.missing(needs), self._fetch)
            names = self._listing(force=False)
        return Job((*job.tasks, names), job.failed) if names and not self._store.names() else job

    def refresh(self, needs: Iterable[Need], *, force: bool = False) -> Job:
        """Return the job that fetches the stale days of `needs`, or with `force` all that are not final.

        It lists the names too, where that is due or forced. With `force`, endpoints and permissions that
        were refused are asked for again.
        """
        if force:
            self._store.ask_again(self._now())
        with self._lock:
            if force:
                self._compared.clear()
            planned = self._plan(needs, dt.timedelta() if force else self._settings.refresh)
            if force:
                job = self._job((*planned.missing, *planned.stale), self._fetch)
            else:
                job = self._job(planned.stale, self._fetch_again)
            names = self._listing(force=force)
        return Job((*job.tasks, names), job.failed) if names else job

    def read_limits(self) -> Job:
        """Return the job that reads spend limits and alerts; done at once where that is not due."""
        with self._lock:
            failed = self._failed_lately({LIMITS})
            task = self._running.get(LIMITS)
            if task is None and not failed and self._limits_due():
                task = self._start(Task(), {LIMITS}, {LIMITS}, self._read_limits)
            return Job((task,) if task else (), failed)

    def fetching(self, source: str, width: Width) -> frozenset[dt.date]:
        """Return the days of a source that are being fetched now."""
        with self._lock:
            running = [key for key in self._running if not isinstance(key, str)]
        return frozenset(day for name, cut, day in running if (name, cut) == (source, width))

    def retry(self) -> None:
        """Forget what failed, so that the next request asks again."""
        with self._lock:
            self._failed.clear()

    def _plan(self, needs: Iterable[Need], refresh: dt.timedelta) -> Plan:
        needs = list(needs)
        self._compare(needs)
        return self._planned(needs, refresh)

    def _planned(self, needs: Iterable[Need], refresh: dt.timedelta) -> Plan:
        return plan(self._store, needs, now=self._now(), settle=self._settings.settle, refresh=refresh)

    def _compare(self, needs: Iterable[Need]) -> None:
        """Compare the rows of the sources of `needs` with what was recorded of them, once."""
        new = {(need.source, need.width) for need in needs} - self._compared
        # What a sync has just stored is recorded a moment later.
        new -= {key[:2] for key in list(self._running) if not isinstance(key, str)}
        if new:
            look(self._store, new)
            self._compared |= new

    def _job(self, needs: tuple[Need, ...], fetch: Callable[[Task], Report]) -> Job:
        """Return the tasks that fetch `needs`: those that run already, and one for the rest, by `fetch`."""
        failed = self._failed_lately({n.source for n in needs})
        wanted = days_of(n for n in needs if n.source not in failed)
        days = {(*key, day) for key, held in wanted.items() for day in held}
        tasks = {id(task): task for day in days if (task := self._running.get(day))}
        rest = days - self._running.keys()
        if rest:
            task = self._fetching(rest, fetch)
            tasks[id(task)] = task
        return Job(tuple(tasks.values()), failed)

    def _fetching(self, days: set[Day], fetch: Callable[[Task], Report]) -> Task:
        """Return the task that fetches `days`, started."""
        grouped: Days = {}
        for source, width, day in days:
            grouped.setdefault((source, width), set()).add(day)
        task = Task(windows(grouped))
        return self._start(task, days, {source for source, *_ in days}, lambda: fetch(task))

    def _fetch_again(self, task: Task) -> Report:
        """Fetch what is stale of a task, once no other process does: what that fetched is not any more."""
        waiting = replace(task.progress, what=_OTHERS)
        with self._fetching_again.held(lambda: task.tell(waiting)):
            stale = self._planned(task.needs, self._settings.refresh).stale
            return self._fetch(task, stale) if stale else Report()

    def _fetch(self, task: Task, needs: Sequence[Need] | None = None) -> Report:
        limits = limits_of(self._settings)
        report = run_in(
            self._pool,
            self._client,
            self._store,
            task.needs if needs is None else needs,
            now=self._now(),
            limits=limits,
            progress=task.tell,
        )
        self._list_keys()
        return report

    def _listing(self, *, force: bool) -> Task | None:
        """Return the task that lists the names, None where that is not due."""
        if running := self._running.get(NAMES):
            return running
        due = names_due(self._store, now=self._now(), every=self._settings.names_refresh)
        if not force and (not due or self._failed_lately({NAMES})):
            return None
        task = Task()
        task.tell(Progress(0, 1, "names"))
        return self._start(task, {NAMES}, {NAMES}, lambda: self._list(task))

    def _list(self, task: Task) -> Report:
        failures: tuple[str, ...] = (_ENDED,)
        try:
            failures = sync_names(self._client, self._store, now=self._now())
            self._name_failures = failures
            with self._lock:
                fetching = {t.finished for key, t in self._running.items() if not isinstance(key, str)}
            wait(fetching)  # for their rows say whose keys there are
            self._list_keys()
        except AppError as failure:
            failures = (str(failure),)
        finally:
            self._name_failures = failures
            task.tell(Progress(1, 1, ""))
        return _failed({NAMES}, *failures, *self._key_failures)

    def _list_keys(self) -> None:
        """List the keys of the projects that spend, where that is due: one thread at a time."""
        with self._listing_keys:
            try:
                self._key_failures = sync_keys(self._client, self._store, now=self._now())
            except AppError as failure:
                self._key_failures = (str(failure),)

    def _limits_due(self) -> bool:
        settings = self._settings
        return limits_due(self._store, now=self._now(), every=settings.names_refresh, again=settings.refresh)

    def _read_limits(self) -> Report:
        return _failed({LIMITS}, *sync_limits(self._client, self._store, now=self._now()))

    def _start(
        self, task: Task, keys: Collection[Key], sources: set[str], work: Callable[[], Report]
    ) -> Task:
        """Return `task`, whose `work` on `keys` a thread has begun; where that fails, all `sources` do."""
        self._running.update(dict.fromkeys(keys, task))

        def end(report: Report) -> None:
            for key in keys:
                del self._running[key]
            report = self._named(report)
            self._remember(report.failures)
            kept = {k: v for k, v in self._failing.items() if k not in sources}
            self._failing = {**kept, **report.failures}
            task.finished.set_result(report)

        def run() -> None:
            report = _failed(sources, _ENDED)
            try:
                report = work()
            except AppError as failure:
                report = _failed(sources, str(failure))
            finally:
                with self._lock:
                    end(report)

        try:
            # A daemon, unlike the threads of a pool, does not keep the process from ending.
            threading.Thread(target=run, name="sync", daemon=True).start()
        except RuntimeError:
            end(_failed(sources, _NO_THREAD))
        return task

    def _named(self, report: Report) -> Report:
        """Return `report` with failures that say whose they are, where there are several organizations."""
        name = self._settings.organization
        if not (name and self._settings.is_one_of_several):
            return report
        return replace(report, failures={k: f"{name}: {said}" for k, said in report.failures.items()})

    def _remember(self, failures: Mapping[str, str]) -> None:
        self._failed |= {source: (self._clock(), said) for source, said in failures.items()}

    def _failed_lately(self, sources: set[str]) -> dict[str, str]:
        since = self._clock() - MEMORY
        return {s: said for s, (at, said) in self._failed.items() if s in sources and at > since}


def said_together(*failures: Mapping[str, str]) -> dict[str, str]:
    """Return all sentences about each source as one."""
    found: dict[str, dict[str, None]] = {}
    for said in failures:
        for source, sentence in said.items():
            found.setdefault(source, {})[sentence] = None
    return {source: " ".join(sentences) for source, sentences in found.items()}


def _failed(sources: Iterable[str], *sentences: str) -> Report:
    """Return a report of what failed, which is nothing without `sentences`."""
    return Report(failures=dict.fromkeys(sources, " ".join(sentences)) if sentences else {})
