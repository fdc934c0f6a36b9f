"""DuckDB keeps to a limit of memory, puts what does not fit into files, and says where neither has room."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lib.engine import duckdb_memory, duckdb_scan
from lib.errors import StoreError

LARGE = """
    SELECT count(*) FROM (
        SELECT hash(i) AS key, i || ' of a text that takes more room than a number' AS text
        FROM range(3_000_000) AS numbers(i) GROUP BY ALL
    )
"""
"""A question of which 100 MB hold a part only."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for what does not fit into memory."""
    monkeypatch.setattr(duckdb_memory, "private_folder", lambda: tmp_path)
    duckdb_memory.spill_folder.cache_clear()
    yield tmp_path / "spill"
    duckdb_memory.spill_folder.cache_clear()


@pytest.fixture
def _usual_limit() -> Iterator[None]:
    yield
    duckdb_scan.limit_memory(None)


def asked() -> list[tuple[int]]:
    with duckdb_scan.explained(), duckdb_memory.database("100MB") as database:
        database.execute("SET threads = 2")  # each of them needs some memory
        return database.sql(LARGE).fetchall()


def test_what_does_not_fit_into_memory_is_answered_by_way_of_files() -> None:
    assert asked() == [(3_000_000,)]


def test_without_a_folder_it_is_said_that_memory_does_not_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_memory, "private_folder", fail)

    with pytest.raises(
        StoreError,
        match=r"^There is not enough memory to read that many rows at once\. "
        r"Ask for fewer days, or allow more by \[engine\] memory_mb in the settings\.$",
    ):
        asked()


def test_a_disk_that_does_not_take_the_files_is_not_taken_for_broken_rows(folder: Path) -> None:
    folder.write_text("in the way")

    with pytest.raises(
        StoreError,
        match=rf"what does not fit cannot be kept in {folder} \(.+\)\. Ask for fewer days, or make room",
    ):
        asked()


def test_nobody_else_may_look_into_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    duckdb_memory.spill_folder.cache_clear()

    assert Path(duckdb_memory.spill_folder()).parent.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("_usual_limit")
def test_all_questions_of_a_process_keep_to_the_limit_that_is_set() -> None:
    duckdb_scan.limit_memory(512)

    assert duckdb_scan.memory_limit() == "488.2 MiB"


def test_without_one_they_take_a_quarter_of_the_machine() -> None:
    with duckdb.connect(config={"memory_limit": "25%"}) as database:
        quarter = database.sql("SELECT current_setting('memory_limit')").fetchall()[0][0]

    assert duckdb_scan.memory_limit() == quarter


def fail() -> Path:
    raise OSError("There is no folder for temporary files.")
