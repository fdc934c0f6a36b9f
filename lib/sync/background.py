"""Jobs: syncs that run beside the pages, so that whoever needs the same days waits for one fetch."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lib.errors import AppError
from lib.periods.widths import Width
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.plan import LIMITS, NAMES, Days, Need, Plan, days_of, limits_due, names_due, plan, windows
from lib.sync.run import Client, Progress, Report, SourceReport, run_in, sync_limits, sync_names

MEMORY = 30.0
"""For how many seconds a source that failed is not asked again, unless somebody says `retry`."""

_ENDED = "The sync ended early. Nothing that was stored is lost; the server's log says why."

Day = tuple[str, Width, dt.date]


class Task:
    """One running sync; `report` is empty until it is done."""

    def __init__(self, needs: tuple[Need, ...]) -> None:
        self.needs = needs
        self.progress = Progress(0, len(needs), "")
        self.report = Report()
        self.ended = threading.Event()

    def tell(self, progress: Progress) -> None:
        """Take note of how far the sync is."""
        self.progress = progress


@dataclass(frozen=True)
class Job:
    """What somebody waits for: the tasks that fetch it, and what failed so recently that it is not asked."""

    tasks: tuple[Task, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Return whether nothing is being fetched any more."""
        return all(task.ended.is_set() for task in self.tasks)

    @property
    def progress(self) -> Progress:
        """Return how many windows of how many are stored, and what is fetched now."""
        seen = [task.progress for task in self.tasks]
        what = next((p.what for p in seen if p.what), "")
        return Progress(sum(p.done for p in seen), sum(p.total for p in seen), what)

    @property
    def failures(self) -> Mapping[str, str]:
        """Return a sentence for each source that failed, so far."""
        return {**self.failed, **{k: v for task in self.tasks for k, v in task.report.failures.items()}}

    @property
    def report(self) -> Report:
        """Return what the tasks that are done did."""
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
        until = None if timeout is None else time.monotonic() + timeout
        for task in self.tasks:
            task.ended.wait(None if until is None else max(0.0, until - time.monotonic()))
        return self.done


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
        self._lock = threading.Lock()
        self._running: dict[Day, Task] = {}
        self._failed: dict[str, tuple[float, str]] = {}
        self._names: Task | None = None
        self._limits: Task | None = None
        self._name_failures: tuple[str, ...] = ()

    @property
    def name_failures(self) -> tuple[str, ...]:
        """Return a sentence for each thing that the last listing of names could not list."""
        return self._name_failures

    def missing(self, needs: Iterable[Need]) -> tuple[Need, ...]:
        """Return the windows of `needs` that were never fetched."""
        return self._plan(needs, self._settings.refresh).missing

    def request(self, needs: Iterable[Need]) -> Job:
        """Return the job that fetches what of `needs` is missing; done at once where nothing is.

        Where no name is known yet, the job lists the names too; else they are listed beside it when due.
        """
        with self._lock:
            job = self._job(self.missing(needs))
            names = self._listing(force=False)
        return Job((*job.tasks, names), job.failed) if names and not self._store.names() else job

    def refresh(self, needs: Iterable[Need], *, force: bool = False) -> Job:
        """Return the job that fetches what of `needs` is stale, or with `force` all that is not settled.

        It lists the names too, where that is due or forced.
        """
        with self._lock:
            planned = self._plan(needs, dt.timedelta() if force else self._settings.refresh)
            job = self._job((*planned.missing, *planned.stale) if force else planned.stale)
            names = self._listing(force=force)
        return Job((*job.tasks, names), job.failed) if names else job

    def read_limits(self) -> Job:
        """Return the job that reads spend limits and alerts; done at once where that is not due."""
        with self._lock:
            failed = self._failed_lately({LIMITS})
            if self._limits is None and not failed and self._limits_due():
                self._limits = Task(())
                threading.Thread(target=self._limit, args=(self._limits,), name=LIMITS, daemon=True).start()
            return Job((self._limits,) if self._limits else (), failed)

    def fetching(self, source: str, width: Width) -> frozenset[dt.date]:
        """Return the days of a source that are being fetched now."""
        with self._lock:
            return frozenset(d for s, w, d in self._running if (s, w) == (source, width))

    def retry(self) -> None:
        """Forget what failed, so that the next request asks again."""
        with self._lock:
            self._failed.clear()

    def _plan(self, needs: Iterable[Need], refresh: dt.timedelta) -> Plan:
        return plan(self._store, needs, now=self._now(), settle=self._settings.settle, refresh=refresh)

    def _job(self, needs: tuple[Need, ...]) -> Job:
        """Return the tasks that fetch `needs`: those that run already, and one for the rest."""
        failed = self._failed_lately({n.source for n in needs})
        wanted = days_of(n for n in needs if n.source not in failed)
        days = {(*key, day) for key, held in wanted.items() for day in held}
        tasks = {id(task): task for day in days if (task := self._running.get(day))}
        rest = days - self._running.keys()
        if rest:
            task = self._start(rest)
            tasks[id(task)] = task
        return Job(tuple(tasks.values()), failed)

    def _start(self, days: set[Day]) -> Task:
        grouped: Days = {}
        for source, width, day in days:
            grouped.setdefault((source, width), set()).add(day)
        task = Task(windows(grouped))
        self._running.update(dict.fromkeys(days, task))
        threading.Thread(target=self._fetch, args=(task, days), name="sync", daemon=True).start()
        return task

    def _fetch(self, task: Task, days: set[Day]) -> None:
        report = Report(failures={need.source: _ENDED for need in task.needs})
        try:
            report = run_in(
                self._pool, self._client, self._store, task.needs, now=self._now(), progress=task.tell
            )
        except AppError as failure:
            report = Report(failures={need.source: str(failure) for need in task.needs})
        finally:
            with self._lock:
                for day in days:
                    del self._running[day]
                self._remember(report.failures)
            task.report = report
            task.ended.set()

    def _listing(self, *, force: bool) -> Task | None:
        """Return the task that lists the names, None where that is not due."""
        if self._names is None:
            due = names_due(self._store, now=self._now(), every=self._settings.names_refresh)
            if not force and (not due or self._failed_lately({NAMES})):
                return None
            self._names = Task(())
            self._names.tell(Progress(0, 1, "Names"))
            threading.Thread(target=self._list, args=(self._names,), name="names", daemon=True).start()
        return self._names

    def _list(self, task: Task) -> None:
        failures: tuple[str, ...] = (_ENDED,)
        try:
            failures = sync_names(self._client, self._store, now=self._now())
        except AppError as failure:
            failures = (str(failure),)
        finally:
            task.report = Report(failures={NAMES: " ".join(failures)} if failures else {})
            task.tell(Progress(1, 1, ""))
            with self._lock:
                self._names = None
                self._name_failures = failures
                self._remember(task.report.failures)
            task.ended.set()

    def _limits_due(self) -> bool:
        settings = self._settings
        return limits_due(self._store, now=self._now(), every=settings.names_refresh, again=settings.refresh)

    def _limit(self, task: Task) -> None:
        failures: tuple[str, ...] = (_ENDED,)
        try:
            failures = sync_limits(self._client, self._store, now=self._now())
        finally:
            task.report = Report(failures={LIMITS: " ".join(failures)} if failures else {})
            with self._lock:
                self._limits = None
                self._remember(task.report.failures)
            task.ended.set()

    def _remember(self, failures: Mapping[str, str]) -> None:
        self._failed |= {source: (self._clock(), said) for source, said in failures.items()}

    def _failed_lately(self, sources: set[str]) -> dict[str, str]:
        since = self._clock() - MEMORY
        return {s: said for s, (at, said) in self._failed.items() if s in sources and at > since}
