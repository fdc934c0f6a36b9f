"""How long the heaviest questions of the pages take at so many million rows, by whom they are answered.

`python -m tests.benchmarks.scale 1 10` prints the tables of docs/scale.md. Every figure is taken in a process
that does nothing else. All ways have to agree before any time is told.
"""

import argparse
import datetime as dt
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lib.engine.duckdb_scan import limit_memory
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import EngineError
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store
from tests.benchmarks.a_year import most_megabytes
from tests.benchmarks.apart import apart
from tests.benchmarks.heavy_questions import Heavy, heaviest
from tests.benchmarks.large import BRANCH, grow
from tests.benchmarks.outcomes import Api
from tests.benchmarks.overview import YEAR, fill
from tests.benchmarks.rounds import Disagreement
from tests.benchmarks.server import serving
from tests.benchmarks.ways import WAYS, Totals, agree
from tests.spark.cluster import Cluster

MILLION = 1_000_000
PANDAS_MOST = 50 * MILLION
"""Of more rows than these pandas does not hold one question in 16 GB."""
_AGAIN = 5
_SPARK_AGAIN = 2
_SPARK_MEGABYTES = 2048
_PATIENCE = 1_000


@dataclass(frozen=True)
class Made:
    """A store: how many rows it holds, until which day, in how many bytes, and how long it took to make."""

    rows: int
    today: str
    megabytes: float
    seconds: float
    processor: float

    @property
    def heaviest(self) -> list[Heavy]:
        """Return the heaviest questions of its last days."""
        return heaviest(dt.date.fromisoformat(self.today))


@dataclass(frozen=True)
class Taken:
    """The seconds of a question, asked first and again at best, those of all processors, and the memory."""

    first: float
    again: float
    processor: float
    megabytes: float
    totals: Totals


def made(api: Api, folder: Path, rows: int) -> Made:
    """Return the store in a folder, which is made where it is not there yet."""
    about = folder / "made.json"
    if not about.exists():
        small, large = Store(str(folder / "small")), Store(str(folder / "store"))
        fill(api, small)
        today = api.now.date()
        year = Window(today - YEAR + ONE_DAY, today + ONE_DAY)
        began, processor = time.perf_counter(), time.process_time()
        grown = grow(small, large, year, api.now, branches=rows / BRANCH)
        took, worked = time.perf_counter() - began, time.process_time() - processor
        size = sum(file.stat().st_size for file in (folder / "store").rglob("*.parquet")) / 2**20
        about.write_text(json.dumps(vars(Made(grown, today.isoformat(), size, took, worked))))
    return Made(**json.loads(about.read_text()))


def taken(
    way: str, uri: str, engine: str | None, heavy: Heavy, times: int, megabytes: int | None = None
) -> Taken:
    """Return what a question takes in this process, asked first and then again so many times.

    DuckDB may take so many `megabytes`, or as many as usual.
    """
    limit_memory(megabytes)
    logging.disable(logging.WARNING)
    store = Store(uri)
    store.engine_url, store.engine_seconds = engine, _PATIENCE
    if engine:  # no question is charged with opening the session
        answer(store, Question("images", heavy.question.window))
    seconds, processor, totals = [], [], set()
    for _ in range(times + 1):
        began, worked = time.perf_counter(), time.process_time()
        totals.add(WAYS[way](store, heavy))
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
    (found,) = totals
    return Taken(seconds[0], min(seconds[1:]), min(processor[1:]), most_megabytes(), found)


def in_turns(uri: str, heavy: Heavy, times: int) -> tuple[Taken, float]:
    """Return what plain SQL takes, and how many times its processor time the app takes, asked in turns."""
    store, seconds, processor = Store(uri), [], {"sql": [], "app": []}
    for _ in range(times + 1):
        for way, spent in processor.items():
            began, worked = time.perf_counter(), time.process_time()
            totals = WAYS[way](store, heavy)
            spent.append(time.process_time() - worked)
            if way == "sql":
                seconds.append(time.perf_counter() - began)
                found = totals
    sql, app = (min(spent[1:]) for spent in processor.values())
    return Taken(seconds[0], min(seconds[1:]), sql, most_megabytes(), found), app / sql


