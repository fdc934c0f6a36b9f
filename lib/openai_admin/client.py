"""The client of the admin API: usage and costs by window, names, and spend limits.

It asks for the finest grouping. Where that is refused, `probing` finds out what exactly the API refuses, and
`groupings` says what is asked instead.
"""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.catalog.sources import Source
from lib.errors import BadRequest, UnknownEndpoint
from lib.openai_admin.buckets import BucketReader
from lib.openai_admin.connection import Connection, Parameters, Timing
from lib.openai_admin.groupings import Ask, Memory, plan
from lib.openai_admin.name_lists import NameList, NameLister
from lib.openai_admin.probing import Prober
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.openai_admin.retries import Patience
from lib.openai_admin.spend_limits import LimitList, LimitReader
from lib.periods.widths import Width
from lib.periods.windows import Window, cut
from lib.settings import OPENAI


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Part:
    """One answer: a window (possibly narrower than asked) grouped by a slice; buckets as the API sent."""

    window: Window
    slice: str
    dimensions: tuple[str, ...]
    buckets: list[dict[str, Any]]


class AdminClient:
    """Reads an organization's usage, costs and names; safe to share between threads.

    `refusals` are what earlier clients learned. Raises SettingsError for a key or base URL that is not
    fit to be used; every method raises an AdminApiError where the API gives no usable answer.
    """

    def __init__(
        self,
        key: str,
        base_url: str = OPENAI,
        *,
        pool: int = 6,
        attempts: int = Patience.attempts,
        total_seconds: float = Patience.total_seconds,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], dt.datetime] = _utc_now,
        chance: Callable[[], float] = random.random,
        refusals: Iterable[Refusal] = (),
    ) -> None:
        self._connection = Connection(
            key,
            base_url,
            pool=pool,
            patience=Patience(attempts, total_seconds),
            timing=Timing(sleep, clock, now, chance),
        )
        self._now = now
        self._memory = Memory(refusals, now)
        self._prober = Prober(self._memory, self._refuses, lambda: now().date())
        self._names = NameLister(self._connection, self._memory, pool)
        self._limits = LimitReader(self._connection, pool)

    def __repr__(self) -> str:
        return f"AdminClient({self._connection!r})"

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return every refusal known: those given at the start and those found since."""
        return self._memory.known

    @property
    def requests_made(self) -> Mapping[str, int]:
        """Return the requests sent by source name (`names` for the lists), retries and probes included."""
        return self._connection.requests_made

    def close(self) -> None:
        """Close the pooled connections."""
        self._connection.close()

    def fetch(self, source: Source, width: Width, window: Window) -> list[Part]:
        """Return the parts that cover `window`, without days before the API's history.

        Where several slices cover the same days, each adds up to the whole.
        """
        return [
            part
            for piece in cut(window, source.days_in_one_answer(width))
            for part in self._piece(source, width, piece)
        ]

    def fetch_names(self) -> NameList:
        """Return all names that can be listed; what cannot be is a sentence in its failures."""
        return self._names.fetch()

    def fetch_limits(self, projects: Iterable[str]) -> LimitList:
        """Return the spend limits and alerts of the organization and of `projects` (ids).

        What is forbidden or does not exist is a sentence in its failures.
        """
        return self._limits.fetch(projects)

    def _piece(self, source: Source, width: Width, window: Window) -> list[Part]:
        answers: dict[Ask, list[dict[str, Any]]] = {}
        while True:
            asks = plan(source, window, self._memory.fresh())
            ask = next((a for a in asks if a not in answers), None)
            if ask is None:
                return [Part(a.window, a.slice, a.dimensions, answers[a]) for a in asks]
            try:
                answers[ask] = self._buckets(source, width, ask)
            except UnknownEndpoint as unknown:
                self._memory.remember(source.name, RefusalKind.ENDPOINT, str(unknown))
                raise
            except BadRequest as refused:
                self._prober.trace(source, width, ask, refused)

    def _buckets(self, source: Source, width: Width, ask: Ask) -> list[dict[str, Any]]:
        def get(parameters: Parameters) -> dict[str, Any]:
            return self._get(source, parameters)

        return BucketReader(get, width, ask.window, ask.dimensions, self._now()).read()

    def _refuses(self, source: Source, width: Width, window: Window, dimensions: tuple[str, ...]) -> bool:
        parameters: dict[str, str | int | list[str]] = {
            "start_time": window.start_time,
            "end_time": window.end_time,
            "bucket_width": width.value,
            "limit": 1,
            "group_by": list(dimensions),
        }
        try:
            self._get(source, parameters)
        except BadRequest:
            return True
        return False

    def _get(self, source: Source, parameters: Parameters) -> dict[str, Any]:
        return self._connection.get(
            source.path, parameters, counted_as=source.name, missing_is_outage=not source.optional
        )
