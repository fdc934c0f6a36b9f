"""A table of a page as files for programs and spreadsheets, beside its CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.catalog.schemas import MONEY
from lib.tables.columns import Column
from lib.tables.exports import parquet_bytes
from lib.tables.workbook import Sheet, table_workbook, workbook_bytes

About = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class TableFile:
    """A way to save a table: what it is called, how its files end, their type, and what makes one."""

    label: str
    ending: str
    mime: str
    make: Callable[[], bytes]


def figure_files(table: pd.DataFrame, columns: Mapping[str, Column], about: About) -> list[TableFile]:
    """Return the ways to save a table of a figure; `about` is asked what it is when one is saved."""
    return _files(
        lambda: workbook_bytes([Sheet("Table", table, columns)], about()),
        lambda: parquet_bytes(pa.table({name: _column(table[name].tolist()) for name in columns})),
    )


def row_files(rows: Callable[[], pa.Table], about: About) -> list[TableFile]:
    """Return the ways to save stored rows, which are read when one is saved."""
    return _files(lambda: table_workbook(rows(), {}, about()), lambda: parquet_bytes(rows()))


def _files(workbook: Callable[[], bytes], parquet: Callable[[], bytes]) -> list[TableFile]:
    sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return [
        TableFile("Excel", "xlsx", sheets, workbook),
        TableFile("Parquet", "parquet", "application/vnd.apache.parquet", parquet),
    ]


def _are_whole(values: list[Any]) -> bool:
    return all(isinstance(value, int) for value in values)


def _column(values: list[Any]) -> pa.Array:
    """Return values of a column that may mix integers, decimals and nothing: exact where that can be held."""
    plain = [None if not isinstance(v, str) and pd.isna(v) else v for v in values]
    known = [v for v in plain if v is not None]
    if any(isinstance(v, Decimal) for v in known) and all(isinstance(v, (int, Decimal)) for v in known):
        try:
            return pa.array([v if v is None else Decimal(v) for v in plain], MONEY)
        except pa.ArrowInvalid:
            plain = [v if v is None else float(v) for v in plain]
    elif all(isinstance(v, (int, float, Decimal)) for v in known) and not _are_whole(known):
        plain = [v if v is None else float(v) for v in plain]
    try:
        return pa.array(plain)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([v if v is None else str(v) for v in plain], pa.string())
