"""Rows of Parquet files as Apache Spark reads them: an engine of `lib.engine.engines`, on a cluster.

It is asked through Spark Connect. The cluster reads the store's files itself, at the addresses by which this
process knows them.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import grpc
import narwhals as nw
import pyarrow as pa
from cachetools import LRUCache
from pyspark.errors import ArithmeticException, PySparkException
from pyspark.errors.exceptions.connect import SparkConnectGrpcException, UnknownException
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession

from lib.configuration.store_address import OBJECTS
from lib.engine.question_time import QuestionTime, TimeIsUp
from lib.engine.rows import Rows, TooLarge
from lib.errors import EngineError, SettingsError, StoreError

_PORT = 15002
_IDLE = 20 * 60
"""The seconds after which a session is not asked any more: the server forgets it, after an hour as a rule."""
_PAUSE = 3
"""The seconds for which a server that did not answer is not asked again."""
_INTERRUPTING = 5
"""The seconds that it may take to tell the server that a question is not waited for any more."""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # A sum that passes what can be held is refused, not wrapped around.
    "spark.sql.ansi.enabled": "true",
    # Files are looked up where the question is planned, not by a job of a task for each.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "1000",
}
_TOO_LARGE = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE")
_UNREADABLE = ("FAILED_READ_FILE", "PATH_NOT_FOUND", "CANNOT_READ_FILE_FOOTER")
_SESSION_LOST = "INVALID_HANDLE"
_NO_OBJECTS = "S3AFileSystem not found"
_HADOOP_OBJECTS = "s3a://"
"""How the address of an object begins for Hadoop, by which Spark reads files."""
_SECRETS = ".streamlit/secrets.toml"
_WRONG = "[engine] url must be the address of a Spark Connect server, such as sc://host:15002."
_SIGNS = re.compile(r"[{}*?]")
_DETAILS = re.compile(r'details = "(.*)"')
_KINDS = {pa.string(): "STRING", pa.int64(): "BIGINT", pa.timestamp("us", "UTC"): "TIMESTAMP"}


class Spark:
    """The engine behind the Spark Connect server at `url`, which is asked only when it is needed.

    A question that takes longer than `seconds` is interrupted.
    """

    holds_rows = False

    def __init__(self, url: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Raise SettingsError, which does not quote `url`, where it is not the address of such a server."""
        self.called = f"Spark at {_place(url)}"
        self._way, self._clock = _way(url), clock
        self._time = QuestionTime(seconds, clock)
        self._way.add_interceptor(self._time)
        self._lock = threading.Lock()
        self._session: SparkSession | None = None
        self._asked_at = 0.0
        self._failed: tuple[float, EngineError] | None = None
        self._texts: LRUCache[tuple[str, str], tuple[str | None, ...]] = LRUCache(20_000)

    def scan(self, files: Sequence[str], columns: pa.Schema) -> Rows:
        """Return the rows of `files`, moments in UTC; one of `columns` that a file lacks is null there."""
        return nw.from_native(self._read(files, columns))

    def rows_in(self, table: pa.Table) -> Rows:
        """Return the rows of `table`, which are in memory, as those of a scan."""
        return nw.from_native(self._opened().createDataFrame(table))

    def collected(self, rows: Rows) -> pa.Table:
        """Return what `rows` come to; raise as `explained` does."""
        with self.explained():
            table: pa.Table = rows.to_native().toArrow()
            return table

    def with_lookup(self, rows: Rows, column: str, found: pa.Table) -> Rows:
        """Return `rows` with what `found` has for the text of `column`.

        The texts are the first column of `found`, each once; no name in it may be one of `rows`.
        """
        other = nw.from_native(rows.to_native().sparkSession.createDataFrame(found))
        return rows.join(other, how="left", left_on=column, right_on=found.schema.names[0])

    def texts(self, files: Sequence[str], column: str) -> dict[str, tuple[str | None, ...]]:
        """Return the texts that a column holds, by the file that holds them."""
        with self._lock:
            found = {file: self._texts[file, column] for file in files if (file, column) in self._texts}
        if unread := [file for file in files if file not in found]:
            named = {Path(file).name: file for file in unread}
            held: dict[str, list[str | None]] = {file: [] for file in unread}
            rows = self._read(unread, pa.schema([(column, pa.string())]))
            pairs = rows.selectExpr("_metadata.file_name AS file", f"`{column}`").distinct().toArrow()
            for name, text in zip(pairs["file"].to_pylist(), pairs[column].to_pylist(), strict=True):
                held[named[name]].append(text)
            found |= {file: tuple(texts) for file, texts in held.items()}
            with self._lock:
                self._texts.update({(file, column): found[file] for file in unread})
        return found

    def _read(self, files: Sequence[str], columns: pa.Schema) -> DataFrame:
        kinds = ", ".join(f"`{field.name}` {_kind(field.type)}" for field in columns)
        return self._opened().read.schema(kinds).parquet(*map(_pattern, files))

    def _opened(self) -> SparkSession:
        """Return the session, a new one where the server may have forgotten the last.

        Raises the last EngineError again where that was a moment ago: a page asks a dozen questions.
        """
        with self._lock:
            now = self._clock()
            if self._failed and now - self._failed[0] < _PAUSE:
                raise EngineError(str(self._failed[1]))
            if self._session is None or now - self._asked_at > _IDLE:
                self._session = self._new_session()
            self._asked_at = now
            return self._session

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Raise what goes wrong within as StoreError, as EngineError or as TooLarge."""
        with self._time.limited():
            try:
                yield
            except TimeIsUp:
                raise self._too_long() from None
            except ArithmeticException:
                raise TooLarge from None
            except (PySparkException, grpc.RpcError) as failure:
                raise self._told(failure) from None

    def _told(self, failure: PySparkException | grpc.RpcError) -> Exception:
        """Return in words why the server did not answer."""
        if _status(failure) is grpc.StatusCode.DEADLINE_EXCEEDED:
            return self._too_long()
        kind = (failure.getCondition() if isinstance(failure, PySparkException) else None) or ""
        if kind.startswith(_TOO_LARGE):
            return TooLarge()
        said = _first_line(failure)
        if _NO_OBJECTS in said:
            return EngineError(
                f"{self.called} cannot read a store in a bucket: its driver and workers lack hadoop-aws, of "
                "the version that their Hadoop has. docs/scale.md says what to start them with."
            )
        if kind.startswith(_UNREADABLE):
            return StoreError(
                f"{self.called} cannot read stored rows ({said}). Its workers have to see the store's "
                "files at the same address; `python -m lib verify` tells whether they are sound."
            )
        is_odd = not kind and isinstance(failure, UnknownException)
        if is_odd or (kind and not kind.startswith(_SESSION_LOST)):
            return EngineError(f"{self.called} cannot answer that ({said}). The log of its server says more.")
        return self._lost(said, is_back=bool(kind))

    def _too_long(self) -> EngineError:
        """Interrupt the question of this thread, and return in words that it took too long."""
        if self._session is not None and self._time.operation:
            with suppress(PySparkException, grpc.RpcError, TimeIsUp), self._time.extended(_INTERRUPTING):
                self._session.interruptOperation(self._time.operation)
        took = f"{self.called} did not answer within {self._time.seconds:g} seconds and was told to stop."
        if self._time.is_begun:
            return EngineError(f"{took} Ask for fewer days, or raise [engine] seconds ({_SECRETS}).")
        failed = EngineError(
            f"{took} No worker had begun: look whether it and its workers run, and who else asks it much."
        )
        with self._lock:
            self._failed = self._clock(), failed
        return failed

    def _new_session(self) -> SparkSession:
        session: SparkSession = SparkSession.builder.channelBuilder(self._way).create()
        # Somebody waits at a page: ten minutes of trying, as is usual for batches, would be too long.
        session.client.set_retry_policies(
            [DefaultPolicy(max_retries=3, initial_backoff=200, max_backoff=1000)]
        )
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        session.registerProgressHandler(self._time.progressed)  # type: ignore[arg-type]  # any callable will do
        return session

    def _lost(self, said: str, *, is_back: bool) -> EngineError:
        """Return in words that the session is lost; only one with a server that is gone is waited for."""
        if is_back:
            failed = EngineError(f"{self.called} was started again since it was last asked. Ask once more.")
        else:
            failed = EngineError(
                f"{self.called} does not answer ({said}). Start it, or take [engine] url out of {_SECRETS} "
                "(USAGE_ENGINE_URL out of the environment), and DuckDB answers."
            )
        with self._lock:
            self._session, self._failed = None, None if is_back else (self._clock(), failed)
        return failed


def _way(url: str) -> DefaultChannelBuilder:
    """Return the way to the server at an address."""
    # A connection that broke is tried again at once, not when all others to the same server may be.
    try:
        return DefaultChannelBuilder(url, [("grpc.use_local_subchannel_pool", 1)])
    except PySparkException:
        raise SettingsError(_WRONG) from None


def _place(url: str) -> str:
    """Return host and port of an address, of which the rest may hold a token."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host, port = None, _PORT
    if not host or "@" in parts.netloc:
        raise SettingsError(_WRONG)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _pattern(file: str) -> str:
    """Return the address of one file as a pattern, which is what Spark takes it for."""
    if file.startswith(OBJECTS):
        file = _HADOOP_OBJECTS + file.removeprefix(OBJECTS)
    return _SIGNS.sub(r"\\\g<0>", file if "://" in file else str(Path(file).absolute()))


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return _KINDS[kind]


def _status(failure: PySparkException | grpc.RpcError) -> grpc.StatusCode | None:
    """Return how the call ended that failed, as gRPC tells it."""
    if isinstance(failure, grpc.RpcError):
        return failure.code()
    return failure.getGrpcStatusCode() if isinstance(failure, SparkConnectGrpcException) else None


def _first_line(failure: Exception) -> str:
    told = _DETAILS.search(str(failure))
    return (told[1] if told else str(failure).strip().splitlines()[0])[:200]
