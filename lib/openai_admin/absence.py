"""Tell an endpoint that an organization lacks from an outage, or an address, at which there is nothing."""

import datetime as dt
import threading
from collections.abc import Callable

from lib.catalog.sources import SOURCES, Source
from lib.errors import AdminApiError, UnknownEndpoint
from lib.openai_admin.api_errors import nothing_found
from lib.openai_admin.groupings import Memory
from lib.openai_admin.refusals import RefusalKind

_OTHERS = 2
"""How many other usage endpoints must be unknown too before their absence says nothing of an organization."""
_HOLDS = dt.timedelta(minutes=1)
"""How long it holds that some endpoint answered, or that none did."""


class Absence:
    """Judges endpoints that the API says it does not know; safe to share between threads."""

    def __init__(
        self, memory: Memory, exists: Callable[[Source], bool], base_url: str, now: Callable[[], dt.datetime]
    ) -> None:
        self._memory = memory
        self._exists = exists
        self._base_url = base_url
        self._now = now
        self._lock = threading.Lock()
        self._seen: tuple[dt.datetime, str | None] | None = None

    def judged(self, source: Source, unknown: UnknownEndpoint) -> AdminApiError:
        """Return what it means that `source` is unknown; it is remembered if another endpoint exists."""
        with self._lock:
            if not self._another_exists(source):
                return nothing_found("No usage endpoint", self._base_url)
        self._memory.remember(source.name, RefusalKind.ENDPOINT, str(unknown))
        return unknown

    def _another_exists(self, source: Source) -> bool:
        now = self._now()
        if (
            self._seen is None
            or not self._seen[0] <= now < self._seen[0] + _HOLDS
            or self._seen[1] == source.name
        ):
            others = [s for s in SOURCES.values() if s.optional and s is not source][:_OTHERS]
            self._seen = now, next((s.name for s in others if self._exists(s)), None)
        return self._seen[1] is not None
