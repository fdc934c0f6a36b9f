"""Rows of Parquet files as DuckDB reads them: an engine of `lib.engine.engines`, within this process."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

import duckdb
import narwhals as nw
import pyarrow as pa

from lib.engine.duckdb_memory import USUAL_LIMIT, database, too_little
from lib.engine.rows import Rows, TooLarge
from lib.errors import StoreError
from lib.store.location import readable_here

called = "DuckDB"
holds_rows = True

_threads = threading.local()


def scan(files: Sequence[str], columns: pa.Schema) -> Rows:
    """Return the rows of `files`, moments in UTC; one of `columns` that a file lacks is null there.

    Raises StoreError where a file is gone or broken.
    """
    with explained():
        here = readable_here(files)
        read = _connection().read_parquet([literal(f) for f in here], union_by_name=True)
        if lacking := [name for name in columns.names if name not in read.columns]:
            empty = _connection().from_arrow(columns.empty_table())
            kinds = dict(zip(empty.columns, empty.types, strict=True))
            nulls = [duckdb.ConstantExpression(None).cast(kinds[name]).alias(name) for name in lacking]
            read = read.select(duckdb.StarExpression(), *nulls)
        return nw.from_native(read)


def rows_in(table: pa.Table) -> Rows:
    """Return the rows of `table`, which are in memory, as those of a scan."""
    return nw.from_native(_connection().from_arrow(table))


def collected(rows: Rows) -> pa.Table:
    """Return what `rows` come to; raise StoreError where a file is gone or broken, TooLarge as it says."""
    with explained():
        table: pa.Table = rows.collect("pyarrow").to_native()
        return table


def with_lookup(rows: Rows, column: str, found: pa.Table) -> Rows:
    """Return `rows` (of a `scan` of this thread) with what `found` has for the text of `column`.

    The texts are the first column of `found`, each once; no name in it may be one of `rows`.
    """
    return rows.join(rows_in(found), how="left", left_on=column, right_on=found.schema.names[0])


def texts(files: Sequence[str], column: str) -> dict[str, tuple[str | None, ...]]:
    """Return the texts that a column holds, by the file that holds them."""
    return {file: _texts_of_file(file, column) for file in files}


@lru_cache(maxsize=2_000)
def _texts_of_file(file: str, column: str) -> tuple[str | None, ...]:
    """Return the texts that a column of a file holds, which never change."""
    # Grouped, because Narwhals finds unique rows by numbering all of them.
    rows = collected(scan([file], pa.schema([(column, pa.string())])).group_by(column).agg(nw.len()))
    return tuple(rows[column].to_pylist())


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
def explained() -> Iterator[None]:
    """Raise what goes wrong within as StoreError or as TooLarge."""
    try:
        yield
    except duckdb.Error as failure:
        if _is_too_large(failure):
            raise TooLarge from None
        if lacking := too_little(failure):
            raise lacking from None
        first = str(failure).strip().splitlines()[0][:300]
        msg = (
            f"Stored rows cannot be read ({first}). `python -m lib verify --repair` sets broken files aside "
            "and fetches their days again."
        )
        raise StoreError(msg) from None


def _is_too_large(failure: duckdb.Error) -> bool:
    """Return whether a sum, or the narrowing of one, passed what can be held."""
    narrowed = isinstance(failure, duckdb.ConversionException) and "out of range" in str(failure)
    return narrowed or isinstance(failure, duckdb.OutOfRangeException)


def limit_memory(megabytes: int | None) -> None:
    """Let the questions of this process take so much memory together, without a number the usual part."""
    limit = f"{megabytes}MB" if megabytes else USUAL_LIMIT
    with explained():
        _connection().execute(f"SET GLOBAL memory_limit = '{limit}'")


def memory_limit() -> str:
    """Return how much memory questions may take, in DuckDB's words."""
    found: tuple[str] = _connection().sql("SELECT current_setting('memory_limit')").fetchall()[0]
    return found[0]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return database(USUAL_LIMIT)