@dataclass(frozen=True)
class Row:
    """What one question takes, way by way, and how many times plain SQL's processor time the app takes."""

    name: str
    ways: Mapping[str, Taken]
    ratio: float


def measured(uri: str, about: Made, spark: str | None, megabytes: int | None) -> Iterator[Row]:
    """Yield what each of the heaviest questions takes; raise Disagreement where ways do not agree."""
    for heavy in about.heaviest:
        sql, ratio = apart(in_turns, uri, heavy, _AGAIN)
        ways = {"sql": sql, "app": apart(taken, "app", uri, None, heavy, _AGAIN, megabytes)}
        if about.rows <= PANDAS_MOST:
            ways["pandas"] = apart(taken, "pandas", uri, None, heavy, 1)
        if spark:
            with suppress(EngineError):  # an answer may be larger than the cluster can hand over
                ways["spark"] = apart(taken, "app", uri, spark, heavy, _SPARK_AGAIN)
        for way, found in ways.items():
            if not agree(sql.totals, found.totals, floats=way == "pandas"):
                raise Disagreement(f"{heavy.name}: {way} found {found.totals}, not {sql.totals}.")
        yield Row(heavy.name, ways, ratio)


def heading(about: Made) -> str:
    """Return what a store is, and the head of its table, as Markdown."""
    speed = about.rows / about.processor
    return (
        f"\n{about.rows:,} rows of a year in {about.megabytes:,.0f} MB, made in {about.seconds:.0f} s "
        f"({speed:,.0f} rows for each second of a processor).\n\n"
        "| question | rows of the answer | DuckDB: first | again | its own SQL | ratio | memory "
        "| pandas: again | memory | Spark: first | again |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n"
    )


def line(row: Row) -> str:
    """Return a question's row of the table."""
    app, pandas, spark = row.ways["app"], row.ways.get("pandas"), row.ways.get("spark")
    told = [
        row.name,
        f"{app.totals.rows:,}",
        _said(app.first),
        _said(app.again),
        _said(row.ways["sql"].again),
    ]
    told += [f"{row.ratio:.2f}", f"{app.megabytes:,.0f} MB"]
    told += [_said(pandas.again), f"{pandas.megabytes:,.0f} MB"] if pandas else ["", ""]
    told += [_said(spark.first), _said(spark.again)] if spark else ["", ""]
    return f"| {' | '.join(told)} |\n"


def _said(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"


@contextmanager
def _folder(kept: str | None) -> Iterator[Path]:
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def main() -> None:
    """Measure and print, size by size."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale")
    parser.add_argument("sizes", nargs="*", type=float, default=[1, 10], help="in millions of rows")
    parser.add_argument("--folder", help="where stores are kept for another time")
    parser.add_argument("--without-spark", action="store_true")
    parser.add_argument("--memory-mb", type=int, help="how much DuckDB may take within the app")
    chosen = parser.parse_args()
    with _folder(chosen.folder) as folder, serving(0) as api:
        for size in chosen.sizes:
            own = folder / f"{size:g}"
            own.mkdir(exist_ok=True)
            about, uri = apart(made, api, own, int(size * MILLION)), str(own / "store")
            sys.stdout.write(heading(about))
            with _spark(started=not chosen.without_spark) as spark:
                for row in measured(uri, about, spark, chosen.memory_mb):
                    sys.stdout.write(line(row))
                    sys.stdout.flush()


@contextmanager
def _spark(*, started: bool) -> Iterator[str | None]:
    if not started:
        yield None
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster(Path(folder), megabytes=_SPARK_MEGABYTES) as cluster,
    ):
        yield cluster.url


if __name__ == "__main__":
    main()
