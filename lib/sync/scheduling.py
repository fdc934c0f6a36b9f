"""Which window is asked for next, so that an answer is about as large as it should be.

How many days that are follows what the source has been answering. Before anything is known of a source, one
window at a time is asked for.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.sync.plan import Need

MOST_FAILURES = 3
"""After so many failures in a row a source is given up, and after the first where it never answered."""
_FIRST_DAYS = {False: 31, True: 7}
"""The days first asked for of a source, and of one that is busy."""

Key = tuple[str, Width]

MOST_ROWS = 100_000
"""How many rows an answer should hold: more take longer to begin with, fewer are asked for too often."""
_TIMES = 4
"""How many times its size an answer takes, at most, from when it is read until it is stored."""


@dataclass(frozen=True)
class Limits:
    """How many windows are fetched at a time, and how many bytes of memory all of them may take."""

    concurrency: int = 6
    memory: int = 512_000_000

    def share(self, rows: float, size: float) -> float:
        """Return how much of an answer as large as it should be so many rows are, or so many bytes."""
        return max(rows / MOST_ROWS, size / (self.memory // (self.concurrency + 2) // _TIMES))

    @property
    def waiting(self) -> int:
        """Return how many bytes of rows may wait to be stored before nothing more is asked for."""
        return self.memory // 16


class Schedule:
    """The windows of one sync: `next` says what to ask for; all else is told it as it happens.

    `share_of_a_day` says of a source at a width how much of an answer as large as it should be a day has been
    taking, None where that is not known.
    """

    def __init__(self, needs: Iterable[Need], share_of_a_day: Callable[[str, Width], float | None]) -> None:
        self._left: dict[Key, list[Window]] = {}
        for need in needs:
            self._left.setdefault((need.source, need.width), []).append(need.window)
        self._share = {key: known for key in self._left if (known := share_of_a_day(*key)) is not None}
        self._longest: dict[Key, int] = {}
        self._open: Counter[Key] = Counter()
        self._failures: Counter[Key] = Counter()
        self._answered: set[Key] = set()
        self.total = sum(window.days for windows in self._left.values() for window in windows)
        """How many days of sources are asked for."""
        self.done = 0
        """How many of them have been answered, or given up."""

    def next(self) -> Need | None:
        """Return the window to ask for now; None where none is left, or an answer has to come first."""
        for key, windows in self._left.items():
            if windows and (key in self._share or not self._open[key]):
                window = windows.pop()
                first = window.end - math.ceil(window.days / self._pieces(key, window)) * ONE_DAY
                if first > window.first:
                    windows.append(Window(window.first, first))
                self._open[key] += 1
                return Need(*key, Window(first, window.end))
        return None

    def answered(self, need: Need, share: float) -> None:
        """Tell that the window was answered, and how much of an answer as large as it should be that was."""
        key = self._closed(need)
        self._share[key] = share / need.window.days
        self._answered.add(key)
        self._failures[key] = 0
        self.done += need.window.days

    def too_much(self, need: Need) -> None:
        """Tell that less may be answered: half is asked for, or one day where nothing was answered yet."""
        key, window = self._closed(need), need.window
        days = window.days // 2 if key in self._answered else 1
        longest = days if key in self._answered else window.days
        self._longest[key] = min(self._longest.get(key, longest), longest)
        last = window.end - days * ONE_DAY
        self._left[key] += [Window(window.first, last), Window(last, window.end)]

    def failed(self, need: Need) -> None:
        """Tell that the window failed for good; the rest is given up where that seems to be no accident."""
        key = self._closed(need)
        self.done += need.window.days
        self._failures[key] += 1
        if key not in self._answered or self._failures[key] >= MOST_FAILURES:
            self._drop(key)

    def drop(self, source: str | None = None) -> None:
        """Ask for nothing more of a source, or of any."""
        for key in self._left:
            if source in (None, key[0]):
                self._drop(key)

    def _drop(self, key: Key) -> None:
        self.done += sum(window.days for window in self._left[key])
        self._left[key] = []

    def _closed(self, need: Need) -> Key:
        key = (need.source, need.width)
        self._open[key] -= 1
        return key

    def _pieces(self, key: Key, window: Window) -> int:
        """Return into how many pieces a window is best cut."""
        longest = self._longest.get(key, window.days)
        if key not in self._share:
            longest = min(longest, _FIRST_DAYS[SOURCES[key[0]].is_busy])
        elif self._share[key] > 0:
            longest = min(longest, max(1, int(1 / self._share[key])))
        return math.ceil(window.days / longest)
