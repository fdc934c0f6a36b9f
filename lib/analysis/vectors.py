"""Columns of Arrow tables worked on as a whole: exact, and without a Python object for each row."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.catalog.schemas import MONEY

PRICE = pa.decimal128(18, 15)
"""Of USD for one unit; times `_UNITS` it fits into the 38 digits that Arrow multiplies in."""
_UNITS = pa.decimal128(19, 0)
_SHORTER = pa.decimal128(37, 18)
_FEW = 4096
_WIDE = pa.decimal128(38, 0)
_MOST = 2**63 - 1


def found_for(columns: Sequence[Any], find: Callable[..., Any], kind: pa.DataType) -> pa.Array:
    """Return what `find` says of the values of each row; it is asked once for each combination."""
    codes, first = codes_of(columns)
    values = zip(*(_whole(column).take(pa.array(first)).to_pylist() for column in columns), strict=True)
    return pa.array([find(*each) for each in values], kind).take(pa.array(codes))


def codes_of(columns: Sequence[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a number for the values of each row together, and for each number the first row with it."""
    codes, possible = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        encoded = _whole(column).dictionary_encode()
        # A null has the code after the last.
        own = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        codes = codes * (len(encoded.dictionary) + 1) + own
        possible *= len(encoded.dictionary) + 1
    if possible > max(len(codes), _FEW):
        _, first, places = np.unique(codes, return_index=True, return_inverse=True)
        return places, first
    # Without sorting them, where a table of all that there could be is not larger than they are.
    found = np.full(possible, len(codes))
    found[codes[::-1]] = np.arange(len(codes))[::-1]  # of several rows the first, which is written last
    kept = np.flatnonzero(found < len(codes))
    number = np.zeros(possible, np.int64)
    number[kept] = np.arange(len(kept))
    return number[codes], found[kept]


def times(prices: Any, units: Any) -> pa.Array:
    """Return the dollars of whole `units` at `prices` (`PRICE`), exact; null where there is no price."""
    return _whole(pc.multiply(prices, pc.cast(units, _UNITS)).cast(MONEY))


def minus(dollars: Any, others: Any) -> pa.Array:
    """Return the differences of two columns of dollars, exact."""
    # Arrow gives a difference one digit more, and has no more than 38.
    return _whole(pc.subtract(pc.cast(dollars, _SHORTER), pc.cast(others, _SHORTER)).cast(MONEY))


def added(columns: Sequence[tuple[Any, int]]) -> pa.Array:
    """Return the exact sums of columns, each times its sign (1 or -1); what is null counts as zero."""
    whole = None
    for column, sign in columns:
        own = _whole(pc.fill_null(column, 0))
        if pa.types.is_decimal(own.type):
            own = own.cast(_SHORTER)
        own = own if sign == 1 else pc.negate(own)
        whole = own if whole is None else pc.add(whole, own)
        if pa.types.is_decimal(own.type):
            whole = whole.cast(_SHORTER)
    return whole


def total(column: Any) -> Decimal:
    """Return the exact sum of a column of dollars, zero of nothing."""
    found: Decimal | None = pc.sum(column).as_py()
    return Decimal(0) if found is None else found


def sums(table: pa.Table, keys: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """Return the exact sums of `columns` by `keys`, in the order of the keys' values.

    Whole numbers whose sums 64 bits might not hold come as decimals without places.
    """
    for name in columns:
        if pa.types.is_integer(table[name].type) and not sums_fit(table[name]):
            table = with_column(table, name, table[name].cast(_WIDE))
    found = table.group_by(list(keys), use_threads=False).aggregate([(c, "sum") for c in columns])
    return found.rename_columns([*keys, *columns]).sort_by([(k, "ascending") for k in keys])


def sums_fit(column: Any) -> bool:
    """Return whether 64 bits hold every sum of some of these whole numbers: Arrow's would wrap around."""
    ends = pc.min_max(column).as_py()
    return bool(max(abs(ends["min"] or 0), abs(ends["max"] or 0)) * len(column) <= _MOST)


def with_column(table: pa.Table, name: str, column: Any) -> pa.Table:
    """Return `table` with another column in place of the one called `name`."""
    return table.set_column(table.schema.get_field_index(name), name, column)


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
