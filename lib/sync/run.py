"""Sync: plan what is missing or not final, fetch it in parallel, replace it, and record that.

Rows are stored before the record that they are there, so a process may die at any moment: what was not
recorded is fetched again and replaces the same rows.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from lib.catalog.sources import SOURCES, Source
from lib.errors import AppError, BadKey, MissingScope, StoreError, UnknownEndpoint
from lib.openai_admin import Part, decoding
from lib.openai_admin.name_lists import NameList
from lib.openai_admin.refusals import Refusal
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, runs
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.records.revisions import Revision
from lib.store.usage_store import Store
from lib.sync.plan import NAMES, Need, Plan, days_of, label, plan, windows
from lib.sync.revised import revised

__all__ = [
    "Client",
    "Need",
    "Plan",
    "Progress",
    "Report",
    "SourceReport",
    "ensure",
    "plan",
    "run",
    "sync_limits",
    "sync_names",
]


class Client(Protocol):
    """What sync needs of the admin API's client."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return all known refusals."""

    @property
    def requests_made(self) -> Mapping[str, int]:
        """Return the requests sent so far by source name."""

    def fetch(self, source: Source, width: Width, window: Window) -> list[Part]:
        """Return the parts that cover `window`."""

    def fetch_names(self) -> NameList:
        """Return all names."""

    def fetch_limits(self, projects: Iterable[str]) -> LimitList:
        """Return the spend limits and alerts of the organization and of `projects`."""


@dataclass(frozen=True)
class Progress:
    """How many windows are stored of how many, and what is fetched now."""

    done: int
    total: int
    what: str


