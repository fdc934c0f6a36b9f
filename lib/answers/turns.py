"""Turns: how many threads do heavy work at once, and which of them comes next."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count


class _Thread(threading.local):
    """What is known of each thread: whether it has a turn, and its place among those that ever asked."""

    has_turn = False
    place: int | None = None


class Turns:
    """Lets so many threads at once find what is not held; the others wait, and disturb nobody meanwhile.

    First comes who has asked longest ago for anything, so that pages are finished one after another. A thread
    that has its turn keeps it for whatever it has to find for that.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._changed = threading.Condition()
        self._waiting: list[int] = []
        self._places = count()
        self._thread = _Thread()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, unless this thread has one."""
        if self._thread.has_turn:
            yield
            return
        self._wait()
        self._thread.has_turn = True
        try:
            yield
        finally:
            self._thread.has_turn = False
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wait(self) -> None:
        with self._changed:
            if self._thread.place is None:
                self._thread.place = next(self._places)
            place = self._thread.place
            heappush(self._waiting, place)
            self._changed.wait_for(lambda: self._free and self._waiting[0] == place)
            heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()
