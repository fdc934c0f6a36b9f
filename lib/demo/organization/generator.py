"""The demo organization: what it used and what it was billed, on any day, as known at any moment."""

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from lib.catalog.sources import SOURCES
from lib.demo.organization import bills
from lib.demo.organization.daily_traffic import DAY_SECONDS, PARTS, DayOfTraffic, SourceTraffic
from lib.demo.organization.directory import Directory
from lib.demo.organization.directory_data import directory
from lib.demo.organization.traffic import Stream
from lib.demo.organization.workloads import SEEDS

Row = dict[str, Any]
"""A result at every dimension: the source's dimensions, then its metrics under the API's field names.

Rows of costs hold `amount` (Decimal), `currency`, `quantity` (Decimal or None) and `quantity_unit`.
"""

BILLING_LAG = dt.timedelta(hours=5)
API_SOURCES_SINCE = dt.date(2026, 6, 1)
_CACHED = ("input_cached_text_tokens",)
_WRITTEN = ("input_cache_write_30m_tokens", "input_cache_write_12h_tokens")
_UNCACHED = ("input_text_tokens", "input_audio_tokens", "input_image_tokens")
_SUMS: Mapping[str, tuple[str, ...]] = {
    "input_tokens": (*_UNCACHED, *_CACHED, *_WRITTEN),
    "output_tokens": ("output_text_tokens", "output_audio_tokens"),
    "input_cached_tokens": _CACHED,
    "input_uncached_tokens": _UNCACHED,
    "input_cache_write_tokens": _WRITTEN,
    "num_model_requests": ("requests",),
    "num_sessions": ("requests",),
    "num_requests": ("requests",),
    "images": ("amount",),
    "characters": ("amount",),
    "seconds": ("amount",),
    "usage_bytes": ("amount",),
}
"""Metrics that are not themselves a part of a day of traffic, and the parts that they sum."""


class OrganizationData(Protocol):
    """What a demo server serves."""

    @property
    def directory(self) -> Directory:
        """Return who belongs to the organization."""
        ...

    def slices(self, source: str, day: dt.date, edges: Sequence[int], now: dt.datetime) -> list[list[Row]]:
        """Return, for each two neighbouring `edges` (seconds of `day`), the rows between them."""
        ...


class Organization:
    """The made-up organization; the same `seed` always makes the same one.

    Any day can be asked for, at any width: numbers of minutes sum to those of hours and days. What is
    not yet over at `now` is not there, costs lag five hours behind usage, and a few rows of the
    latest days come up to two and a half days late or are only then attributed to their user. A source
    without workloads has no rows.
    """

    def __init__(self, seed: int = 2026) -> None:
        self.seed = seed
        self._sources: dict[str, SourceTraffic] = {}
        self._kept_traffic = lru_cache(maxsize=2048)(self._make_traffic)
        self._lock = threading.Lock()

    @cached_property
    def directory(self) -> Directory:
        """Return who belongs to the organization."""
        return directory()

    def rows(self, source: str, day: dt.date, now: dt.datetime) -> list[Row]:
        """Return the day's rows at every dimension, as known at `now` (aware)."""
        return self.slices(source, day, (0, DAY_SECONDS), now)[0]

    def slices(self, source: str, day: dt.date, edges: Sequence[int], now: dt.datetime) -> list[list[Row]]:
        """Return, for each two neighbouring `edges` (seconds of `day`), the rows between them."""
        over = _seconds_over(day, now)
        if source == "costs":
            return [self._costs(day, now), *([] for _ in edges[2:])]
        if over <= 0 or source not in SEEDS:
            return [[] for _ in edges[1:]]
        traffic = self._traffic(source, day)
        if not traffic.streams:
            return [[] for _ in edges[1:]]
        counts = np.diff(traffic.until([min(edge, over) for edge in edges]), axis=1)
        waiting = traffic.waiting(_age(day, now))
        counts[waiting & ~traffic.moves | ~traffic.reported] = 0
        known = _dimensions(source, day, traffic, waiting)
        metrics = counts @ _matrix(source)
        found = []
        for n in range(len(edges) - 1):
            there = np.flatnonzero(counts[:, n, -1])
            names = SOURCES[source].metric_names
            values = metrics[there, n].tolist()
            found.append(
                [{**known[i], **dict(zip(names, v, strict=True))} for i, v in zip(there, values, strict=True)]
            )
        return found

    def _costs(self, day: dt.date, now: dt.datetime) -> list[Row]:
        over = _seconds_over(day, now - BILLING_LAG)
        if over <= 0:
            return []
        rows = bills.unexplained(day)
        for source in bills.BILLED_SOURCES:
            traffic = self._traffic(source, day)
            if not traffic.streams:
                continue
            counts = traffic.until([over])[:, 0]
            waiting = traffic.waiting(_age(day, now))
            counts[waiting & ~traffic.moves] = 0
            counted = [
                (stream, None if unknown else stream.user_id, numbers)
                for stream, unknown, numbers in zip(
                    traffic.streams, waiting.tolist(), counts.tolist(), strict=True
                )
            ]
            rows += bills.bill(day, counted, day >= API_SOURCES_SINCE)
        return rows

    def _traffic(self, source: str, day: dt.date) -> DayOfTraffic:
        # threads that ask for the same day wait for one of them to make it
        with self._lock:
            return self._kept_traffic(source, day)

    def _make_traffic(self, source: str, day: dt.date) -> DayOfTraffic:
        of_source = self._sources.get(source)
        if of_source is None:
            of_source = self._sources[source] = SourceTraffic(source, self.seed)
        return of_source.on(day)


def _seconds_over(day: dt.date, now: dt.datetime) -> int:
    start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    return max(0, min(DAY_SECONDS, int((now - start).total_seconds())))


def _age(day: dt.date, now: dt.datetime) -> dt.timedelta:
    return now - dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) - dt.timedelta(days=1)


def _dimensions(source: str, day: dt.date, traffic: DayOfTraffic, waiting: np.ndarray[Any, Any]) -> list[Row]:
    names = SOURCES[source].dimensions
    known = []
    for stream, unknown in zip(traffic.streams, waiting.tolist(), strict=True):
        values = _values(stream, day)
        if unknown:
            values["user_id"] = None
        known.append({name: values.get(name) for name in names})
    return known


def _values(stream: Stream, day: dt.date) -> Row:
    load = stream.workload
    return {
        "project_id": stream.project_id,
        "user_id": stream.user_id,
        "api_key_id": stream.api_key_id,
        "model": stream.phase.model,
        "batch": load.batch,
        "service_tier": load.tier,
        "api_source": load.api_source if day >= API_SOURCES_SINCE else None,
        **dict(load.extra),
    }


@lru_cache
def _matrix(source: str) -> np.ndarray[Any, Any]:
    columns = []
    for name in SOURCES[source].metric_names:
        # a web search call is its own count, beside the model requests that made it
        parts = (
            ("amount",)
            if (source, name) == ("web_search_calls", "num_requests")
            else _SUMS.get(name, (name,))
        )
        columns.append([int(part in parts) for part in PARTS])
    return np.array(columns, dtype=np.int64).T
