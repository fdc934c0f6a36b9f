"""Scopes in which something can be unusual, and what each of them used and was billed on each day."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.analysis.anomalies.baseline import Floats
from lib.analysis.comparison import Number
from lib.analysis.vectors import added, codes_of, sums, sums_fit
from lib.catalog.measures import Measure, Term
from lib.catalog.units import Unit
from lib.periods.windows import ONE_DAY, Window

Integers = NDArray[np.int64]

PROJECT = "project_id"
BY = (PROJECT, "api_key_id", "model")
"""What the parts must be grouped by, beside their day."""

Daily = dict[dt.date, Any]


class Scope(NamedTuple):
    """The organization (all empty), a project, a key or a model of a project, or a key's model."""

    project: str = ""
    key: str = ""
    model: str = ""

    @property
    def within(self) -> "Scope":
        """Return the project that a key or model belongs to."""
        return Scope(self.project)

    @property
    def is_wide(self) -> bool:
        """Return whether it is more than a key's model."""
        return not (self.key and self.model)

    @property
    def is_part(self) -> bool:
        """Return whether it is a key or model of a project."""
        return bool(self.key or self.model)


ORGANIZATION = Scope()


class Cells(Mapping[Scope, Daily]):
    """What each scope has of each day, kept as columns: a `Daily` is made of them when it is asked for.

    `scope` (a place in `scopes`) and `day` (days after `first`) say whose and of when each of `values` is;
    they are in the order of scopes, then days.
    """

    def __init__(
        self, first: dt.date, scopes: Sequence[Scope], scope: Integers, day: Integers, values: pa.Array
    ) -> None:
        self.first, self.day, self.values_of = first, day, values
        starts = np.flatnonzero(np.diff(scope, prepend=-1))
        bounds = [*starts.tolist(), len(scope)]
        named = map(scopes.__getitem__, scope[starts].tolist())
        self._slices = dict(zip(named, map(slice, bounds, bounds[1:]), strict=True))

    def __getitem__(self, scope: Scope) -> Daily:
        """Return the exact values of a scope by day."""
        at, days = self._slices[scope], self._days
        own = (days[n] for n in self.day[at].tolist())
        return dict(zip(own, self.values_of[at].to_pylist(), strict=True))

    @cached_property
    def _days(self) -> list[dt.date]:
        """Return the days that are counted from `first` on."""
        return [self.first + n * ONE_DAY for n in range(int(self.day.max(initial=-1)) + 1)]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes they take."""
        return int(self.day.nbytes + self.values_of.nbytes) + 300 * len(self._slices)

    def at(self, scope: Scope, day: dt.date) -> Any:
        """Return the exact value of a scope on a day on which it has one."""
        own = self._slices[scope]
        place = own.start + int(np.searchsorted(self.day[own], (day - self.first).days))
        return self.values_of[place].as_py()

    def __iter__(self) -> Iterator[Scope]:
        """Yield the scopes that have any."""
        return iter(self._slices)

    def __len__(self) -> int:
        """Return how many scopes have any."""
        return len(self._slices)

    def only(self, scopes: Collection[Scope]) -> "Cells":
        """Return the cells of some of the scopes."""
        kept = [scope for scope in self._slices if scope in scopes]
        places = [np.arange(self._slices[scope].start, self._slices[scope].stop) for scope in kept]
        rows = np.concatenate(places) if kept else np.zeros(0, np.int64)
        scope = np.repeat(np.arange(len(kept)), [len(place) for place in places])
        return Cells(self.first, kept, scope, self.day[rows], self.values_of.take(pa.array(rows)))

    def table(self, scopes: Sequence[Scope], days: int, *, filled: bool) -> Floats:
        """Return `days` × `scopes`, NaN without a value; from a scope's first one on zero if `filled`."""
        found, floats = np.full((days, len(scopes)), np.nan), self._floats
        for column, scope in enumerate(scopes):
            at = self._slices[scope]
            if filled:
                found[self.day[at.start] :, column] = 0.0
            found[self.day[at], column] = floats[at]
        return found

    @cached_property
    def _floats(self) -> Floats:
        return _as_floats(self.values_of)


