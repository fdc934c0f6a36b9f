"""A table of a page as a file for spreadsheets: plain dates, amounts to the cent, and the same exactly."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pandas as pd

from lib.catalog.dimensions import without_count
from lib.tables.columns import Column, ColumnType
from lib.tables.exports import spreadsheet_csv_bytes

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
"""Wide enough for every float and decimal that can be in a table."""


def table_csv(table: pd.DataFrame, columns: Mapping[str, Column]) -> bytes:
    """Return `table` as CSV for spreadsheets, in the order and under the labels of `columns`.

    Other is called so whatever it holds, so that a file has the same columns and rows day after day. Dates
    and moments are plain (2026-11-03, 2026-11-03 14:00:00). Money, prices and shares are rounded half
    up; behind all columns they stand once more as they are, called “exact”.
    """
    labels = {name: without_count(column.label) for name, column in columns.items()}
    shown = [(labels[name], _written(table[name], column)) for name, column in columns.items()]
    exact = [(f"{labels[name]}, exact", table[name]) for name, c in columns.items() if c.decimals]
    both = pd.concat([values.astype(object) for _, values in (*shown, *exact)], axis=1)
    return spreadsheet_csv_bytes(both.set_axis([label for label, _ in (*shown, *exact)], axis=1))


def _written(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    match column.kind:
        case ColumnType.TEXT:
            return _each(values, without_count)
        case ColumnType.DATE:
            return _each(values, lambda day: f"{day:%Y-%m-%d}")
        case ColumnType.TIME:
            return _each(values, lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}")
    decimals = column.decimals
    return values if decimals is None else _each(values, lambda number: rounded(number, decimals))


def _each(values: "pd.Series[Any]", change: Callable[[Any], object]) -> "pd.Series[Any]":
    return pd.Series([None if pd.isna(v) else change(v) for v in values], index=values.index, dtype=object)


def rounded(value: Decimal | float, decimals: int) -> Decimal:
    """Return `value` with so many decimals, half rounded up; what is not finite stays as it is."""
    number = Decimal(str(value))
    return number.quantize(Decimal(1).scaleb(-decimals), context=_WIDE) if number.is_finite() else number
