"""One day of one source's traffic as arrays that any range of the day can be cut from.

Requests up to a second of the day are `floor(total × share of the day that is over + offset)`, and
every other number follows the requests in whole numbers. So minutes sum to their hour and hours to
their day exactly, and no minute holds tokens without a request.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.demo.organization.directory_data import PROJECTS
from lib.demo.organization.incidents import INCIDENTS
from lib.demo.organization.traffic import Rhythm, Stream
from lib.demo.organization.workloads import SEEDS, streams

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY_SECONDS = 86400
TOKEN_PARTS = (
    "input_text_tokens",
    "input_audio_tokens",
    "input_image_tokens",
    "input_cached_text_tokens",
    "input_cache_write_30m_tokens",
    "input_cache_write_12h_tokens",
    "output_text_tokens",
    "output_audio_tokens",
)
PARTS = (*TOKEN_PARTS, "amount", "requests")
"""The numbers of a stream's day; requests come last."""

_EPOCH = dt.date(2026, 1, 1).toordinal()
_YEARLY_GROWTH = 0.42
_HOLIDAYS = ((12, 24), (12, 25), (12, 26), (12, 31), (1, 1))
_WEEKDAYS = {
    Rhythm.OFFICE: (1.0, 1.06, 1.05, 1.02, 0.88, 0.16, 0.13),
    Rhythm.CUSTOMERS: (1.04, 1.02, 1.0, 1.0, 0.97, 0.72, 0.68),
    Rhythm.NIGHT: (1.0, 1.0, 1.0, 1.0, 1.0, 0.55, 0.5),
    Rhythm.STANDING: (1.0,) * 7,
}
_HOURS = {
    Rhythm.OFFICE: (0, 0, 0, 0, 0, 1, 3, 7, 11, 13, 13, 11, 8, 11, 13, 13, 11, 8, 5, 3, 2, 1, 1, 0),
    Rhythm.CUSTOMERS: (2, 2, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 9, 8, 8, 8, 8, 9, 9, 9, 8, 6, 4, 3),
    Rhythm.NIGHT: (6, 22, 26, 20, 11, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4),
    Rhythm.STANDING: (1, *(0,) * 23),
}
_LATE_SHARE = 0.05
_MOVED_SHARE = 0.04
_LATEST = dt.timedelta(days=2.4)
_NO_LAG = -9.0


@dataclass(frozen=True)
class DayOfTraffic:
    """One day of one source. Axes: the active streams, then `PARTS` or hours.

    `lags` says for how long after the day's end a row is not there yet; below zero: never. Where a
    row `moves`, it is there before, but its user is unknown. What is not `reported` is billed only.
    """

    streams: tuple[Stream, ...]
    totals: Ints
    elapsed: Floats
    clock: Floats
    offsets: Floats
    lags: Floats
    moves: NDArray[np.bool_]
    reported: NDArray[np.bool_]

    def until(self, seconds: Sequence[int]) -> Ints:
        """Return every stream's numbers from midnight up to each second: streams × seconds × parts."""
        hours = np.interp(np.asarray(seconds) / 60, np.arange(1441), self.clock)
        whole = np.minimum(hours.astype(np.int64), 23)
        before = self.elapsed[:, whole]
        share = before + (self.elapsed[:, whole + 1] - before) * (hours - whole)
        requests = self.totals[:, -1:]
        done = np.minimum((requests * share + self.offsets[:, None]).astype(np.int64), requests)
        numbers: Ints = self.totals[:, None, :] * done[:, :, None] // np.maximum(requests, 1)[:, :, None]
        return numbers

    def waiting(self, age: dt.timedelta) -> NDArray[np.bool_]:
        """Return which streams' latest news has not arrived `age` after the day's end."""
        late: NDArray[np.bool_] = self.lags > age / dt.timedelta(days=1)
        return late


