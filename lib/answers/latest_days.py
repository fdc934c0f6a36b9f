"""Latest days: what is stored of today and the days before, by project and model, to be watched."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lib.analysis.parts import measured
from lib.answers import instance, loading
from lib.answers.instance import Backend
from lib.catalog.measures import MEASURES
from lib.periods.grains import Grain
from lib.periods.windows import ONE_DAY, Window

DAYS = 3
MOST_SERIES = 50
"""The pairs of project and model that are told apart of each organization; the rest are one."""
REST = "other"
_BY = ("project_id", "model")


@dataclass(frozen=True)
class DayFigure:
    """What a project spent (US dollars) and used (tokens) with a model on the day so many days ago (UTC)."""

    days_ago: int
    project: str
    model: str
    spend: Decimal
    tokens: int


@dataclass(frozen=True)
class Latest:
    """An organization's latest days, and the seconds since its last sync; None where it never was synced."""

    organization: str
    sync_age_seconds: float | None
    figures: tuple[DayFigure, ...]


def latest_days() -> tuple[Latest, ...]:
    """Return the latest days of each organization as they are stored; nothing is fetched for it.

    Whoever is told must be allowed to see everything. Raises SettingsError or StoreError where nothing can be
    read.
    """
    return tuple(map(_latest, instance.whole_backends()))


def _latest(backend: Backend) -> Latest:
    now, synced = instance.now(), backend.store.synced_at()
    age = max((now - synced).total_seconds(), 0.0) if synced else None
    return Latest(backend.settings.organization or "", age, _figures(backend.at_once(), now.date()))


def _figures(backend: Backend, today: dt.date) -> tuple[DayFigure, ...]:
    window = Window(today - (DAYS - 1) * ONE_DAY, today + ONE_DAY)
    measures = (MEASURES["spend"], MEASURES["tokens"])
    parts = loading.load_parts(backend, measures, window, grain=Grain.DAY, by=_BY)
    rows = measured(parts, measures).to_dict("records")
    labels = loading.load_labels(backend)
    projects = labels.apart("project_id", {row["project_id"] for row in rows})
    models = labels.apart("model", {row["model"] for row in rows})
    return limited(
        DayFigure(
            (today - row["start"].date()).days,
            projects[row["project_id"]],
            models[row["model"]],
            Decimal(row["spend"]),
            int(row["tokens"]),
        )
        for row in rows
    )


def limited(figures: Iterable[DayFigure], most: int = MOST_SERIES) -> tuple[DayFigure, ...]:
    """Return `figures` of the `most` pairs that spent most, then used most; the rest of each day summed."""
    every = list(figures)
    weights: defaultdict[tuple[str, str], tuple[Decimal, int]] = defaultdict(lambda: (Decimal(), 0))
    for each in every:
        spend, tokens = weights[each.project, each.model]
        weights[each.project, each.model] = (spend + each.spend, tokens + each.tokens)
    told = set(sorted(weights, key=lambda pair: (weights[pair], pair), reverse=True)[:most])
    kept = [each for each in every if (each.project, each.model) in told]
    rest = [each for each in every if (each.project, each.model) not in told]
    for days_ago in sorted({each.days_ago for each in rest}):
        of_day = [each for each in rest if each.days_ago == days_ago]
        spend = sum((each.spend for each in of_day), Decimal())
        kept.append(DayFigure(days_ago, REST, REST, spend, sum(each.tokens for each in of_day)))
    return tuple(kept)
