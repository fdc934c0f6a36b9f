"""Findings: single days of single scopes on which a sum rose, or a ratio fell, far from its baseline."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lib.analysis.anomalies.baseline import THRESHOLD, Baseline, baseline, scores
from lib.analysis.anomalies.panel import ORGANIZATION, Panel, Scope
from lib.analysis.comparison import Number
from lib.periods.presets import shifted
from lib.periods.windows import ONE_DAY, Window


class AnomalyKind(StrEnum):
    """What was unusual, the weightiest first."""

    SPEND = "spend"
    TOKENS = "tokens"
    RETRIES = "retries"
    REQUESTS = "requests"
    OUTPUT = "output"
    CACHED = "cached"

    @property
    def slug(self) -> str:
        """Return the measure that it is seen in."""
        return _SLUGS.get(self, self.value)

    @property
    def is_ratio(self) -> bool:
        """Return whether it is a ratio that fell, not a sum that rose."""
        return self in (AnomalyKind.OUTPUT, AnomalyKind.CACHED)


_SLUGS = {
    AnomalyKind.RETRIES: "requests",
    AnomalyKind.OUTPUT: "output_per_request",
    AnomalyKind.CACHED: "cached_share",
}


@dataclass(frozen=True)
class Level:
    """How a sum is watched: its smallest spread, and the smallest excess that matters."""

    kind: AnomalyKind
    least: Number
    amount: Number

    @property
    def slug(self) -> str:
        """Return the measure."""
        return self.kind.slug


@dataclass(frozen=True)
class Pattern:
    """How a ratio is watched: its smallest spread, and of how many requests or tokens a day it counts."""

    kind: AnomalyKind
    least: float
    busy: int

    @property
    def slug(self) -> str:
        """Return the measure."""
        return self.kind.slug


LEVELS = (
    Level(AnomalyKind.SPEND, Decimal(2), Decimal(20)),
    Level(AnomalyKind.TOKENS, 100_000, 1_000_000),
    Level(AnomalyKind.REQUESTS, 100, 1_000),
)
PATTERNS = (Pattern(AnomalyKind.OUTPUT, 1, 200), Pattern(AnomalyKind.CACHED, 0.03, 1_000_000))


def smallest_spread(kind: AnomalyKind) -> Number:
    """Return below which the spread of a kind is never taken, in the unit of its measure."""
    return next(watched.least for watched in (*LEVELS, *PATTERNS) if watched.slug == kind.slug)


MATERIAL = 0.04
"""An excess matters from this part of the organization's baseline on."""
HALF = 0.5
"""A ratio is far down at half its baseline."""
ALONE = 3
"""A key or model is unusual by itself from so many times its highest compared day on."""
SEEN_ABOVE = 3
"""Below that, it is unusual where its project is at least so many spreads above its baseline."""
FLAT = 1.3
"""Tokens are flat up to so many times their baseline."""
_SAME = 1.5
"""A rise is a monthly one up to so many times the rise a month before."""


@dataclass(frozen=True)
class Finding:
    """One unusual day of one scope; `amount` is the excess, or the tokens that the fall of a ratio moved."""

    kind: AnomalyKind
    scope: Scope
    baseline: Baseline
    amount: Number


def risen(level: Level, of: Panel, window: Window) -> Iterator[Finding]:
    """Yield the days of `window` on which a scope was far, and materially, above its baseline.

    So are early days that are above it already: they can only grow. A rise that the project as a whole
    does not show is a move within it: of models, or of keys. A rise that came a month earlier too is a
    monthly charge.
    """
    if ORGANIZATION not in of.scopes:
        return
    so_far = of.floats_so_far
    score, middle = scores(so_far, float(level.least), of.floats, _days_before(window, of))
    excess = so_far - middle
    column_of = {scope: n for n, scope in enumerate(of.scopes)}
    whole = np.nan_to_num(middle[:, [column_of[ORGANIZATION]]])
    unusual = (score >= THRESHOLD) & (excess >= np.maximum(float(level.amount), MATERIAL * whole))
    for day, scope in _where(unusual, of, window):
        row, column, project = (day - of.window.first).days, column_of[scope], column_of[scope.within]
        if scope.is_part and not excess[row, project] >= HALF * excess[row, column]:
            continue
        values = of.counted_until(scope, day)
        found = baseline(values, day, level.least)
        if found is None or _monthly(values, found):
            continue
        if not scope.is_part or score[row, project] >= SEEN_ABOVE or _stands_out(found):
            yield Finding(level.kind, scope, found, found.excess)


def fallen(pattern: Pattern, of: Panel, window: Window) -> Iterator[Finding]:
    """Yield the busy days of `window` on which a ratio was far below its baseline.

    Early days are left out: what is below usual so far may not stay so.
    """
    score, middle = scores(of.floats, pattern.least, since=_days_before(window, of))
    unusual = (score <= -THRESHOLD) & (of.floats <= HALF * middle)
    for day, scope in _where(unusual, of, window):
        size = of.below.at(scope, day)
        found = baseline(of.counted(scope), day, pattern.least) if size >= pattern.busy else None
        if found is not None:
            yield Finding(pattern.kind, scope, found, round(-float(found.excess) * float(size)))


def retried(findings: Iterable[Finding], tokens: Panel) -> Iterator[Finding]:
    """Yield the findings, those of requests without the tokens to match as what failing calls look like.

    Of an early day the tokens may only be late, so that its requests are just many.
    """
    for found in findings:
        flat = found.kind is AnomalyKind.REQUESTS and _flat(tokens.counted(found.scope), found.baseline.day)
        yield replace(found, kind=AnomalyKind.RETRIES) if flat else found


def _flat(tokens: Mapping[dt.date, Number], day: dt.date) -> bool:
    found = baseline(tokens, day, 1)
    return found is not None and 0 < float(found.value) <= FLAT * float(found.median)


def _days_before(window: Window, of: Panel) -> int:
    return (window.first - of.window.first).days


def _where(unusual: NDArray[np.bool_], of: Panel, window: Window) -> Iterator[tuple[dt.date, Scope]]:
    for row, column in zip(*np.nonzero(unusual), strict=True):
        day = of.window.first + int(row) * ONE_DAY
        if window.first <= day < window.end:
            yield day, of.scopes[column]


def _stands_out(found: Baseline) -> bool:
    return float(found.value) >= ALONE * max(float(v) for _, v in found.before)


def _monthly(values: Mapping[dt.date, Number], found: Baseline) -> bool:
    before = values.get(shifted(found.day, -1))
    rise = 0.0 if before is None else float(before) - float(found.median)
    return rise > 0 and float(found.excess) <= _SAME * rise
