"""What is deleted, and what is never: with clocks that are moved, by the ages of files."""

import os
import shutil
import time
from pathlib import Path

import pyarrow as pa
import pytest

from lib.store import delta
from lib.store.delta import Table
from tests.superseded import put

COLUMNS = pa.schema([("n", pa.int64()), ("month", pa.string())])
HOUR, DAY = 3600.0, 86400.0


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return str(tmp_path / "table")


def replaced(table: Table, times: int, *, month: str = "2026-01") -> None:
    for n in range(times):
        put(table, pa.Table.from_pylist([{"n": n, "month": month}], COLUMNS), f"month = '{month}'")


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def parquet(uri: str) -> set[str]:
    return {str(path) for path in Path(uri).rglob("*.parquet") if "_delta_log" not in path.parts}


def stray(table: Table, name: str, age: float) -> str:
    """Return a file that no log entry names, as a writer leaves it, or a log that forgot it."""
    path = Path(table.files()[0]).with_name(name)
    shutil.copy(table.files()[0], path)
    aged(path, age)
    return str(path)


def tidied(table: Table) -> None:
    """Write until the table is tidied."""
    replaced(table, 20, month="2026-02")
    table.tidy()


def test_files_of_which_no_log_knows_are_deleted_after_a_day(uri: str) -> None:
    table = Table(uri, COLUMNS, "month")
    replaced(table, 1)
    old, young = stray(table, "part-old.parquet", DAY + 60), stray(table, "part-new.parquet", DAY - 60)

    tidied(table)

    assert (old in parquet(uri), young in parquet(uri)) == (False, True)


def test_what_a_reader_listed_an_hour_ago_is_there_however_old_the_files_are(uri: str) -> None:
    table = Table(uri, COLUMNS, "month")
    replaced(table, 1)
    listed = table.files()
    for file in listed:
        aged(Path(file), 400 * DAY)
    replaced(table, 1)

    tidied(table)

    assert set(listed) <= parquet(uri)
    assert listed[0] not in table.files()


def test_what_is_stored_is_kept_however_old_the_files_are(uri: str) -> None:
    table = Table(uri, COLUMNS, "month")
    replaced(table, 1)
    for file in parquet(uri):
        aged(Path(file), 400 * DAY)

    tidied(table)

    assert table.read().num_rows == 2


def test_files_that_were_set_aside_are_kept(uri: str) -> None:
    table = Table(uri, COLUMNS, "month")
    replaced(table, 1)
    table.set_aside(table.files())
    (kept,) = Path(uri, "_damaged").iterdir()
    aged(kept, 400 * DAY)

    tidied(table)

    assert kept.exists()


def test_files_bytes_and_log_stay_bounded_over_a_year(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The year passes between two commits: what is kept for an hour or a day is old at the next tidying.
    monkeypatch.setitem(delta._CONFIGURATION, "delta.deletedFileRetentionDuration", "interval 0 seconds")
    monkeypatch.setitem(delta._CONFIGURATION, "delta.logRetentionDuration", "interval 0 seconds")
    table = Table(uri, COLUMNS, "month")
    most_files = most_log = 0
    for week in range(52):
        month = f"2026-{week // 5 + 1:02}"
        replaced(table, 14, month=month)
        stray(table, f"part-{week}.parquet", 2 * DAY)
        for path in Path(uri).rglob("*"):
            if path.is_file():
                aged(path, 7 * DAY)
        table.tidy()
        most_files = max(most_files, len(parquet(uri)) - len(table.files()))
        most_log = max(most_log, len(list(Path(uri, "_delta_log").iterdir())))

    assert len(table.files()) == 11
    assert most_files <= 30
    assert most_log <= 150
