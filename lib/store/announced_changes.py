"""What changed in an object store, told by one list of small objects instead of a look at each table.

Whoever changes a table says so before and after, by objects without content whose names are never used twice.
While neither is new of a table, it is as it was; where somebody began and has not ended, or was killed, it
is looked at again with each list.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol
from uuid import uuid4

from lib.store.location import Stamp

FRESH = 2.0
"""For so many seconds a list is taken to be the newest: what others wrote shows no later than that."""
_MOST = 100
_LONGEST = 3600.0
"""After so many seconds a change that was begun is taken to have been killed."""
_BEGUN, _DONE, _MOVED = "begun", "done", "moved"
_AT_ONCE = 8


class Announcements(Protocol):
    """Where announcements are kept; each method may raise OSError."""

    def listed(self) -> Mapping[str, float]:
        """Return the names that are there, with when each was put (in seconds since 1970)."""

    def put(self, name: str) -> None:
        """Put an object without content."""

    def delete(self, name: str) -> None:
        """Delete an object that may be gone."""


class Changes:
    """The changes of the tables of one store, safe between threads and processes."""

    def __init__(
        self,
        kept: Announcements,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
    ) -> None:
        self._kept, self._clock, self._today = kept, clock, today
        self._lock = threading.Lock()
        self._names: dict[str, float] = {}
        self._lists = 0
        self._listed_at = float("-inf")

    def stamp(self, table: str) -> Stamp:
        """Return what changes with every commit to a table, from a list no older than FRESH."""
        with self._lock:
            if self._clock() - self._listed_at >= FRESH:
                began = self._clock()
                self._names = dict(self._kept.listed())
                self._listed_at = began
                self._lists += 1
            own = _of(table, self._names)
            ended = frozenset(own[_DONE] | own[_MOVED])
            return frozenset(own[_MOVED]), (ended, self._lists if own[_BEGUN] - ended else 0)

    @contextmanager
    def changing(self, table: str, *, moves: bool = False) -> Iterator[None]:
        """Announce a change of a table, before and after it."""
        change = uuid4().hex
        self._announce(f"{table}~{change}~{_BEGUN}")
        try:
            yield
        finally:
            self._announce(f"{table}~{change}~{_MOVED if moves else _DONE}")
            self._sweep()

    def _announce(self, name: str) -> None:
        self._kept.put(name)
        with self._lock:
            self._names[name] = self._today()

    def _sweep(self) -> None:
        """Delete what tells nothing any more, where there is much of it or a change was killed."""
        with self._lock:
            names = dict(self._names)
        killed = _killed(names, self._today() - _LONGEST)
        superseded = _superseded(names) if len(names) > _MOST else []
        for some in (killed, [n for n in superseded if n.endswith(_BEGUN)], superseded):
            if some:
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    list(pool.map(self._kept.delete, some))
        with self._lock:
            for name in (*killed, *superseded):
                self._names.pop(name, None)


def _of(table: str, names: Iterable[str]) -> dict[str, set[str]]:
    """Return the changes of a table by what is said of them."""
    found: dict[str, set[str]] = {_BEGUN: set(), _DONE: set(), _MOVED: set()}
    for name in names:
        of, _, rest = name.partition("~")
        change, _, said = rest.partition("~")
        if of == table and said in found:
            found[said].add(change)
    return found


def _killed(names: Mapping[str, float], before: float) -> list[str]:
    """Return the announcements of changes that were begun `before` and never ended."""
    ended = {name.rpartition("~")[0] for name in names if not name.endswith(_BEGUN)}
    return [
        name
        for name, at in names.items()
        if name.endswith(_BEGUN) and at < before and name.rpartition("~")[0] not in ended
    ]


def _superseded(names: Mapping[str, float]) -> list[str]:
    """Return the announcements of changes that ended before others of their table did.

    Those that ended last stay: without any, a table would look as it did before the first.
    """
    last: dict[str, float] = {}
    ended = {n.rpartition("~")[0]: at for n, at in names.items() if not n.endswith(_BEGUN)}
    for change, at in ended.items():
        table = change.partition("~")[0]
        last[table] = max(at, last.get(table, at))
    gone = {change for change, at in ended.items() if at < last[change.partition("~")[0]]}
    return [name for name in names if name.rpartition("~")[0] in gone]
