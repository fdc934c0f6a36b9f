"""Failures on demand: which request of a demo server is answered how badly."""

import threading
from collections.abc import Callable
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with one answer."""

    TOO_MANY = "429 with Retry-After"
    TOO_MANY_SILENT = "429 without Retry-After"
    SERVER_ERROR = "500 with an HTML body"
    DROPPED = "connection closed without an answer"
    CUT_SHORT = "body shorter than its Content-Length"
    MALFORMED = "200 with a body that is not JSON"
    SLOW = "right, but late"


class Faults:
    """The faults to come. Rules are asked in the order in which they were set; the first that fires wins.

    `path` limits a rule to requests whose path contains it. Safe between threads.
    """

    def __init__(self, *, retry_after: int = 1, slow_seconds: float = 1.0) -> None:
        self.retry_after = retry_after
        self.slow_seconds = slow_seconds
        self._rules: list[Callable[[str], Fault | None]] = []
        self._lock = threading.Lock()

    def next(self, fault: Fault, times: int = 1, path: str = "") -> None:
        """Answer the next `times` requests with `fault`."""
        left = times

        def rule(requested: str) -> Fault | None:
            nonlocal left
            if left and path in requested:
                left -= 1
                return fault
            return None

        self._add(rule)

    def every(self, n: int, fault: Fault, path: str = "") -> None:
        """Answer each `n`th request with `fault`, from now on."""
        seen = 0

        def rule(requested: str) -> Fault | None:
            nonlocal seen
            seen += path in requested
            return fault if path in requested and seen % n == 0 else None

        self._add(rule)

    def clear(self) -> None:
        """Forget every rule."""
        with self._lock:
            self._rules.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault for a request of `path`, None for a right answer."""
        with self._lock:
            return next((fault for rule in self._rules if (fault := rule(path))), None)

    def _add(self, rule: Callable[[str], Fault | None]) -> None:
        with self._lock:
            self._rules.append(rule)
