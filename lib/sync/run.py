"""Sync: plan what is missing or not final, fetch it in parallel, and hand it to the writer."""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

import pyarrow as pa

from lib.catalog.sources import SOURCES
from lib.errors import AppError, BadKey, MissingScope, StoreError, TooMuchAtOnce, UnknownEndpoint
from lib.periods.widths import Width
from lib.periods.windows import runs
from lib.settings import Settings
from lib.store.records.coverage import Groupings
from lib.store.usage_store import Store
from lib.sync.client_protocol import Client
from lib.sync.freed_memory import give_back, use_one_allocator
from lib.sync.ownership import require_own
from lib.sync.plan import Need, days_of, label, plan, windows
from lib.sync.report import Progress, Report, SourceReport
from lib.sync.scheduling import Limits, Schedule
from lib.sync.second_look import Answered, fetched_twice_where_doubtful
from lib.sync.storing import Fetched, Piece, Writer

_BYTES_A_ROW = 500
"""About what a row that is stored took when it was sent."""


def run(
    client: Client,
    store: Store,
    needs: Iterable[Need],
    *,
    now: dt.datetime,
    limits: Limits,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Fetch and store `needs` and return what that took; see `run_in`.

    Where the process is asked to end, what is being stored is, and no answer is waited for any more.
    """
    pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="fetch")
    waits = True
    try:
        return run_in(pool, client, store, needs, now=now, limits=limits, progress=progress)
    except KeyboardInterrupt:
        waits = False
        raise
    finally:
        pool.shutdown(waits, cancel_futures=not waits)


def run_in(
    pool: Executor,
    client: Client,
    store: Store,
    needs: Iterable[Need],
    *,
    now: dt.datetime,
    limits: Limits,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Fetch `needs` in `pool`, store them, and return what that took.

    `progress` is called from this thread. A source that fails is told in the report's failures and does
    not hold up the others. Raises StoreError where the store as a whole cannot be written.
    """
    return _Run(client, store, tuple(needs), now, limits).run(pool, progress or _silent)


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
    return run(client(), store, needed, now=now, limits=limits_of(settings), progress=progress)


def limits_of(settings: Settings) -> Limits:
    """Return the limits that the settings name."""
    return Limits(settings.concurrency, settings.memory)


def rows_a_day(store: Store, source: str, width: Width) -> float | None:
    """Return how many rows a day of the source has in the store; None where that is not known."""
    days = len(store.coverage(source, width))
    with suppress(StoreError):  # whoever writes to the table will be told why
        return store.row_count(SOURCES[source], width) / days if days else None
    return None


def _silent(_progress: Progress) -> None:
    pass


class _Run:
    """One sync: threads that fetch, and one that stores whatever has arrived."""

    def __init__(
        self, client: Client, store: Store, needs: tuple[Need, ...], now: dt.datetime, limits: Limits
    ) -> None:
        self._client = client
        self._store = store
        self._now = now
        self._limits = limits
        self._writer = Writer(store, needs, now)
        self._schedule = Schedule(needs, self._known_share)
        self._sent = dict(client.requests_made)
        self._failures: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._sources = tuple(dict.fromkeys(n.source for n in needs))

    def run(self, pool: Executor, progress: Callable[[Progress], None]) -> Report:
        """Fetch and store every window; return what that took."""
        use_one_allocator()
        self._client.know(self._store.binding_refusals())
        try:
            require_own(self._client, self._store, self._now)
        except AppError as failure:
            self._failures = dict.fromkeys(self._sources, str(failure))
            return self._report()
        fetching: dict[Future[Fetched], Need] = {}
        arrived: list[Fetched] = []
        what, on_its_way = "", 0
        with ThreadPoolExecutor(1, thread_name_prefix="store") as writer:
            storing: Future[None] | None = None
            try:
                while True:
                    while self._has_room(len(fetching), arrived) and (need := self._schedule.next()):
                        fetching[pool.submit(self._fetch, need)] = need
                    if arrived and storing is None:
                        on_its_way = _days(arrived)
                        storing, arrived = writer.submit(self._put, arrived), []
                    if not fetching and storing is None:
                        break
                    what = next((label(need) for need in fetching.values()), what)
                    done_days = self._schedule.done - _days(arrived) - on_its_way
                    progress(Progress(done_days, self._schedule.total, what))
                    under_way: list[Future[Any]] = [*fetching, *([storing] if storing else [])]
                    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    if storing in done:
                        storing.result()
                        storing, on_its_way = None, 0
                    taken = [self._taken(f, fetching.pop(f)) for f in list(fetching) if f in done]
                    arrived += [fetched for fetched in taken if fetched]
            finally:
                for future in fetching:
                    future.cancel()
        self._store.remember(self._client.refusals, self._now)
        self._store.tidy()
        self._store.record_checksums()
        progress(Progress(self._schedule.total, self._schedule.total, ""))
        return self._report()

    def _put(self, arrived: list[Fetched]) -> None:
        self._writer.put(arrived)
        arrived.clear()
        give_back()

    def _known_share(self, source: str, width: Width) -> float | None:
        rows = rows_a_day(self._store, source, width)
        return None if rows is None else self._limits.share(rows, rows * _BYTES_A_ROW)

    def _has_room(self, fetching: int, arrived: list[Fetched]) -> bool:
        """Return whether another answer may come, while `arrived` wait for what is stored before them."""
        waiting = sum(piece.table.nbytes for fetched in arrived for piece in fetched.pieces)
        return fetching < self._limits.concurrency and (not fetching or waiting < self._limits.waiting)

    def _fetch(self, need: Need) -> Fetched:
        began = time.monotonic()
        answered = fetched_twice_where_doubtful(self._client.fetch, self._store, need, self._now)
        organizations = frozenset().union(*(part.organizations for part in answered.parts))
        size = sum(part.size for part in answered.parts)
        return Fetched(need, _pieces(answered), began, size, organizations)

    def _taken(self, future: Future[Fetched], need: Need) -> Fetched | None:
        """Return what a thread fetched, or None where it failed, which is noted."""
        try:
            fetched = future.result()
        except TooMuchAtOnce as too_much:
            if need.window.days > 1:
                self._schedule.too_much(need)
                return None
            self._failed(need, too_much)
        except UnknownEndpoint as absent:
            self._notes[need.source] = str(absent)
            self._schedule.drop(need.source)
        except MissingScope as forbidden:
            self._failed(need, forbidden)
            self._schedule.drop(need.source)
        except BadKey as failure:
            self._failures |= dict.fromkeys(self._sources, str(failure))
            self._schedule.drop()
        except AppError as failure:
            self._failed(need, failure)
        else:
            rows = sum(piece.table.num_rows for piece in fetched.pieces)
            self._schedule.answered(need, self._limits.share(rows, fetched.size))
            return fetched
        return None

    def _failed(self, need: Need, failure: AppError) -> None:
        self._failures[need.source] = str(failure)
        self._schedule.failed(need)

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


def _days(fetched: Iterable[Fetched]) -> int:
    return sum(one.need.window.days for one in fetched)


def _pieces(answered: Answered) -> list[Piece]:
    """Return the rows that were answered by run of days that are told by the same dimensions."""
    parts = answered.parts
    told: dict[Groupings, list[dt.date]] = {}
    for part in parts:
        groupings = tuple(p.dimensions for p in parts if p.window == part.window)
        told.setdefault(groupings, []).extend(part.window)
    return [
        Piece(
            days,
            pa.concat_tables(p.table for p in parts if p.window.first in days),
            dimensions,
            answered.unanswered & set(days),
        )
        for dimensions, held in told.items()
        for days in runs(held)
    ]
