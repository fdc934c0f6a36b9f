"""Ways to answer a heavy question from the same Parquet files: the app's, plain SQL's and pandas'."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from lib.catalog.line_items import read
from lib.catalog.sources import SOURCES
from lib.engine.execution import page, unsorted_answer
from lib.store.row_windows import between
from lib.store.usage_store import Store
from tests.benchmarks.heavy_questions import Heavy


@dataclass(frozen=True)
class Totals:
    """How many rows an answer has, and what each of its metrics comes to."""

    rows: int
    sums: tuple[Decimal, ...]


def by_the_app(store: Store, heavy: Heavy) -> Totals:
    """Answer as a page is answered, by the engine that the store has."""
    if heavy.wanted:
        return _totals(page(store, heavy.question, 0, heavy.wanted), heavy)
    return _totals(unsorted_answer(store, heavy.question), heavy)


def by_sql(store: Store, heavy: Heavy) -> Totals:
    """Answer by DuckDB's own SQL, as somebody who knows the files would write it."""
    counts = not SOURCES[heavy.question.source].is_money
    sums = ", ".join(f"sum({m}){'::BIGINT' if counts else ''} AS {m}" for m in heavy.metrics)
    rows = "r"
    connection = _connection()
    if "model" in heavy.keys and not counts:
        connection.register("told", _models(tuple(_paths(store, heavy))))
        rows = "r LEFT JOIN told ON text = line_item"
    window = heavy.question.window
    asked = f"""
        SELECT {", ".join(heavy.keys)}, {sums}
        FROM read_parquet({_paths(store, heavy)}) {rows}
        WHERE start >= '{window.first} 00:00:00+00' AND start < '{window.end} 00:00:00+00'
        GROUP BY ALL
    """  # noqa: S608 (nothing in it comes from outside)
    if heavy.wanted:
        order = ", ".join(f"{key} NULLS LAST" for key in heavy.keys)
        asked += f"ORDER BY {order} LIMIT {heavy.wanted}"
    return _totals(connection.sql(asked).to_arrow_table(), heavy)


def by_pandas(store: Store, heavy: Heavy) -> Totals:
    """Answer by pandas, which has dollars as floats, since sums of Decimals would take it minutes."""
    asked = heavy.question
    derived = SOURCES[asked.source].derived
    columns = [*dict.fromkeys(derived.get(key, key) for key in heavy.keys), *heavy.metrics]
    table = ds.dataset(_paths(store, heavy)).to_table(columns, between(asked.window))
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.float64()))
    frame = table.to_pandas()
    del table
    for key in set(heavy.keys) & set(derived):
        told = {text: read(text, key) for text in frame[derived[key]].unique()}
        frame[key] = frame[derived[key]].map(told)
    sums = frame.groupby([*heavy.keys], dropna=False, sort=False)[[*heavy.metrics]].sum()
    if heavy.wanted:
        sums = sums.reset_index().sort_values([*heavy.keys]).head(heavy.wanted)
    return Totals(len(sums), tuple(Decimal(str(sums[metric].sum())) for metric in heavy.metrics))


Way = Callable[[Store, Heavy], Totals]
WAYS: Mapping[str, Way] = {"app": by_the_app, "sql": by_sql, "pandas": by_pandas}


def agree(found: Totals, other: Totals, *, floats: bool = False) -> bool:
    """Return whether two ways found the same; those of floats may differ by their noise."""
    if not floats or found.rows != other.rows:
        return found == other
    pairs = zip(found.sums, other.sums, strict=True)
    return all(abs(a - b) <= Decimal("1e-9") * max(abs(a), abs(b)) for a, b in pairs)


def _paths(store: Store, heavy: Heavy) -> list[str]:
    asked = heavy.question
    return store.files(SOURCES[asked.source], asked.width, asked.window)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


@lru_cache
def _models(files: tuple[str, ...]) -> pa.Table:
    """Return the model of each line item, which the app too looks up only once."""
    items = _connection().sql(f"SELECT DISTINCT line_item FROM read_parquet({[*files]})")  # noqa: S608
    texts = [text for (text,) in items.fetchall()]
    return pa.table({"text": texts, "model": [read(text, "model") for text in texts]})


def _totals(table: pa.Table, heavy: Heavy) -> Totals:
    return Totals(table.num_rows, tuple(Decimal(pc.sum(table[m]).as_py() or 0) for m in heavy.metrics))
