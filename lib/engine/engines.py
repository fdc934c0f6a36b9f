"""The engines that answer questions, each by the scheme of the address that the settings name.

What is asked is written with Narwhals, which is the same for all; an engine says how rows are read,
collected and looked up.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import pyarrow as pa

from lib.catalog.schemas import partition, schema
from lib.catalog.sources import Source
from lib.engine import duckdb_scan
from lib.engine.rows import Rows
from lib.errors import SettingsError
from lib.periods.widths import Width
from lib.settings import LONGEST_QUESTION
from lib.store.usage_store import Store

P = ParamSpec("P")
Found = TypeVar("Found")
Texts = Mapping[str, tuple[str | None, ...]]


class Engine(Protocol):
    """What reads rows of Parquet files and adds them up."""

    @property
    def called(self) -> str:
        """Return the engine's name, as people read it, with where it is unless that is here."""

    @property
    def holds_rows(self) -> bool:
        """Return whether rows that are at hand are added up faster than stored ones."""

    def explained(self) -> AbstractContextManager[None]:
        """Raise what goes wrong within as StoreError, as EngineError or as TooLarge."""

    def scan(self, files: Sequence[str], columns: pa.Schema) -> Rows:
        """Return the rows of `files`, moments in UTC; one of `columns` that a file lacks is null there.

        Raises StoreError where a file is gone or broken.
        """

    def rows_in(self, table: pa.Table) -> Rows:
        """Return the rows of `table`, which are in memory, as those of a scan."""

    def collected(self, rows: Rows) -> pa.Table:
        """Return what `rows` come to; raise StoreError where they cannot be read, TooLarge as that says."""

    def with_lookup(self, rows: Rows, column: str, found: pa.Table) -> Rows:
        """Return `rows` (of a `scan` of this thread) with what `found` has for the text of `column`.

        The texts are the first column of `found`, each once; no name in it may be one of `rows`.
        """

    def texts(self, files: Sequence[str], column: str) -> Texts:
        """Return the texts that a column holds, by the file that holds them."""


def _spark(url: str, seconds: int) -> Engine:
    # It does not know this pandas, which nothing here asks it for; and who does not answer is said in words.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")
    try:
        from lib.engine.spark_connect import Spark  # nobody else waits for it to load
    except ImportError:
        msg = "[engine] url needs Spark's client: pip install -r requirements-spark.txt, and start again."
        raise SettingsError(msg) from None
    return Spark(url, seconds)


_BY_SCHEME: Mapping[str, Callable[[str, int], Engine]] = {"sc": _spark}
_UNKNOWN = (
    "[engine] url in .streamlit/secrets.toml, or USAGE_ENGINE_URL, is not the address of an engine that this "
    "app can ask, such as sc://host:15002 of a Spark Connect server. Leave it out, and DuckDB answers."
)


def engine_at(url: str | None, seconds: int = LONGEST_QUESTION) -> Engine:
    """Return the engine at an address, DuckDB within this process without one.

    One that is elsewhere is waited for as many `seconds` for each question. Raises SettingsError, which does
    not quote it, where no engine has such an address.
    """
    return duckdb_scan if url is None else _elsewhere(url, seconds)


@lru_cache(maxsize=4)
def _elsewhere(url: str, seconds: int) -> Engine:
    scheme, separator, _ = url.partition("://")
    opened = _BY_SCHEME.get(scheme) if separator else None
    if opened is None:
        raise SettingsError(_UNKNOWN)
    return opened(url, seconds)


def engine_of(store: Store) -> Engine:
    """Return the engine that answers questions about `store`."""
    return engine_at(store.engine_url, store.engine_seconds)


def explained(asks: Callable[Concatenate[Store, P], Found]) -> Callable[Concatenate[Store, P], Found]:
    """Return `asks`, which asks the engine of a store, with failures in the words of that engine.

    An engine that is elsewhere may fail as soon as a question is put together.
    """

    @wraps(asks)
    def asked(store: Store, /, *args: P.args, **more: P.kwargs) -> Found:
        with engine_of(store).explained():
            return asks(store, *args, **more)

    return asked


def stored_rows(store: Store, files: Sequence[str], source: Source, width: Width) -> Rows:
    """Return all rows of `files` of `store`, which hold a source's rows of some width."""
    columns = schema(source, width)
    in_address = columns.get_field_index(partition(width))
    return engine_of(store).scan(files, columns.remove(in_address))
