"""Page times: how long the scripts of pages took, counted by page since the process began."""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds up to which pages are counted together; longer ones come last."""


@dataclass
class Times:
    """How many runs of a page fell between the bounds, and the seconds that all took."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    @property
    def up_to(self) -> list[int]:
        """Return how many runs took at most each of the bounds, and last how many there were."""
        return list(accumulate(self.counts))


_lock = threading.Lock()
_times: dict[str, Times] = {}


@contextmanager
def timed(page: str) -> Iterator[None]:
    """Count the seconds that are spent inside for a page, however they end."""
    began = time.perf_counter()
    try:
        yield
    finally:
        count(page, time.perf_counter() - began)


def count(page: str, seconds: float) -> None:
    """Count a run of a page."""
    with _lock:
        times = _times.setdefault(page, Times())
        times.counts[bisect_left(BOUNDS, seconds)] += 1
        times.seconds += seconds


def counted() -> Mapping[str, Times]:
    """Return what was counted so far, by page."""
    with _lock:
        return {page: Times(list(times.counts), times.seconds) for page, times in _times.items()}
