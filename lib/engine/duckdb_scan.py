"""Rows of Parquet files as DuckDB reads them: all that is particular to this engine.

Another engine is another module with a `scan`: what is asked of the rows is written with Narwhals.
"""

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

Rows = nw.LazyFrame[Any]
"""Rows that are read only when they are collected."""

TooLarge = duckdb.OutOfRangeException
"""What the engine raises where a sum passes what it can hold."""


_threads = threading.local()


def scan(files: Sequence[str]) -> Rows:
    """Return the rows of `files`, moments in UTC; a column that a file lacks is null there."""
    return nw.from_native(_connection().read_parquet(list(files), union_by_name=True))


def with_lookup(rows: Rows, column: str, name: str, found: Mapping[str, str | None]) -> Rows:
    """Return `rows` (of a `scan` of this thread) with a column `name`: what `found` has for `column`."""
    table = pa.table(
        {_TEXT: pa.array(list(found), pa.string()), name: pa.array(list(found.values()), pa.string())}
    )
    other = nw.from_native(_connection().from_arrow(table))
    return rows.join(other, how="left", left_on=column, right_on=_TEXT)


_TEXT = "looked_up_text"


def _connection() -> duckdb.DuckDBPyConnection:
    """Return the thread's connection: relations of two connections cannot be joined."""
    if not hasattr(_threads, "connection"):
        _threads.connection = _database().cursor()
        _threads.connection.execute("SET TimeZone = 'UTC'")
    found: duckdb.DuckDBPyConnection = _threads.connection
    return found


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")
