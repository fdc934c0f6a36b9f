"""Allocation: billed dollars shared out over the usage they pay for, where the bill does not say whose.

A line item has one price for each unit it bills, so its dollars are shared out by those units:
row's dollars = line's dollars × row's units / units of all rows that match (the day, the project and
whatever else the bill names). Shares are cut where the running sum of units, times the price, is at
18 decimals, so that they sum to the line exactly whatever is rounded.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.analysis.allocation.meters import METERED, Meter, meters
from lib.analysis.allocation.shares import CREDITS, MONEY, NOT_ALLOCATED, Basis
from lib.analysis.exact_columns import Wholes, money, quotients, summed_by_key, wholes
from lib.analysis.frames import framed
from lib.analysis.vectors import codes_of, sums, sums_fit
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.catalog.sources import COSTS, SOURCES

NO_METER = "Usage does not record what this line bills"
NO_USAGE = "No matching usage in that project on that day"
NOT_RECORDED = "Usage records this by project only"

_LINE_ITEM = "line_item"
_FITTED = ("model", "batch", "service_tier")
_BILLED_BY = tuple(d for d in COSTS.dimensions if d not in (_LINE_ITEM, "api_source"))

Places = NDArray[np.int64]
Units = NDArray[Any]
"""Whole numbers: of 64 bits, or Python's where these might not hold their sums."""


def on_days(rows: pa.Table, days: Collection[dt.date]) -> Any:
    """Return which rows start on one of `days`, as a column of booleans."""
    return pc.is_in(pc.cast(rows["start"], pa.date32()), value_set=pa.array(days, pa.date32()))


def named_days(billed: pa.Table, wanted: Iterable[str]) -> set[dt.date]:
    """Return the days on which the bill names a value of every dimension in `wanted` somewhere."""
    starts = (billed["start"].filter(pc.not_equal(billed[name], UNATTRIBUTED)) for name in wanted)
    days = [set(pc.cast(found, pa.date32()).unique().to_pylist()) for found in starts]
    return set.intersection(*days) if days else set()


def summed_lines(billed: pa.Table) -> pd.DataFrame:
    """Return lines of the bill summed over line items, exactly."""
    keys = [name for name in billed.schema.names if name not in (MONEY, _LINE_ITEM)]
    return framed(sums(billed, keys, [MONEY]))


