"""Write what a sync fetched: what was revised, then the rows, then the record that they are there.

A process may die at any moment: what was not recorded is fetched again and replaces the same rows.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import pyarrow as pa

from lib.catalog.sources import SOURCES, Source
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import Window, runs
from lib.store.day_totals import table_totals
from lib.store.delta import ABSENT, Version
from lib.store.records.coverage import NO_ROWS, Covered, Groupings, Key
from lib.store.records.revisions import Revision
from lib.store.row_windows import between
from lib.store.usage_store import Store
from lib.sync.ownership import take_own
from lib.sync.plan import Need
from lib.sync.revised import revised


@dataclass(frozen=True)
class Piece:
    """The rows of a run of days that the API answered, and the dimensions by which they are told."""

    window: Window
    table: pa.Table
    dimensions: Groupings
    unanswered: frozenset[dt.date] = frozenset()


@dataclass(frozen=True)
class Fetched:
    """What the API answered of a window in `size` bytes, when (monotonic) that was asked for, of whom."""

    need: Need
    pieces: list[Piece]
    began: float
    size: int = 0
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Batch:
    """Adjacent windows of a source, to be replaced as one."""

    source: Source
    width: Width
    piece: Piece
    windows: int
    began: float


def _batches(fetched: Iterable[Fetched]) -> list[_Batch]:
    batches: list[_Batch] = []
    for f in sorted(fetched, key=lambda f: (f.need.source, f.need.width, f.need.window)):
        for piece in f.pieces:
            batch = _Batch(SOURCES[f.need.source], f.need.width, piece, 1, f.began)
            if batches and _adjacent(batches[-1], batch):
                batch = _both(batches.pop(), batch)
            batches.append(batch)
    return batches


def _adjacent(a: _Batch, b: _Batch) -> bool:
    return (a.source.name, a.width, a.piece.window.end, a.piece.dimensions) == (
        b.source.name,
        b.width,
        b.piece.window.first,
        b.piece.dimensions,
    )


def _both(a: _Batch, b: _Batch) -> _Batch:
    window = Window(a.piece.window.first, b.piece.window.end)
    table = pa.concat_tables([a.piece.table, b.piece.table])
    piece = Piece(window, table, a.piece.dimensions, a.piece.unanswered | b.piece.unanswered)
    return _Batch(a.source, a.width, piece, a.windows + b.windows, min(a.began, b.began))


def _of(batch: _Batch, days: list[Window]) -> list[_Batch]:
    """Return what `batch` holds of `days`."""
    if days == [batch.piece.window]:
        return [batch]
    return [replace(batch, piece=_cut(batch.piece, run)) for run in days]


def _cut(piece: Piece, days: Window) -> Piece:
    rows = piece.table.filter(between(days))
    return replace(piece, window=days, table=rows, unanswered=piece.unanswered & set(days))


class Writer:
    """Stores the windows of one sync; `failures` says by source what could not be stored."""

    def __init__(self, store: Store, needs: Iterable[Need], now: dt.datetime) -> None:
        self._store = store
        self._now = now
        self._agreed: dict[Key, str | None] = {}
        self._before = {(n.source, n.width): store.coverage(n.source, n.width) for n in needs}
        self._left_out = {key: store.unanswered(SOURCES[key[0]], key[1]) for key in self._before}
        self._versions = {key: self._version(*key) for key in self._before}
        self.failures: dict[str, str] = {}
        self.rows: dict[str, int] = {}
        self.times: dict[str, tuple[float, float]] = {}
        """When (monotonic) the first window of a source was asked for, and the last one stored."""

    def put(self, fetched: list[Fetched]) -> None:
        """Store what has arrived: what was revised, then the rows, then the record that they are there."""
        changes: list[Revision] = []
        fetched = [one for one in fetched if self._is_own(one)]
        newest = [part for batch in _batches(fetched) for part in self._done(batch, self._newest)]
        sound = [part for part in newest if self._done(part, lambda b: self._noted(b, changes))]
        self._store.revise(changes)
        stored = [part for batch in sound for part in self._done(batch, self._replaced)]
        self._store.mark(self._covered(batch) for batch in stored)
        for b in stored:
            name = b.source.name
            self.rows[name] = self.rows.get(name, 0) + b.piece.table.num_rows
            began, _ = self.times.get(name, (b.began, 0.0))
            self.times[name] = min(began, b.began), time.monotonic()

    def _is_own(self, fetched: Fetched) -> bool:
        """Return whether no row is another organization's; else its source fails."""
        try:
            take_own(self._store, fetched.organizations, self._now)
        except StoreError as foreign:
            self.failures[fetched.need.source] = str(foreign)
            return False
        return True

    def _version(self, source: str, width: Width) -> Version:
        with suppress(StoreError):  # the first batch of the source will say what is wrong
            return self._store.table_version(SOURCES[source], width)
        return ABSENT

    def _newest(self, batch: _Batch) -> list[_Batch]:
        """Return the parts of `batch` of which no other sync has stored something newer meanwhile."""
        source, width, window = batch.source, batch.width, batch.piece.window
        since = self._versions[source.name, width]
        later = self._store.stored_later(source, width, fetched_at=self._now, since=since)
        return _of(batch, runs(set(window) - later))

    def _noted(self, batch: _Batch, changes: list[Revision]) -> list[_Batch]:
        changes += revised(
            self._store,
            batch.source,
            batch.width,
            batch.piece.window,
            batch.piece.table,
            fetched=self._before[batch.source.name, batch.width],
            seen_at=self._now,
        )
        return [batch]

    def _replaced(self, batch: _Batch) -> list[_Batch]:
        """Return the parts of `batch` that were stored."""
        source, width, piece = batch.source, batch.width, batch.piece
        key = (source.name, width)
        if key not in self._agreed:
            self._agreed[key] = self._store.agreed(source, width)
        before = self._store.fingerprint(source, width)
        # Where rows were lost before, these do not make the rest agree with what was recorded of it.
        sound = before == self._agreed[key] or before == self._store.agreed(source, width)
        days = self._store.replace(
            source, width, piece.window, piece.table, fetched_at=self._now, since=self._versions[key]
        )
        self._agreed[key] = self._store.fingerprint(source, width) if sound else None
        return _of(batch, days)

    def _covered(self, batch: _Batch) -> Covered:
        window, table = batch.piece.window, batch.piece.table
        totals = table_totals(table, batch.source)
        unanswered = tuple(sorted(batch.piece.unanswered))
        left_out = self._left_out[batch.source.name, batch.width]
        return Covered(
            batch.source.name,
            batch.width,
            window.first,
            window.end,
            self._now,
            batch.windows,
            table.num_rows,
            batch.piece.dimensions,
            tuple(totals.get(day, NO_ROWS) for day in window),
            self._agreed[batch.source.name, batch.width],
            unanswered,
            tuple(min(self._now, left_out.get(day, self._now)) for day in unanswered),
        )

    def _done(self, batch: _Batch, step: Callable[[_Batch], list[_Batch]]) -> list[_Batch]:
        """Return what `step` made of `batch`; a damaged table fails only its own source."""
        try:
            return step(batch)
        except StoreError as failure:
            self.failures[batch.source.name] = str(failure)
            return []