@dataclass(frozen=True)
class Panel:
    """The exact value of a measure by scope and day, and `below`: what a ratio divides by.

    `held` are the days that count: fetched, and final. `early` ones are fetched too, and can still grow.
    """

    measure: Measure
    window: Window
    held: frozenset[dt.date]
    values: Cells
    below: Cells
    early: frozenset[dt.date] = frozenset()

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes to watch, in order: those of a key's model for a ratio only."""
        return tuple(sorted(p for p in self.values if self.measure.is_ratio or p.is_wide))

    @cached_property
    def by_project(self) -> Mapping[str, tuple[Scope, ...]]:
        """Return the scopes of each project, itself and the models of its keys included."""
        found: dict[str, list[Scope]] = {}
        for scope in self.values:
            found.setdefault(scope.project, []).append(scope)
        return {project: tuple(scopes) for project, scopes in found.items()}

    @cached_property
    def floats(self) -> Floats:
        """Return days × scopes: NaN where `counted` has no value."""
        return self._table(self.held)

    @property
    def floats_so_far(self) -> Floats:
        """Return `floats` with what the early days have come to so far."""
        return self._table(self.held | self.early) if self.early else self.floats

    def _table(self, days: frozenset[dt.date]) -> Floats:
        table = self.values.table(self.scopes, self.window.days, filled=not self.measure.is_ratio)
        table[[day not in days for day in self.window]] = np.nan
        return table

    def only(self, scopes: Collection[Scope]) -> "Panel":
        """Return the panel of some of the scopes."""
        return replace(self, values=self.values.only(scopes), below=self.below.only(()))

    def counted(self, scope: Scope) -> dict[dt.date, Number]:
        """Return the scope's value of each day that counts, from its first use on.

        A day without rows is zero; a ratio has no value there.
        """
        if scope not in self._counted:
            self._counted[scope] = self._count(scope)
        return self._counted[scope]

    def counted_until(self, scope: Scope, day: dt.date) -> dict[dt.date, Number]:
        """Return what is `counted`, and of `day` what it has come to so far where it is an early one."""
        counted = self.counted(scope)
        if day not in self.early or day in counted:
            return counted
        so_far = self.values.get(scope, {}).get(day)
        return counted if so_far is None else {**counted, day: so_far}

    @cached_property
    def _counted(self) -> dict[Scope, dict[dt.date, Number]]:
        """Return the answers of `counted` so far: an anomaly asks for the same scopes again and again."""
        return {}

    def _count(self, scope: Scope) -> dict[dt.date, Number]:
        values = self.values.get(scope, {})
        if self.measure.is_ratio:
            return {d: v for d, v in values.items() if d in self.held}
        first = min(values, default=self.window.end)
        zero = Decimal(0) if self.measure.unit is Unit.USD else 0
        return {d: values.get(d, zero) for d in self._counting if first <= d}

    @cached_property
    def _counting(self) -> list[dt.date]:
        """Return the days that count, in order."""
        return [day for day in self.window if day in self.held]


