"""Unusual days: what was unusual, by how much, and which project, key and model made it so.

Every series is compared with its own same weekdays (`lib.analysis.anomalies.baseline`). What is found in
a project on neighbouring days is one anomaly.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.analysis.anomalies.baseline import HISTORY, above_baseline, baseline, scores, total
from lib.analysis.anomalies.findings import (
    LEVELS,
    PATTERNS,
    AnomalyKind,
    Finding,
    fallen,
    retried,
    risen,
    smallest_spread,
)
from lib.analysis.anomalies.panel import ORGANIZATION, PROJECT, Panel, Scope, ScopedRows, panel
from lib.analysis.comparison import Number
from lib.analysis.exact import exactly
from lib.analysis.marks import Note
from lib.catalog.measures import MEASURES
from lib.periods.windows import ONE_DAY, Window

Noted = TypeVar("Noted", bound=Note)
Days = frozenset[dt.date]

READS = tuple(MEASURES[watched.slug] for watched in (*LEVELS, *PATTERNS))
"""The measures that are watched."""
_BRIDGED = dt.timedelta(days=3)
"""Unusual days no farther apart than over a weekend are one anomaly."""
_NAMED = 0.2
"""From which part of an excess a key or model is named for it."""


@dataclass(frozen=True)
class Part:
    """A project, key or model, and how far it was above its own baseline over an anomaly's days."""

    name: str
    amount: Number


@dataclass(frozen=True)
class Anomaly:
    """Unusual days of one project, or of the organization where no one project was unusual.

    `projects` (of the organization), `keys` and `models` are those responsible, most first. `impact` is by
    how many US dollars the lead's scope was above its baseline on the lead's days, None where the bill
    cannot tell. `early` are its days that can still grow. Where days were looked at by another dimension,
    the `axis`, its values stand in the place of projects.
    """

    scope: Scope
    findings: tuple[Finding, ...]
    projects: tuple[Part, ...]
    keys: tuple[Part, ...]
    models: tuple[Part, ...]
    impact: Decimal | None = None
    early: frozenset[dt.date] = frozenset()
    axis: str = PROJECT

    @property
    def is_early(self) -> bool:
        """Return whether none of its days is final: an early signal."""
        return all(f.baseline.day in self.early for f in self.findings)

    @property
    def first(self) -> dt.date:
        """Return the first unusual day."""
        return min(f.baseline.day for f in self.findings)

    @property
    def last(self) -> dt.date:
        """Return the last unusual day."""
        return max(f.baseline.day for f in self.findings)

    @property
    def subject(self) -> str:
        """Return what is unusual, the days apart: what a note that calls it expected goes by."""
        of = self.axis.removesuffix("_id")
        return f"{of}:{self.scope.project}" if self.scope.project else "organization"

    @property
    def key(self) -> str:
        """Return what the anomaly is known by, the same whenever it is looked for."""
        return f"{self.subject}:{self.first}"

    @cached_property
    def kinds(self) -> tuple[AnomalyKind, ...]:
        """Return what was unusual, the weightiest first."""
        found = {f.kind for f in self.findings}
        return tuple(k for k in AnomalyKind if k in found)

    def worst(self, kind: AnomalyKind) -> Finding:
        """Return the finding of a kind that says most: at the widest scope, on its farthest day."""
        return max(
            (f for f in self.findings if f.kind is kind),
            key=lambda f: (not f.scope.is_part, f.amount, f.scope),
        )

    @property
    def lead(self) -> Finding:
        """Return the worst of the weightiest kind."""
        return self.worst(self.kinds[0])

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days on which the lead's scope was unusual in the lead's way."""
        lead = self.lead
        return tuple(f.baseline.day for f in self.findings if (f.kind, f.scope) == (lead.kind, lead.scope))

    @property
    def amount(self) -> Number:
        """Return the amounts of the lead's scope on its unusual days together."""
        lead = self.lead
        return total(f.amount for f in self.findings if (f.kind, f.scope) == (lead.kind, lead.scope))


@dataclass(frozen=True)
class Watched:
    """The anomalies, latest first, and by measure the `panels` of the organization and what is anomalous."""

    panels: Mapping[str, Panel]
    anomalies: tuple[Anomaly, ...]

    @property
    def ranked(self) -> tuple[Anomaly, ...]:
        """Return the anomalies by their impact, the largest first; those of unknown impact come last."""
        return tuple(sorted(self.anomalies, key=lambda a: (a.impact is None, -(a.impact or 0))))

    def used(self, window: Window) -> bool:
        """Return whether anything was used or billed on the days of `window`."""
        return any(
            day in panel.values.get(ORGANIZATION, {}) for panel in self.panels.values() for day in window
        )

    def unjudged(self, window: Window) -> list[dt.date]:
        """Return the days of `window` that are not judged in everything, as they are not final."""
        return [day for day in window if any(day not in panel.held for panel in self.panels.values())]

    def young(self, window: Window) -> list[dt.date]:
        """Return the final days of `window` before which there is too little history to judge anything."""
        whole = [self.panels[level.slug].only({ORGANIZATION}) for level in LEVELS]
        judged: set[dt.date] = set()
        for level, of in zip(LEVELS, whole, strict=True):
            score, _ = scores(of.floats, float(level.least))
            told = np.flatnonzero(~np.isnan(score).all(axis=1))
            judged |= {of.window.first + int(n) * ONE_DAY for n in told}
        unjudged = set(self.unjudged(window))
        return [day for day in window if day not in judged and day not in unjudged]


def history(window: Window) -> Window:
    """Return the days to read in order to judge the days of `window`."""
    return Window(window.first - HISTORY, window.end)


