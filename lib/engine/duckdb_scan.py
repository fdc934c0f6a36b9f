"""Rows of Parquet files as DuckDB reads them: all that is particular to this engine.

Another engine is another module with a `scan`: what is asked of the rows is written with Narwhals.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from lib.errors import StoreError

Rows = nw.LazyFrame[Any]
"""Rows that are read only when they are collected."""

TooLarge = duckdb.OutOfRangeException
"""What the engine raises where a sum passes what it can hold."""


_threads = threading.local()


def scan(files: Sequence[str]) -> Rows:
    """Return the rows of `files`, moments in UTC; a column that a file lacks is null there.

    Raises StoreError where a file is gone or broken.
    """
    with _explained():
        return nw.from_native(_connection().read_parquet([literal(f) for f in files], union_by_name=True))


def rows_in(table: pa.Table) -> Rows:
    """Return the rows of `table`, which are in memory, as those of a scan."""
    return nw.from_native(_connection().from_arrow(table))


def collected(rows: Rows) -> pa.Table:
    """Return what `rows` come to; raise StoreError where a file is gone or broken, TooLarge as it says."""
    with _explained():
        table: pa.Table = rows.collect("pyarrow").to_native()
        return table


def with_lookup(rows: Rows, column: str, found: pa.Table) -> Rows:
    """Return `rows` (of a `scan` of this thread) with what `found` has for the text of `column`.

    The texts are the first column of `found`, each once; no name in it may be one of `rows`.
    """
    return rows.join(rows_in(found), how="left", left_on=column, right_on=found.schema.names[0])


def _connection() -> duckdb.DuckDBPyConnection:
    """Return the thread's connection: relations of two connections cannot be joined."""
    if not hasattr(_threads, "connection"):
        _threads.connection = _database().cursor()
        _threads.connection.execute("SET TimeZone = 'UTC'")
    found: duckdb.DuckDBPyConnection = _threads.connection
    return found


def literal(file: str) -> str:
    """Return the address of one file as a pattern, which is what the engine takes it for."""
    return _SIGNS.sub(r"[\g<0>]", file)


_SIGNS = re.compile(r"[*?\[]")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except TooLarge:
        raise
    except duckdb.OutOfMemoryException:
        msg = "There is not enough memory to read that many rows at once. Ask for fewer days."
        raise StoreError(msg) from None
    except duckdb.Error as failure:
        first = str(failure).strip().splitlines()[0][:300]
        msg = (
            f"Stored rows cannot be read ({first}). `python -m lib verify --repair` sets broken files aside "
            "and fetches their days again."
        )
        raise StoreError(msg) from None


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")
