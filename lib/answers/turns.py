"""Turns: how many threads do heavy work at once, and which of them comes next."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count


class Turns:
    """Lets so many threads at once find what is not held; the others wait, and disturb nobody meanwhile.

    First comes who has asked longest ago for anything, so that pages are finished one after another. A thread
    that has its turn keeps it for whatever it has to find for that.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._changed = threading.Condition()
        self._waiting: list[int] = []
        self._numbers = count()
        self._mine = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, unless this thread has one."""
        if getattr(self._mine, "has", False):
            yield
            return
        self._wait()
        self._mine.has = True
        try:
            yield
        finally:
            self._mine.has = False
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wait(self) -> None:
        with self._changed:
            mine: int = self._mine.__dict__.setdefault("number", next(self._numbers))
            heappush(self._waiting, mine)
            self._changed.wait_for(lambda: self._free and self._waiting[0] == mine)
            heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()