@exactly()
def watch(
    parts: Sequence[pa.Table],
    window: Window,
    held: Mapping[str, Days],
    early: Mapping[str, Days] | None = None,
    *,
    axis: str = PROJECT,
) -> Watched:
    """Return what is unusual on the days of `window`.

    `parts` are those of `READS`, in one table or more, by day and `lib.analysis.anomalies.panel.BY` over
    `history(window)`; `held` says for each measure which of these days are fetched and settled, and `early`
    which are fetched and can still grow. By another `axis` than projects, parts hold its values in their
    place. The panels that are kept are of the organization and of what is anomalous: few of all scopes.
    """
    read = history(window)
    rows = ScopedRows(parts, read)
    early = early or {}
    panels = {m.slug: panel(rows, m, read, held[m.slug], early.get(m.slug, frozenset())) for m in READS}
    risings = [f for level in LEVELS for f in risen(level, panels[level.slug], window)]
    fallings = [f for pattern in PATTERNS for f in fallen(pattern, panels[pattern.slug], window)]
    findings = [*retried(risings, panels["tokens"]), *fallings]
    found = [replace(_anomaly(run, panels), axis=axis) for run in _neighbours(findings)]
    named = {finding.scope for anomaly in found for finding in anomaly.findings}
    kept = {slug: one.only({ORGANIZATION, *named}) for slug, one in panels.items()}
    return Watched(kept, tuple(sorted(found, key=lambda a: (a.last, a.first, a.scope), reverse=True)))


def expected(anomaly: Anomaly, notes: Iterable[Noted]) -> Noted | None:
    """Return the note that calls the anomaly expected: one about its subject that shares a day with it."""
    for note in notes:
        subject, _, day = note.about.rpartition(":")
        if day and subject == anomaly.subject and note.first <= anomaly.last and note.last >= anomaly.first:
            return note
    return None


def responsible(anomaly: Anomaly) -> pd.DataFrame:
    """Return who made the anomaly: `dimension`, `id`, `amount`, the projects first, then keys and models.

    `amount` is by how much it was above its own baseline on the lead's days together, in the lead's
    unit; for a ratio that fell, the tokens that are missing.
    """
    named = {anomaly.axis: anomaly.projects, "api_key_id": anomaly.keys, "model": anomaly.models}
    if anomaly.scope.project:
        named[anomaly.axis] = (Part(anomaly.scope.project, anomaly.amount),)
    rows = [(dimension, part.name, part.amount) for dimension, parts in named.items() for part in parts]
    return pd.DataFrame(rows, columns=["dimension", "id", "amount"], dtype=object)


def _neighbours(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings by project and run of days; the organization's where no project's are."""
    found = sorted(findings, key=lambda f: (f.scope.project, f.baseline.day, f.scope, f.kind))
    explained = {f.baseline.day for f in found if f.scope != ORGANIZATION}
    runs: list[list[Finding]] = []
    for finding in found:
        if finding.scope == ORGANIZATION and finding.baseline.day in explained:
            continue
        last = runs[-1][-1] if runs else None
        near = last is not None and finding.baseline.day - last.baseline.day <= _BRIDGED
        if last is not None and near and last.scope.project == finding.scope.project:
            runs[-1].append(finding)
        else:
            runs.append([finding])
    return runs


def _anomaly(findings: list[Finding], panels: Mapping[str, Panel]) -> Anomaly:
    early = frozenset(f.baseline.day for f in findings if f.baseline.day not in panels[f.kind.slug].held)
    bare = Anomaly(findings[0].scope.within, tuple(findings), (), (), (), early=early)
    bare = replace(bare, impact=_impact(bare, panels["spend"]))
    lead, scope = bare.lead, bare.lead.scope
    if lead.kind.is_ratio:
        return replace(bare, keys=(Part(scope.key, bare.amount),), models=(Part(scope.model, bare.amount),))
    of, days = panels[lead.kind.slug], bare.days
    projects: tuple[Part, ...] = ()
    if scope == ORGANIZATION:
        projects = _most(of, days, {p: Scope(p) for p in of.by_project if p})
    inside = scope.project or (projects[0].name if projects else "")
    within = of.by_project.get(inside, ())
    keys = _most(of, days, {p.key: p for p in within if p.key and not p.model})
    if scope.key:
        keys = tuple(part for part in keys if part.name == scope.key)
    only = keys[0].name if keys else ""
    models = _most(of, days, {p.model: p for p in within if p.model and p.key == only})
    return replace(bare, projects=projects, keys=keys, models=models)


def _impact(anomaly: Anomaly, spend: Panel) -> Decimal | None:
    """Return by how much the bill of the lead's scope was above its baseline on the lead's days."""
    scope, least = anomaly.lead.scope, smallest_spread(AnomalyKind.SPEND)
    known = [
        found.excess
        for day in anomaly.days
        if (found := baseline(spend.counted_until(scope, day), day, least)) is not None
    ]
    return max(Decimal(0), Decimal(total(known))) if known else None


def _most(of: Panel, days: Sequence[dt.date], named: Mapping[str, Scope]) -> tuple[Part, ...]:
    """Return the named scopes that were most above their baselines on `days` together.

    Only those count that each made a good part of the rise.
    """
    rises = {
        name: total(above_baseline(of.counted_until(p, day), day) for day in days)
        for name, p in named.items()
    }
    found = [Part(name, amount) for name, amount in sorted(rises.items()) if amount > 0]
    whole = total(part.amount for part in found)
    kept = [part for part in found if float(part.amount) >= _NAMED * float(whole)]
    return tuple(sorted(kept, key=lambda part: part.amount, reverse=True))