class ScopedRows:
    """Rows of parts by day and `BY`, and the scopes that each of them belongs to.

    Each of `parts`, which may be of one source, has a column for each of its terms; null counts as zero.
    """

    def __init__(self, parts: Sequence[pa.Table], window: Window) -> None:
        self._parts, self._window = parts, window
        self._first_row = np.cumsum([0, *(table.num_rows for table in parts)])
        keys = pa.concat_tables([table.select(["start", *BY]) for table in parts])
        days = keys["start"].to_numpy().astype("datetime64[D]")
        self._day = (days - np.datetime64(window.first)).astype(np.int64)
        self._of_row, first = codes_of([keys[name] for name in BY])
        named = zip(*(keys[name].take(pa.array(first)).to_pylist() for name in BY), strict=True)
        levels = [(ORGANIZATION, *_within(*names)) for names in named]
        self.scopes = tuple(dict.fromkeys(scope for scopes in levels for scope in scopes))
        index = {scope: n for n, scope in enumerate(self.scopes)}
        self._levels = np.array([[index[scope] for scope in scopes] for scopes in levels], np.int64).reshape(
            -1, _LEVELS
        )

    def cells(self, terms: Sequence[Term]) -> Cells:
        """Return the exact sums of `terms` at every scope, of the rows that are not zero."""
        return self._cells(*self._sums(terms, range(_LEVELS)))

    def ratios(self, terms: Sequence[Term], per: Sequence[Term]) -> tuple[Cells, Cells]:
        """Return the sums of `terms` over those of `per` at the models of keys, and the latter."""
        above, over = self._sums(terms, [_FINEST])
        below, under = self._sums(per, [_FINEST])
        top = np.zeros(len(below))
        _, ours, theirs = np.intersect1d(below, above, assume_unique=True, return_indices=True)
        top[ours] = _as_floats(over)[theirs]
        ratios = pa.array(top / _as_floats(under))
        return self._cells(below, ratios), self._cells(below, under)

    def _sums(self, terms: Sequence[Term], levels: Sequence[int]) -> tuple[Integers, pa.Array]:
        """Return the cells (scope × days + day) of some levels, in order, and their sums."""
        rows, values = self._added(terms)
        if not len(rows):
            return rows, pa.array([], pa.int64())
        if pa.types.is_integer(values.type) and sums_fit(values):
            return self._added_up(rows, values.to_numpy(), levels)
        tables = [
            sums(pa.table({"cell": self._cell(rows, level), "value": values}), ["cell"], ["value"])
            for level in levels
        ]
        table = pa.concat_tables(tables).sort_by("cell")
        return table["cell"].to_numpy(), table["value"].combine_chunks()

    def _added(self, terms: Sequence[Term]) -> tuple[Integers, pa.Array]:
        """Return the rows in which `terms` do not come to zero, and what they come to."""
        rows, values = [np.zeros(0, np.int64)], []
        for table, first in zip(self._parts, self._first_row, strict=False):
            known = [(table[t.column], t.sign) for t in terms if t.column in table.schema.names]
            if known:
                own = added(known)
                counts = pc.not_equal(own, pa.scalar(0).cast(own.type))
                kept = np.flatnonzero(counts.to_numpy(zero_copy_only=False))
                rows.append(kept + first)
                values.append(own.take(pa.array(kept)))
        return np.concatenate(rows), pa.concat_arrays(values) if values else pa.array([], pa.int64())

    def _added_up(self, rows: Integers, values: Integers, levels: Sequence[int]) -> tuple[Integers, pa.Array]:
        """Return what `_sums` does, of whole numbers that fit: four times as fast as grouping by cell."""
        totals = np.zeros(len(self.scopes) * self._window.days, np.int64)
        seen = np.zeros(len(totals), np.bool_)
        for level in levels:
            cells = self._cell(rows, level)
            np.add.at(totals, cells, values)
            seen[cells] = True
        cells = np.flatnonzero(seen)
        return cells, pa.array(totals[cells])

    def _cell(self, rows: Integers, level: int) -> Integers:
        cells: Integers = self._levels[self._of_row[rows], level] * self._window.days + self._day[rows]
        return cells

    def _cells(self, cells: Integers, values: pa.Array) -> Cells:
        days = self._window.days
        return Cells(self._window.first, self.scopes, cells // days, cells % days, values)


_LEVELS = 5
_FINEST = 4


def panel(
    rows: ScopedRows,
    measure: Measure,
    window: Window,
    held: frozenset[dt.date],
    early: frozenset[dt.date] = frozenset(),
) -> Panel:
    """Return the measure by scope and day.

    Sums are at the organization, each project, its keys, its models and the models of each key.
    Ratios, which a change of models would move, are of sums, never averaged, and at the last only.
    """
    if not measure.is_ratio:
        return Panel(measure, window, held, rows.cells(measure.terms), rows.cells(()), early)
    return Panel(measure, window, held, *rows.ratios(measure.terms, measure.per), early)


def _as_floats(values: pa.Array) -> Floats:
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.string())  # straight to floats, Arrow rounds the last digit otherwise
    floats: Floats = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return floats


def _within(project: str, key: str, model: str) -> tuple[Scope, Scope, Scope, Scope]:
    return Scope(project), Scope(project, key), Scope(project, "", model), Scope(project, key, model)
