"""Sync: plan what is missing or not final, fetch it in parallel, and hand it to the writer."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from lib.catalog.sources import SOURCES, Source
from lib.errors import AppError, BadKey, MissingScope, UnknownEndpoint
from lib.openai_admin import Part, decoding
from lib.openai_admin.name_lists import NameList
from lib.openai_admin.refusals import Refusal
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, runs
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.plan import NAMES, Need, Plan, days_of, label, plan, windows
from lib.sync.storing import Fetched, Piece, Writer

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


class _Run:
    """One sync: threads that fetch, and one writer that stores whatever has arrived."""

    def __init__(self, client: Client, store: Store, windows: tuple[Need, ...], now: dt.datetime) -> None:
        self._client = client
        self._store = store
        self._windows = windows
        self._writer = Writer(store, windows, now)
        self._sent = dict(client.requests_made)
        self._stopped: set[str] = set()
        self._failures: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._sources = {n.source: None for n in windows}

    def run(self, pool: Executor, progress: Callable[[Progress], None]) -> Report:
        """Fetch and store every window; return what that took."""
        waiting = {pool.submit(self._fetch, need): need for need in self._windows}
        total = len(waiting)
        try:
            while waiting:
                progress(Progress(total - len(waiting), total, label(next(iter(waiting.values())))))
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                arrived = [self._taken(f, waiting.pop(f)) for f in list(waiting) if f in done]
                self._writer.put([fetched for fetched in arrived if fetched])
        finally:
            for future in waiting:
                future.cancel()
        self._store.remember(self._client.refusals)
        self._store.tidy()
        progress(Progress(total, total, ""))
        return self._report()

    def _fetch(self, need: Need) -> Fetched | None:
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
            self._stopped |= set(self._sources)
            raise
        return Fetched(need, _pieces(source, need.width, parts), began)

    def _taken(self, future: Future[Fetched | None], need: Need) -> Fetched | None:
        """Return what a thread fetched, or None where it failed, which is noted."""
        try:
            return future.result()
        except UnknownEndpoint as absent:
            self._notes[need.source] = str(absent)
        except BadKey as failure:
            self._failures |= dict.fromkeys(self._sources, str(failure))
        except AppError as failure:
            self._failures[need.source] = str(failure)
        return None

    def _report(self) -> Report:
        made = self._client.requests_made
        times = {name: self._writer.times.get(name, (0.0, 0.0)) for name in self._sources}
        sources = {
            name: SourceReport(
                requests=made.get(name, 0) - self._sent.get(name, 0),
                rows=self._writer.rows.get(name, 0),
                seconds=round(times[name][1] - times[name][0], 3),
            )
            for name in self._sources
        }
        return Report(sources, {**self._failures, **self._writer.failures}, self._notes)


def _pieces(source: Source, width: Width, parts: list[Part]) -> list[Piece]:
    """Return the rows of `parts` by run of days that the same dimensions tell."""
    told: dict[tuple[str, ...], list[dt.date]] = {}
    for part in parts:
        everywhere = tuple(
            d for d in source.dimensions if any(d in p.dimensions for p in parts if p.window == part.window)
        )
        told.setdefault(everywhere, []).extend(part.window)
    return [
        Piece(days, decoding.table(source, width, [p for p in parts if p.window.first in days]), dimensions)
        for dimensions, held in told.items()
        for days in runs(held)
    ]
