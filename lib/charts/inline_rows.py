"""Rows within the specification of a chart, as Vega-Lite takes them."""

from typing import Any

import pyarrow as pa


def values(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of `table`: moments and days in milliseconds since 1970, nothing for no number."""
    rows: list[dict[str, Any]] = pa.table(
        [_plain(column) for column in table.columns], table.schema.names
    ).to_pylist()
    return [{name: None if value != value else value for name, value in row.items()} for row in rows]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("ms"))
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("ms", column.type.tz)).cast(pa.int64())
    return column
