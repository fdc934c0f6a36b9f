"""Scopes in which something can be unusual, and what each of them used and was billed on each day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from lib.analysis.anomalies.baseline import Floats
from lib.analysis.comparison import Number
from lib.analysis.exact import exactly
from lib.catalog.measures import Measure
from lib.catalog.units import Unit
from lib.periods.windows import Window

BY = ("project_id", "api_key_id", "model")
"""What the parts must be grouped by, beside their day."""

Daily = dict[dt.date, Any]


@dataclass(frozen=True, order=True)
class Scope:
    """The organization (all empty), a project, a key or a model of a project, or a key's model."""

    project: str = ""
    key: str = ""
    model: str = ""

    @property
    def within(self) -> "Scope":
        """Return the project that a key or model belongs to."""
        return Scope(self.project)

    @property
    def is_part(self) -> bool:
        """Return whether it is a key or model of a project."""
        return bool(self.key or self.model)


ORGANIZATION = Scope()


@dataclass(frozen=True)
class Panel:
    """The exact value of a measure by place and day, and `below`: what a ratio divides by.

    `held` are the days that count: fetched, and settled.
    """

    measure: Measure
    window: Window
    held: frozenset[dt.date]
    values: Mapping[Scope, Daily]
    below: Mapping[Scope, Daily]

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the places to watch, in order: those of a key's model for a ratio only."""
        return tuple(sorted(p for p in self.values if self.measure.is_ratio or not (p.key and p.model)))

    @cached_property
    def floats(self) -> Floats:
        """Return days × places: NaN where `counted` has no value."""
        table = np.full((self.window.days, len(self.scopes)), np.nan)
        for column, scope in enumerate(self.scopes):
            counted = self.counted(scope)
            rows = [(day - self.window.first).days for day in counted]
            table[rows, column] = [float(value) for value in counted.values()]
        return table

    def counted(self, scope: Scope) -> dict[dt.date, Number]:
        """Return the place's value of each day that counts, from its first use on.

        A day without rows is zero; a ratio has no value there.
        """
        if scope not in self._counted:
            self._counted[scope] = self._count(scope)
        return self._counted[scope]

    @cached_property
    def _counted(self) -> dict[Scope, dict[dt.date, Number]]:
        """Return the answers of `counted` so far: an anomaly asks for the same places again and again."""
        return {}

    def _count(self, scope: Scope) -> dict[dt.date, Number]:
        values = self.values.get(scope, {})
        if self.measure.is_ratio:
            return {d: v for d, v in values.items() if d in self.held}
        first = min(values, default=self.window.end)
        zero = Decimal(0) if self.measure.unit is Unit.USD else 0
        return {d: values.get(d, zero) for d in self.window if first <= d and d in self.held}


@exactly()
def panel(parts: pd.DataFrame, measure: Measure, window: Window, held: frozenset[dt.date]) -> Panel:
    """Return the measure by place and day, from parts by day and `BY` (see `lib.analysis.parts`).

    Sums are at the organization, each project, its keys, its models and the models of each key.
    Ratios, which a change of models would move, are of sums, never averaged, and at the last only.
    """
    above = _sums(parts, replace(measure, per=()))
    if not measure.is_ratio:
        return Panel(measure, window, held, above, {})
    below = _sums(parts, replace(measure, terms=measure.per, per=()))
    ratios = {
        scope: {day: above.get(scope, {}).get(day, 0) / size for day, size in sizes.items()}
        for scope, sizes in below.items()
        if scope.key and scope.model
    }
    return Panel(measure, window, held, ratios, below)


def _sums(parts: pd.DataFrame, measure: Measure) -> dict[Scope, Daily]:
    """Return the exact sums of the rows that are not zero, at every place that they belong to."""
    sums: dict[Scope, Daily] = {}
    days = {start: start.date() for start in parts["start"].unique()}
    columns = (parts["start"], *(parts[name] for name in BY), measure.of(parts))
    for start, project, key, model, value in zip(*columns, strict=True):
        if value:
            day = days[start]
            for scope in _scopes(project, key, model):
                cells = sums.setdefault(scope, {})
                cells[day] = cells[day] + value if day in cells else value
    return sums


@lru_cache(maxsize=10_000)
def _scopes(project: str, key: str, model: str) -> tuple[Scope, ...]:
    within = (Scope(project), Scope(project, key), Scope(project, "", model), Scope(project, key, model))
    return (ORGANIZATION, *within)
