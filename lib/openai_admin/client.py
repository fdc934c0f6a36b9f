"""The client of the admin API: usage and costs by window, names, and spend limits.

It asks for the finest grouping. Where that is refused, `probing` finds out what exactly the API refuses, and
`groupings` says what is asked instead.
"""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import schema
from lib.catalog.sources import Source
from lib.configuration.setting_rules import OPENAI
from lib.errors import BadRequest, MissingScope, UnknownEndpoint
from lib.openai_admin.absence import Absence
from lib.openai_admin.buckets import BucketReader
from lib.openai_admin.connection import LARGEST, Body, Connection, Parameters, Timing
from lib.openai_admin.decoding import Answer, decoded
from lib.openai_admin.groupings import Ask, Memory, plan
from lib.openai_admin.name_lists import Name, NameList, NameLister
from lib.openai_admin.probing import Prober
from lib.openai_admin.refusals import Refusal
from lib.openai_admin.retries import Patience
from lib.openai_admin.spend_limits import LimitList, LimitReader
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, cut


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Part:
    """What was answered of a window (possibly narrower than asked), grouped by a slice.

    `table` has the source's columns. `starts` are the buckets that were answered (Unix seconds), quiet ones
    included; `organizations` are the ids that rows name; `size` is how many bytes were sent.
    """

    window: Window
    slice: str
    dimensions: tuple[str, ...]
    table: pa.Table
    starts: tuple[int, ...] = ()
    organizations: frozenset[str] = frozenset()
    size: int = 0


class AdminClient:
    """Reads an organization's usage, costs and names; safe to share between threads.

    `refusals` are what earlier clients learned; no more than `largest` bytes of an answer are read. Raises
    SettingsError for a key or base URL that is not fit to be used; every method raises an AdminApiError
    where the API gives no usable answer.
    """

    def __init__(
        self,
        key: str,
        base_url: str = OPENAI,
        *,
        pool: int = 6,
        largest: int = LARGEST,
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
            largest=largest,
        )
        self._decoding = threading.Lock()
        self._now = now
        self._memory = Memory(refusals, now)
        self._prober = Prober(self._memory, self._refuses, lambda: now().date())
        self._absence = Absence(self._memory, self._exists, base_url, now)
        self._names = NameLister(self._connection, self._memory, pool)
        self._limits = LimitReader(self._connection, pool)

    def __repr__(self) -> str:
        return f"AdminClient({self._connection!r})"

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Return every refusal known: those given at the start and those found since."""
        return self._memory.known

    def know(self, refusals: Iterable[Refusal]) -> None:
        """Take `refusals` for all that is known to be refused."""
        self._memory.know(refusals)

    @property
    def requests_made(self) -> Mapping[str, int]:
        """Return the requests sent by source name (`names` for the lists), retries and probes included."""
        return self._connection.requests_made

    def close(self) -> None:
        """Close the pooled connections."""
        self._connection.close()

    def fetch(self, source: Source, width: Width, window: Window) -> list[Part]:
        """Return the parts that cover `window`, without days before the API's history.

        Where several slices cover the same days, each adds up to the whole. Raises TooMuchAtOnce where half
        of `window` may be answered.
        """
        return [
            part
            for piece in cut(window, source.days_in_one_answer(width))
            for part in self._piece(source, width, piece)
        ]

    def fetch_names(self) -> NameList:
        """Return all projects and users; what cannot be listed is a sentence in its failures."""
        return self._names.fetch()

    def fetch_keys(self, projects: Sequence[Name]) -> NameList:
        """Return the keys and service accounts of `projects`; what cannot be listed is a sentence."""
        return self._names.fetch_keys(projects)

    def fetch_limits(self, projects: Iterable[str]) -> LimitList:
        """Return the spend limits and alerts of the organization and of `projects` (ids).

        What is forbidden or does not exist is a sentence in its failures.
        """
        return self._limits.fetch(projects)

    def _piece(self, source: Source, width: Width, window: Window) -> list[Part]:
        answers: dict[Ask, Part] = {}
        while True:
            asks = plan(source, window, self._memory.fresh())
            ask = next((a for a in asks if a not in answers), None)
            if ask is None:
                return [answers[a] for a in asks]
            try:
                answers[ask] = self._part(source, width, ask)
            except UnknownEndpoint as unknown:
                raise self._absence.judged(source, unknown) from None
            except BadRequest as refused:
                self._prober.trace(source, width, ask, refused)

    def _part(self, source: Source, width: Width, ask: Ask) -> Part:
        def get(parameters: Parameters) -> Answer:
            return self._connection.read(
                source.path,
                parameters,
                lambda body: self._decoded(source, width, body),
                counted_as=source.name,
                missing_is_outage=not source.optional,
                divisible=ask.window.days > 1,
            )

        pages = BucketReader(get, width, ask.window, ask.dimensions, self._now()).read()
        return Part(
            ask.window,
            ask.slice,
            ask.dimensions,
            _joined(schema(source, width), [page.table for page in pages], ask.slice),
            tuple(start for page in pages for start in page.starts),
            frozenset().union(*(page.organizations for page in pages)),
            sum(page.size for page in pages),
        )

    def _decoded(self, source: Source, width: Width, body: Body) -> Answer:
        # One at a time: the objects of two answers would take twice the memory, and no less time.
        with self._decoding:
            return decoded(source, width, body)

    def _exists(self, source: Source) -> bool:
        today = self._now().date()
        try:
            with suppress(MissingScope):  # which is told of what exists
                self._refuses(source, Width.DAY, Window(today, today + ONE_DAY), ())
        except UnknownEndpoint:
            return False
        return True

    def _refuses(self, source: Source, width: Width, window: Window, dimensions: tuple[str, ...]) -> bool:
        parameters: dict[str, str | int | list[str]] = {
            "start_time": window.start_time,
            "end_time": window.end_time,
            "bucket_width": width.value,
            "limit": 1,
            "group_by": list(dimensions),
        }
        try:
            self._connection.get(
                source.path, parameters, counted_as=source.name, missing_is_outage=not source.optional
            )
        except BadRequest:
            return True
        return False


def _joined(columns: pa.Schema, tables: list[pa.Table], slice_: str) -> pa.Table:
    rows = pa.concat_tables([columns.empty_table().drop_columns("slice"), *tables])
    named = rows.append_column("slice", pa.repeat(pa.scalar(slice_, pa.string()), rows.num_rows))
    return named.select(columns.names)