class SourceTraffic:
    """The traffic of one source that has workloads; the same day is always the same."""

    def __init__(self, source: str, seed: int) -> None:
        self.seed = (seed << 64) | (SEEDS[source] << 32)
        self.streams = streams(source)
        loads = [s.workload for s in self.streams]
        self.base = np.array([s.workload.requests * s.share for s in self.streams])
        self.presence = np.array([w.presence for w in loads])
        self.weekdays = np.array([_WEEKDAYS[w.rhythm] for w in loads])
        self.hours = np.array([_HOURS[w.rhythm] for w in loads], dtype=float)
        self.standing = np.array([w.rhythm is Rhythm.STANDING for w in loads])
        self.reported = np.array([not w.billed_only for w in loads])
        self.sizes = np.array([_sizes(s) for s in self.streams])
        self.cached = np.array([w.cached for w in loads])
        self.rises, self.falls, self.ramps = (
            np.array(a, dtype=float) for a in zip(*map(_phase, self.streams), strict=True)
        )
        self.first, self.end = (np.array(a) for a in zip(*map(_life, self.streams), strict=True))
        self.incidents = tuple((i, np.array([i.touches(s) for s in self.streams])) for i in INCIDENTS)

    def on(self, day: dt.date) -> DayOfTraffic:
        """Return the traffic of `day`."""
        rng = np.random.Generator(np.random.Philox(key=self.seed | day.toordinal()))
        totals = self._totals(day, self._requests(day, rng), rng)
        there = np.flatnonzero(totals[:, -1])
        standing, n = self.standing[there], len(there)
        fate, lag = rng.random(n), rng.random(n) * (_LATEST / dt.timedelta(days=1))
        news = (fate < _LATE_SHARE + _MOVED_SHARE) & ~standing
        return DayOfTraffic(
            tuple(self.streams[i] for i in there),
            totals[there],
            elapsed=_elapsed(self.hours[there], standing, rng),
            clock=_clock(rng),
            # a state is whole from the first second on; below 1 so that nothing is there at second 0
            offsets=np.where(standing, 1 - 1e-9, rng.random(n)),
            lags=np.where(news, lag, _NO_LAG),
            moves=fate >= _LATE_SHARE,
            reported=self.reported[there],
        )

    def _requests(self, day: dt.date, rng: np.random.Generator) -> Ints:
        n, ordinal = len(self.streams), day.toordinal()
        level = self.base * _season(day) * self.weekdays[:, day.weekday()]
        level *= np.clip((ordinal - self.rises) / self.ramps, 0, 1) * (
            1 - np.clip((ordinal - self.falls) / self.ramps, 0, 1)
        )
        noise = np.where(self.presence < 1, 0.45, 0.07)
        level *= np.exp(rng.normal(0, 1, n) * noise) * np.exp(rng.normal(0, 0.03))
        level *= rng.random(n) < self.presence
        level *= (ordinal >= self.first) & (ordinal < self.end)
        for incident, touched in self.incidents:
            if _during(incident.first, incident.last, day):
                level = np.where(touched, level * incident.requests, level)
        lively = rng.poisson(level)
        requests: Ints = np.where(self.standing, level > 0, lively).astype(np.int64)
        return requests

    def _totals(self, day: dt.date, requests: Ints, rng: np.random.Generator) -> Ints:
        cached = np.clip(self.cached + rng.normal(0, 0.015, len(requests)) * (self.cached > 0), 0, 0.95)
        sizes = self.sizes * np.exp(rng.normal(0, 0.06, self.sizes.shape))
        for incident, touched in self.incidents:
            if _during(incident.first, incident.last, day):
                sizes[:, :6] *= np.where(touched, incident.inputs, 1)[:, None]
                sizes[:, 6:8] *= np.where(touched, incident.outputs, 1)[:, None]
                if incident.cached is not None:
                    cached = np.where(
                        touched & (self.cached > 0), incident.cached + (cached - self.cached), cached
                    )
        text = sizes[:, 0].copy()
        sizes[:, 3] = text * cached
        sizes[:, 0] = np.maximum(text - sizes[:, 3] - sizes[:, 4] - sizes[:, 5], 0)
        sizes[self.standing, 8] = (self.sizes[self.standing, 8] * _season(day)).astype(np.int64) << 20
        totals: Ints = np.column_stack((np.rint(sizes * requests[:, None]).astype(np.int64), requests))
        return totals


def _elapsed(hours: Floats, standing: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Return the share of each stream's day that is over at each full hour: streams × 25."""
    weights = hours * rng.lognormal(0, 0.18, hours.shape)
    elapsed = np.zeros((len(hours), 25))
    elapsed[:, 1:] = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    elapsed[:, -1] = 1.0
    elapsed[standing, 1:] = 1.0
    return elapsed


def _clock(rng: np.random.Generator) -> Floats:
    """Return how far the traffic's clock, in hours, is at each minute: some minutes see more of it."""
    minutes = rng.lognormal(0, 0.2, (24, 60))
    within = np.cumsum(minutes, axis=1) / minutes.sum(axis=1, keepdims=True)
    return np.append(0.0, (np.arange(24)[:, None] + within).ravel())


def _season(day: dt.date) -> float:
    holiday = 0.55 if (day.month, day.day) in _HOLIDAYS else 1.0
    return holiday * float(np.exp(_YEARLY_GROWTH * (day.toordinal() - _EPOCH) / 365))


def _sizes(stream: Stream) -> tuple[float, ...]:
    w = stream.workload
    # only models since 5.6 bill cache writes
    writes = stream.phase.model is not None and stream.phase.model.startswith(("gpt-5.6", "gpt-6"))
    short, long = (w.tokens_in * w.written, w.tokens_in * w.written_12h) if writes else (0.0, 0.0)
    return (w.tokens_in, w.audio_in, w.image_in, 0.0, short, long, w.tokens_out, w.audio_out, w.amount)


def _phase(stream: Stream) -> tuple[float, float, float]:
    phase = stream.phase
    rises = phase.rises.toordinal() if phase.rises else -10_000_000
    falls = phase.falls.toordinal() if phase.falls else 10_000_000
    return rises, falls, phase.ramp


def _life(stream: Stream) -> tuple[int, int]:
    _, created, archived = PROJECTS[stream.workload.project]
    ends = [d.toordinal() for d in (archived, stream.key and stream.key.deleted) if d]
    return created.toordinal(), min(ends, default=dt.date.max.toordinal())


def _during(first: dt.date, last: dt.date | None, day: dt.date) -> bool:
    return first <= day and (last is None or day <= last)
