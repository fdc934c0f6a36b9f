"""Collecting: the app fetches new days by itself, and days that were never fetched, before they are lost.

Of all processes that share a store, one collects at a time: whoever finds a run due and takes the lease.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.settings import Settings
from lib.store.records.collecting_runs import CollectingRun
from lib.store.records.leases import Lease
from lib.store.usage_store import Store
from lib.sync.background import Job, Syncer
from lib.sync.history import go_back
from lib.sync.lease_holding import LeaseHolding, this_process
from lib.sync.plan import Need
from lib.sync.report import Report

LEASE = "collecting"
"""The lease that whoever collects holds, and whoever sends alerts."""
_NEWEST = 31
"""How many days are fetched before all others."""


class Collector:
    """Collects when that is due; for one thread."""

    def __init__(
        self,
        syncer: Syncer,
        store: Store,
        settings: Settings,
        *,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float] = time.monotonic,
        holder: str | None = None,
    ) -> None:
        self._syncer = syncer
        self._store = store
        self._settings = settings
        self._now = now
        self._clock = clock
        self._holder = holder or this_process()
        self.lease = LeaseHolding(store, LEASE, now=now, clock=clock, holder=self._holder)
        self._tried: float | None = None
        self._seen: tuple[CollectingRun | None, float, bool] | None = None

    def is_due(self) -> bool:
        """Return whether a run is due: the last one is long enough ago, or none was made yet.

        A run that this process saw being recorded is as old as that is by a clock that does not jump. Of an
        earlier one, the moment is believed unless it lies in the future. A run that could not be recorded is
        tried again no sooner than one that failed.
        """
        every = self._settings.collect_every
        if every is None:
            return False
        again = min(every, self._settings.refresh).total_seconds()
        if self._tried is not None and self._clock() - self._tried < again:
            return False
        last, seen, is_witness = self._look()
        if last is None:
            return True
        wait = pause(last, every, self._settings.refresh)
        if self._clock() - seen >= wait.total_seconds():
            return True
        return not is_witness and last.finished_at <= self._now() and self._now() - last.finished_at >= wait

    @contextmanager
    def turn(self) -> Iterator[CollectingRun | None]:
        """Give the run that was made, while the lease is held still; None where none is due or another's."""
        if not (self.is_due() and self.lease.take()):
            yield None
            return
        with self.lease.kept():
            yield self.collect() if self.is_due() else None  # another process may have been faster

    def collect(self) -> CollectingRun | None:
        """Fetch and store the newest days, then all earlier ones that are missing; record what came of it.

        Return None where another process took over, as this one had not said a word for too long.
        """
        self._tried = self._clock()
        try:
            return self._collect()
        except _TakenOver:
            return None

    def _collect(self) -> CollectingRun:
        started_at, reports = self._now(), []

        def fetch(needs: Sequence[Need]) -> Report:
            if not self.lease.keep():
                raise _TakenOver
            report = _done(self._syncer.refresh(needs), self._syncer.request(needs))
            reports.append(report)
            return report

        today = started_at.date()
        newest = Window(today - (_NEWEST - 1) * ONE_DAY, today + ONE_DAY)
        failed = fetch([Need(name, Width.DAY, newest) for name in SOURCES]).failures
        for _ in go_back(fetch, self._store, today, [name for name in SOURCES if name not in failed]):
            pass
        reports.append(_done(self._syncer.read_limits()))
        run = CollectingRun(
            started_at,
            self._now(),
            self._holder,
            sum(one.requests for report in reports for one in report.sources.values()),
            sum(one.rows for report in reports for one in report.sources.values()),
            {name: said for report in reports for name, said in report.failures.items()},
        )
        self._store.collecting_runs.write([run], run.finished_at)
        self._look()
        return run

    def _look(self) -> tuple[CollectingRun | None, float, bool]:
        """Return the last run, when this process first saw it, and whether it had looked before."""
        last = last_run(self._store)
        if self._seen is None or self._seen[0] != last:
            self._seen = (last, self._clock(), self._seen is not None)
        return self._seen


class _TakenOver(Exception):
    """Another process has taken the lease."""


def last_run(store: Store) -> CollectingRun | None:
    """Return the last run, None where none was made yet."""
    runs = store.collected()
    return runs[-1] if runs else None


def held(store: Store) -> Lease | None:
    """Return the lease where a process holds it, or held it when it died."""
    return next((lease for lease in store.leases_of(LEASE) if not lease.released), None)


def pause(last: CollectingRun, every: dt.timedelta, again: dt.timedelta) -> dt.timedelta:
    """Return how long after a run the next one is due: what failed is tried `again` sooner."""
    return min(every, again) if last.failures else every


def _done(*jobs: Job) -> Report:
    """Return what the jobs did, once all are done."""
    for job in jobs:
        job.wait()
    tasks = {id(task): task for job in jobs for task in job.tasks}
    failed = {name: said for job in jobs for name, said in job.failed.items()}
    return Job(tuple(tasks.values()), failed).report