def usage_dimensions(source: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions by which `allocate` needs the rows of a usage source to be told apart."""
    needed = (*_FITTED, *COSTS.dimensions, *wanted)
    return tuple(d for d in SOURCES[source].dimensions if d in needed and d != "api_source")


def shared_out(amounts: Wholes, units: Units, starts: Places) -> Wholes:
    """Return each amount (a multiple of 1E-18) in parts in proportion to its own `units`.

    Those of an amount begin at its place in `starts`; there is at least one, and none is below zero, nor
    are all of them zero. The parts sum to their amount exactly; each is within one unit of its fair share.
    """
    counts = np.diff(np.append(starts, len(units)))
    so_far = np.cumsum(units.astype(object))
    before = so_far[starts] - units[starts]
    whole = so_far[starts + counts - 1] - before
    until = quotients(
        np.repeat(amounts, counts) * (so_far - np.repeat(before, counts)), np.repeat(whole, counts)
    )
    cut = np.concatenate([np.zeros(1, object), until[:-1]])
    cut[starts] = 0
    parts: Wholes = until - cut
    return parts


def allocate(billed: pa.Table, used: Mapping[str, pa.Table], wanted: Sequence[str]) -> pd.DataFrame:
    """Return the dollars of `billed` with `wanted` (ids) filled in from usage, `basis` and `reason`.

    `billed`: `start`, `project_id`, `line_item`, further dimensions that the bill names, and
    `costs.cost_usd` (USD). `used`: by source of `meters.METERED`, its rows by day and `usage_dimensions`,
    with its metrics. Dollars sum exactly to `billed`. What is allocated is summed over line items, and
    names none. What matches no usage names its own, under the id `NOT_ALLOCATED`, or `CREDITS` where it is
    below zero, with the reason.
    """
    lines = billed.filter(pc.not_equal(billed[MONEY], pa.scalar(0, billed[MONEY].type)))
    knowing = {name for name in METERED if set(wanted) <= set(SOURCES[name].dimensions)}
    recorded = {name: table for name, table in used.items() if name in knowing}
    told_by = ["start", *(d for d in _BILLED_BY if d in lines.schema.names and d not in wanted)]
    places, *used_at = _numbered([lines, *recorded.values()], told_by)
    ids, used_by = _ids(list(recorded.values()), wanted)
    usage = {
        name: _Usage(table, at * len(ids) + by, len(ids))
        for (name, table), at, by in zip(recorded.items(), used_at, used_by, strict=True)
    }
    amounts, found, reasons = wholes(lines[MONEY]), [_NO_SHARES], np.full(len(lines), "", object)
    for text, of_item in _by_line_item(lines):
        rest, tried = of_item, meters(parse(text))
        able = [meter for meter in tried if meter.source in knowing]
        for meter in able:
            if meter.source in usage and len(rest):
                shares = usage[meter.source].shares(meter, rest, places[rest], amounts[rest])
                found.append(shares)
                rest = np.setdiff1d(rest, shares.lines)
        reasons[rest] = NO_USAGE if able else NOT_RECORDED if tried else NO_METER
    rows = [_allocated(lines, found, ids), _left_over(lines, reasons, wanted)]
    columns = [*dict.fromkeys([*billed.schema.names, *wanted]), "basis", "reason"]
    return pd.concat(rows, ignore_index=True)[columns].astype({c: object for c in columns if c != "start"})


@dataclass(frozen=True, eq=False)
class _Shares:
    """Parts of billed `lines`, and which of the ids each belongs to, both by their places."""

    lines: Places
    ids: Places
    amounts: Wholes


_NONE = np.zeros(0, np.int64)
_NO_SHARES = _Shares(_NONE, _NONE, np.zeros(0, object))


class _Usage:
    """The rows of a source: `keys` tell of each what it can be set against, and its ids (one of `count`)."""

    def __init__(self, table: pa.Table, keys: Places, count: int) -> None:
        self._table, self._keys, self._count = table, keys, count
        fitted = [name for name in _FITTED if name in table.schema.names]
        codes, first = codes_of([table[name] for name in fitted] or [pa.nulls(len(table), pa.string())])
        self._kinds = table.select(fitted).take(pa.array(first)).to_pylist() if fitted else [{}] * len(first)
        self._of_kind = _by_code(codes, len(first))
        self._units: dict[tuple[tuple[str, ...], tuple[str, ...]], Units] = {}

    def shares(self, meter: Meter, lines: Places, places: Places, amounts: Wholes) -> _Shares:
        """Return the shares of those of the lines, each at its place, that the meter finds units for."""
        keys, units = self._counted(meter)
        at = keys // self._count
        first = np.searchsorted(at, places)
        counts = np.searchsorted(at, places, "right") - first
        paid = np.flatnonzero(counts)
        if not len(paid):
            return _NO_SHARES
        first, counts = first[paid], counts[paid]
        starts = np.cumsum(counts) - counts
        rows = np.repeat(first - starts, counts) + np.arange(counts.sum())
        parts = shared_out(amounts[paid], units[rows], starts)
        return _Shares(np.repeat(lines[paid], counts), keys[rows] % self._count, parts)

    def _counted(self, meter: Meter) -> tuple[Places, Units]:
        """Return the keys, in order, of the rows that fit the meter and have any of its units, and these."""
        of_kinds = zip(self._kinds, self._of_kind, strict=True)
        rows = np.concatenate([_NONE, *(rows for kind, rows in of_kinds if meter.fits(kind))])
        units = self._all_units(meter)[rows]
        some = units > 0
        return summed_by_key(self._keys[rows[some]], units[some])

    def _all_units(self, meter: Meter) -> Units:
        """Return the billed units of every row, never below zero."""
        asked = (meter.adds, meter.less)
        if asked not in self._units:
            names = [*meter.adds, *meter.less]
            numbers = dict(zip(names, _numbers([self._table[name] for name in names]), strict=True))
            units = sum(numbers[name] for name in meter.adds) - sum(numbers[name] for name in meter.less)
            self._units[asked] = np.maximum(units, 0)
        return self._units[asked]


def _numbers(columns: Sequence[Any]) -> list[Units]:
    """Return columns of whole numbers as `Units`."""
    if all(pa.types.is_integer(c.type) for c in columns) and sums_fit(
        pa.chunked_array([chunk for c in columns for chunk in c.chunks], pa.int64())
    ):
        return [column.to_numpy() for column in columns]
    return [np.array([int(value) for value in column.to_pylist()], object) for column in columns]


def _numbered(tables: Sequence[pa.Table], names: Sequence[str]) -> list[Places]:
    """Return for each table the numbers of its rows: one number for what is the same in `names`."""
    columns = [_joined(tables, name) for name in names]
    return _apart(codes_of(columns)[0], tables)


def _ids(tables: Sequence[pa.Table], wanted: Sequence[str]) -> tuple[pa.Table, list[Places]]:
    """Return the ids that there are, in order, and for each table the places of its rows' among them."""
    columns = [_joined(tables, name) for name in wanted]
    codes, first = codes_of(columns)
    found = pa.table(dict(zip(wanted, columns, strict=True))).take(pa.array(first))
    texts = list(zip(*found.to_pydict().values(), strict=True))
    order = np.array(sorted(range(len(texts)), key=texts.__getitem__), np.int64)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return found.take(pa.array(order)), _apart(ranks[codes], tables)


def _joined(tables: Sequence[pa.Table], name: str) -> pa.ChunkedArray:
    """Return a column of all tables one after the other, of what does not have it as without an id."""
    chunks: list[pa.Array] = []
    for table in tables:
        has = name in table.schema.names
        chunks += table[name].chunks if has else [pa.repeat(UNATTRIBUTED, len(table))]
    return pa.chunked_array(chunks, chunks[0].type if chunks else pa.string())


def _apart(codes: Places, tables: Sequence[pa.Table]) -> list[Places]:
    return np.split(codes, np.cumsum([len(table) for table in tables])[:-1]) if tables else []


def _by_line_item(lines: pa.Table) -> Iterator[tuple[str, Places]]:
    """Yield each line item with the places of its lines."""
    codes, first = codes_of([lines[_LINE_ITEM]])
    texts = lines[_LINE_ITEM].take(pa.array(first)).to_pylist()
    yield from zip(texts, _by_code(codes, len(first)), strict=True)


def _by_code(codes: Places, count: int) -> list[Places]:
    """Return for each code below `count` the places at which it stands."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count))) if count else []


def _allocated(lines: pa.Table, shares: Sequence[_Shares], ids: pa.Table) -> pd.DataFrame:
    """Return what was allocated, summed over line items."""
    told = [name for name in lines.schema.names if name not in (MONEY, _LINE_ITEM, *ids.schema.names)]
    codes, first = codes_of([lines[name] for name in told])
    of = np.concatenate([codes[one.lines] * max(len(ids), 1) + one.ids for one in shares])
    keys, amounts = summed_by_key(of, np.concatenate([one.amounts for one in shares]))
    line, whose = np.divmod(keys, max(len(ids), 1))
    table = lines.select(told).take(pa.array(first[line]))
    for name in ids.schema.names:
        table = table.append_column(name, ids[name].take(pa.array(whose)))
    frame = framed(table.append_column(MONEY, money(amounts)))
    return frame.assign(**{_LINE_ITEM: None}, basis=Basis.ALLOCATED, reason="")


def _left_over(lines: pa.Table, reasons: NDArray[np.object_], wanted: Sequence[str]) -> pd.DataFrame:
    """Return the lines that there is a reason for, which nobody is known to have spent."""
    left = np.flatnonzero(reasons != "")
    frame = framed(lines.take(pa.array(left))).assign(reason=reasons[left])
    credited = frame[MONEY] < 0
    nobody = pd.Series(NOT_ALLOCATED, frame.index, object).where(~credited, CREDITS)
    basis = [Basis.CREDITED if one else Basis.NOT_ALLOCATED for one in credited]
    return frame.assign(**dict.fromkeys(wanted, nobody), basis=pd.Series(basis, frame.index, object))
