"""Rows of Parquet files as DuckDB reads them: all that is particular to this engine.

Another engine is another module with a `scan`: what is asked of the rows is written with Narwhals.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb
import narwhals as nw

Rows = nw.LazyFrame[Any]
"""Rows that are read only when they are collected."""

TooLarge = duckdb.OutOfRangeException
"""What the engine raises where a sum passes what it can hold."""


def scan(files: Sequence[str]) -> Rows:
    """Return the rows of `files`, moments in UTC; a column that a file lacks is null there."""
    connection = _database().cursor()
    connection.execute("SET TimeZone = 'UTC'")
    return nw.from_native(connection.read_parquet(list(files), union_by_name=True))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")
