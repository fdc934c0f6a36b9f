"""Columns of amounts as whole numbers of their last decimal: products and quotients of any size, exact.

Arrow divides no decimals of 38 digits, and rounds none half to even. NumPy works on Python's whole numbers as
columns, which hold every digit of a product.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lib.analysis.exact import PLACES
from lib.catalog.schemas import MONEY

Wholes = NDArray[np.object_]
"""Python integers."""

ONE = int(1 / PLACES)
"""How many of the last decimal are one dollar, or one unit."""
_WORD = 2**64


def wholes(column: Any) -> Wholes:
    """Return a column of `MONEY`, in which nothing is null, as multiples of 1E-18."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    words = np.frombuffer(values.buffers()[1], np.uint64).reshape(-1, 2)
    low, high = words[values.offset : values.offset + len(values)].T
    found: Wholes = high.view(np.int64).astype(object) * _WORD + low.astype(object)
    return found


def money(amounts: Wholes) -> pa.Array:
    """Return multiples of 1E-18 as a column of `MONEY`; raise OverflowError where one does not fit."""
    words = np.empty((len(amounts), 2), np.uint64)
    words[:, 0] = amounts % _WORD
    words[:, 1] = (amounts // _WORD).astype(np.int64).view(np.uint64)
    return pa.Array.from_buffers(MONEY, len(amounts), [None, pa.py_buffer(words.tobytes())])


def quotients(above: Wholes, below: Wholes | int) -> Wholes:
    """Return the quotients, rounded to whole numbers, half of one to the even neighbour."""
    sign = 1 - 2 * (np.asarray(below, object) < 0).astype(object)
    above, below = above * sign, below * sign
    whole = above // below
    twice = 2 * (above - whole * below)
    up = (twice > below) | ((twice == below) & (whole % 2 == 1))
    found: Wholes = whole + up.astype(bool).astype(object)
    return found


def summed_by(places: NDArray[np.int64], amounts: Wholes, count: int) -> Wholes:
    """Return the sums of the amounts of each place from 0 to `count`."""
    sums: Wholes = np.zeros(count, object)
    np.add.at(sums, places, amounts)
    return sums


def summed_by_key(keys: NDArray[np.int64], values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the keys that there are, in order, and the sums of the values of each."""
    order = np.argsort(keys, kind="stable")
    found = keys[order]
    starts = np.flatnonzero(np.diff(found, prepend=found[:1] - 1))
    return found[starts], np.add.reduceat(values[order], starts) if len(starts) else values[:0]