@dataclass(frozen=True)
class SourceReport:
    """What one source took: requests sent, rows stored and seconds from first to last."""

    requests: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """What a sync did by source name; `failures` and `notes` are sentences."""

    sources: Mapping[str, SourceReport] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def run(
    client: Client,
    store: Store,
    needs: Iterable[Need],
    *,
    now: dt.datetime,
    concurrency: int,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Fetch and store `needs`, `concurrency` at a time, and return what that took; see `run_in`."""
    with ThreadPoolExecutor(concurrency, thread_name_prefix="fetch") as pool:
        return run_in(pool, client, store, needs, now=now, progress=progress)


def run_in(
    pool: Executor,
    client: Client,
    store: Store,
    needs: Iterable[Need],
    *,
    now: dt.datetime,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Fetch `needs` (cut to one answer each) in `pool`, store them, and return what that took.

    `progress` is called from this thread. A source that fails is told in the report's failures and does
    not hold up the others. Raises StoreError where the store as a whole cannot be written.
    """
    return _Run(client, store, tuple(needs), now).run(pool, progress or _silent)


def ensure(
    client: Callable[[], Client],
    store: Store,
    needs: Iterable[Need],
    settings: Settings,
    *,
    now: dt.datetime,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Fetch and store the missing and stale days of `needs`; `client` is called only if there are any."""
    planned = plan(store, needs, now=now, settle=settings.settle, refresh=settings.refresh)
    needed = windows(days_of((*planned.missing, *planned.stale)))
    if not needed:
        return Report()
    return run(client(), store, needed, now=now, concurrency=settings.concurrency, progress=progress)


def sync_names(client: Client, store: Store, *, now: dt.datetime) -> tuple[str, ...]:
    """List and store all names; return a sentence for each thing that could not be listed."""
    try:
        listed = client.fetch_names()
    except AppError as failure:
        return (str(failure),)
    finally:
        store.remember(client.refusals)
    store.merge_names(listed.names, now)
    if listed.names or not listed.failures:
        store.mark([Covered(NAMES, Width.DAY, now.date(), now.date() + ONE_DAY, now)])
    return listed.failures


def sync_limits(client: Client, store: Store, *, now: dt.datetime) -> tuple[str, ...]:
    """Read and store the limits and alerts of all projects that are known; return why that cannot be."""
    projects = [name.id for name in store.names() if name.kind == "project" and not name.archived]
    try:
        store.write_limits(client.fetch_limits(projects), now)
    except AppError as failure:
        return (str(failure),)
    return ()


def _silent(_progress: Progress) -> None:
    pass


@dataclass(frozen=True)
class _Fetched:
    """A window's rows, by run of days that the API answered, and when (monotonic) they were asked for."""

    need: Need
    pieces: list[tuple[Window, pa.Table]]
    began: float


@dataclass(frozen=True)
class _Batch:
    """Adjacent windows of a source, to be replaced as one."""

    source: Source
    width: Width
    window: Window
    table: pa.Table
    windows: int
    began: float


def _batches(fetched: Iterable[_Fetched]) -> list[_Batch]:
    batches: list[_Batch] = []
    for f in sorted(fetched, key=lambda f: (f.need.source, f.need.width, f.need.window)):
        for window, table in f.pieces:
            batch = _Batch(SOURCES[f.need.source], f.need.width, window, table, 1, f.began)
            if batches and _adjacent(batches[-1], batch):
                batch = _both(batches.pop(), batch)
            batches.append(batch)
    return batches


def _adjacent(a: _Batch, b: _Batch) -> bool:
    return (a.source.name, a.width, a.window.end) == (b.source.name, b.width, b.window.first)


def _both(a: _Batch, b: _Batch) -> _Batch:
    return _Batch(
        a.source,
        a.width,
        Window(a.window.first, b.window.end),
        pa.concat_tables([a.table, b.table]),
        a.windows + b.windows,
        min(a.began, b.began),
    )


class _Run:
    """One sync: threads that fetch, and one writer that stores whatever has arrived."""

    def __init__(self, client: Client, store: Store, windows: tuple[Need, ...], now: dt.datetime) -> None:
        self._client = client
        self._store = store
        self._windows = windows
        self._now = now
        self._before = {(n.source, n.width): store.coverage(n.source, n.width) for n in windows}
        self._sent = dict(client.requests_made)
        self._stopped: set[str] = set()
        self._failures: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._rows: dict[str, int] = dict.fromkeys((n.source for n in windows), 0)
        self._times: dict[str, tuple[float, float]] = {}

    def run(self, pool: Executor, progress: Callable[[Progress], None]) -> Report:
        """Fetch and store every window; return what that took."""
        waiting = {pool.submit(self._fetch, need): need for need in self._windows}
        total = len(waiting)
        try:
            while waiting:
                progress(Progress(total - len(waiting), total, label(next(iter(waiting.values())))))
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                arrived = [self._taken(f, waiting.pop(f)) for f in list(waiting) if f in done]
                self._put([fetched for fetched in arrived if fetched])
        finally:
            for future in waiting:
                future.cancel()
        self._store.remember(self._client.refusals)
        self._store.tidy()
        progress(Progress(total, total, ""))
        return self._report()

    def _fetch(self, need: Need) -> _Fetched | None:
        """Return the window's rows; None where its source has been given up."""
        if need.source in self._stopped:
            return None
        began = time.monotonic()
        source = SOURCES[need.source]
        try:
            parts = self._client.fetch(source, need.width, need.window)
        except (UnknownEndpoint, MissingScope):
            self._stopped.add(need.source)
            raise
        except BadKey:
            self._stopped |= set(self._rows)
            raise
        pieces = [
            (days, decoding.table(source, need.width, [p for p in parts if p.window.first in days]))
            for days in runs(day for part in parts for day in part.window)
        ]
        return _Fetched(need, pieces, began)

    def _taken(self, future: Future[_Fetched | None], need: Need) -> _Fetched | None:
        """Return what a thread fetched, or None where it failed, which is noted."""
        try:
            return future.result()
        except UnknownEndpoint as absent:
            self._notes[need.source] = str(absent)
        except BadKey as failure:
            self._failures |= dict.fromkeys(self._rows, str(failure))
        except AppError as failure:
            self._failures[need.source] = str(failure)
        return None

    def _put(self, fetched: list[_Fetched]) -> None:
        """Store what has arrived: what was revised, then the rows, then the record that they are there."""
        changes: list[Revision] = []
        sound = [b for b in _batches(fetched) if self._done(b, lambda b: changes.extend(self._changes(b)))]
        self._store.revise(changes)
        stored = [batch for batch in sound if self._done(batch, self._replace)]
        self._store.mark(
            Covered(
                b.source.name, b.width, b.window.first, b.window.end, self._now, b.windows, b.table.num_rows
            )
            for b in stored
        )
        for b in stored:
            name = b.source.name
            self._rows[name] += b.table.num_rows
            began, _ = self._times.get(name, (b.began, 0.0))
            self._times[name] = min(began, b.began), time.monotonic()

    def _changes(self, batch: _Batch) -> list[Revision]:
        return revised(
            self._store,
            batch.source,
            batch.width,
            batch.window,
            batch.table,
            fetched=self._before[batch.source.name, batch.width],
            seen_at=self._now,
        )

    def _replace(self, batch: _Batch) -> None:
        self._store.replace(batch.source, batch.width, batch.window, batch.table)

    def _done(self, batch: _Batch, step: Callable[[_Batch], None]) -> bool:
        """Return whether `step` worked; a damaged table fails only its own source."""
        try:
            step(batch)
        except StoreError as failure:
            self._failures[batch.source.name] = str(failure)
            return False
        return True

    def _report(self) -> Report:
        made = self._client.requests_made
        times = {name: self._times.get(name, (0.0, 0.0)) for name in self._rows}
        sources = {
            name: SourceReport(
                requests=made.get(name, 0) - self._sent.get(name, 0),
                rows=rows,
                seconds=round(times[name][1] - times[name][0], 3),
            )
            for name, rows in self._rows.items()
        }
        return Report(sources, self._failures, self._notes)
