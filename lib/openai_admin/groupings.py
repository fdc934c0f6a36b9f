"""Which groupings are asked for, given what the API is known to refuse."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from lib.catalog.sources import WHOLE, Slice, Source
from lib.errors import UnknownEndpoint
from lib.openai_admin.refusals import Refusal, RefusalKind, fresh
from lib.periods.windows import Window


@dataclass(frozen=True)
class Ask:
    """One request to a source: a window, grouped by the dimensions of a slice that are not refused there."""

    window: Window
    slice: str
    dimensions: tuple[str, ...]


def plan(source: Source, window: Window, refusals: Iterable[Refusal]) -> tuple[Ask, ...]:
    """Return the fewest requests that cover `window` in the finest grouping that `refusals` leave.

    Days before the lookback are left out. Raises UnknownEndpoint where the endpoint was refused.
    """
    known = [r for r in refusals if r.source == source.name]
    first = window.first
    for refusal in known:
        if refusal.kind is RefusalKind.ENDPOINT:
            raise UnknownEndpoint(refusal.message)
        if refusal.kind is RefusalKind.LOOKBACK and refusal.until:
            first = max(first, refusal.until)
    if first >= window.end:
        return ()
    pieces: list[tuple[Window, tuple[Slice, ...]]] = []
    for piece in _pieces(Window(first, window.end), known):
        slices = _slices(source, piece, known)
        if pieces and pieces[-1][1] == slices:
            piece = Window(pieces.pop()[0].first, piece.end)  # noqa: PLW2901
        pieces.append((piece, slices))
    return tuple(Ask(piece, s.name, s.dimensions) for piece, slices in pieces for s in slices)


def _pieces(window: Window, known: list[Refusal]) -> list[Window]:
    """Return `window` cut wherever a refusal begins or ends."""
    edges = {day for r in known for day in (r.since, r.until) if day and window.first < day < window.end}
    return [Window(a, b) for a, b in pairwise(sorted({window.first, *edges, window.end}))]


def _slices(source: Source, piece: Window, known: list[Refusal]) -> tuple[Slice, ...]:
    here = [r for r in known if _covers(r, piece)]
    coarser = any(r.kind is RefusalKind.COMBINATION for r in here) and len(source.rungs) > 1
    refused = {r.dimension for r in here if r.kind in {RefusalKind.FLOOR, RefusalKind.DIMENSION}}
    slices: list[Slice] = []
    for finer in source.rungs[1 if coarser else 0]:
        left = Slice(finer.name, tuple(d for d in finer.dimensions if d not in refused))
        # Each slice adds up to the whole, so one with no dimension of its own need not be fetched.
        if not any(set(left.dimensions) <= set(s.dimensions) for s in slices):
            slices.append(left)
    if len(slices) == 1:
        # A single slice answers every question about its days, whichever rung it comes from.
        return (Slice(WHOLE, slices[0].dimensions),)
    return tuple(slices)


def _covers(refusal: Refusal, piece: Window) -> bool:
    begun = refusal.since is None or refusal.since <= piece.first
    return begun and (refusal.until is None or piece.end <= refusal.until)


class Memory:
    """The refusals known so far, shared by threads."""

    def __init__(self, refusals: Iterable[Refusal], now: Callable[[], dt.datetime]) -> None:
        self._known = tuple(refusals)
        self._now = now
        self._lock = threading.Lock()

    @property
    def known(self) -> tuple[Refusal, ...]:
        """Return every refusal, including those that have expired."""
        with self._lock:
            return self._known

    def fresh(self) -> tuple[Refusal, ...]:
        """Return the refusals that have not expired."""
        return fresh(self.known, self._now())

    def know(self, refusals: Iterable[Refusal]) -> None:
        """Take `refusals` for all that is known."""
        with self._lock:
            self._known = tuple(refusals)

    def remember(
        self,
        source: str,
        kind: RefusalKind,
        message: str,
        *,
        dimension: str | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
    ) -> None:
        """Add a refusal seen now: it absorbs fresh ones that adjoin it and expired ones that it confirms.

        An expired one that is refused again on some of its days holds for all of them again.
        """
        now = self._now()
        new = Refusal(source, kind, message, now, dimension, since, until)
        with self._lock:
            others = []
            for old in self._known:
                young = bool(fresh((old,), now))
                if not _touch(old, new, adjoining=young):
                    others.append(old)
                else:
                    new = _merged(old, new, old.learned_at if young else now)
            self._known = (*others, new)


def _touch(old: Refusal, new: Refusal, *, adjoining: bool) -> bool:
    if (old.source, old.kind, old.dimension) != (new.source, new.kind, new.dimension):
        return False
    if old.since and old.until and new.since and new.until:
        if adjoining:
            return old.since <= new.until and new.since <= old.until
        return old.since < new.until and new.since < old.until
    return True


def _merged(old: Refusal, new: Refusal, learned_at: dt.datetime) -> Refusal:
    """Return `new` extended to the days of `old`, and as old as the older: neither outlives its day."""
    if old.since and old.until and new.since and new.until:
        age = min(learned_at, new.learned_at)
        return replace(new, learned_at=age, since=min(old.since, new.since), until=max(old.until, new.until))
    return new
