"""Request tally: what requests to the admin API came to, since the process began."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

NO_ANSWER = "none"
"""Stands for the status of a request to which no whole answer came."""


@dataclass(frozen=True)
class Counts:
    """How many requests were sent, how many of them were retries, and how many answers had each status."""

    requests: int = 0
    retries: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)


class RequestTally:
    """Counts that any number of threads add to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = 0
        self._retries = 0
        self._statuses: Counter[str] = Counter()

    def sent(self, *, is_retry: bool) -> None:
        """Count a request."""
        with self._lock:
            self._requests += 1
            self._retries += is_retry

    def answered(self, status: int | None) -> None:
        """Count an answer by its status, None where none came whole."""
        with self._lock:
            self._statuses[NO_ANSWER if status is None else str(status)] += 1

    def counts(self) -> Counts:
        """Return what was counted so far."""
        with self._lock:
            return Counts(self._requests, self._retries, dict(self._statuses))


OF_PROCESS = RequestTally()
"""The tally of all connections of this process."""
