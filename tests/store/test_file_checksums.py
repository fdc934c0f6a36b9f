from pathlib import Path

import pyarrow as pa
import pytest

from lib.store.delta import Table
from lib.store.file_checksums import FileChecksums
from tests.superseded import put

COLUMNS = pa.schema([("word", pa.string()), ("month", pa.string())])


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Return a table with a file of its own in each of two folders."""
    found = Table(f"{tmp_path}/costs/day", COLUMNS, "month")
    for month in ("2026-01", "2026-02"):
        found.append(pa.table({"word": ["grey"], "month": [month]}, COLUMNS))
    return found


def change(file: str) -> None:
    content = Path(file).read_bytes()
    Path(file).write_bytes(content.replace(b"grey", b"gray"))


def test_a_file_that_changed_since_it_was_recorded_is_altered(tmp_path: Path, table: Table) -> None:
    FileChecksums(str(tmp_path)).record([table])
    assert FileChecksums(str(tmp_path)).altered(table) == []

    change(table.files()[1])

    assert FileChecksums(str(tmp_path)).altered(table) == [table.files()[1]]


def test_a_file_that_was_never_recorded_or_is_gone_is_not_altered(tmp_path: Path, table: Table) -> None:
    sums = FileChecksums(str(tmp_path))
    change(table.files()[0])
    assert sums.altered(table) == []

    sums.record([table])
    Path(table.files()[0]).unlink()

    assert sums.altered(table) == []


def test_what_was_recorded_of_a_file_stays_when_others_come(tmp_path: Path, table: Table) -> None:
    sums = FileChecksums(str(tmp_path))
    sums.record([table])
    old = table.files()
    change(old[0])

    table.append(pa.table({"word": ["red", "red"], "month": ["2026-01", "2026-02"]}, COLUMNS))
    sums.record([table])

    assert sums.altered(table) == [old[0]]


def test_of_files_that_were_replaced_nothing_is_kept(tmp_path: Path, table: Table) -> None:
    sums = FileChecksums(str(tmp_path))
    sums.record([table])

    put(table, pa.table({"word": ["red"], "month": ["2026-01"]}, COLUMNS), "month = '2026-01'")
    sums.record([table])

    known = {f"{tmp_path}/{folder}/{name}" for folder, names in sums.log.read().items() for name in names}
    assert known == set(table.files())


def test_nothing_is_recorded_where_no_file_is_new(tmp_path: Path, table: Table) -> None:
    FileChecksums(str(tmp_path)).record([table])
    before = FileChecksums(str(tmp_path)).log.version()

    FileChecksums(str(tmp_path)).record([table])

    assert FileChecksums(str(tmp_path)).log.version() == before


def test_a_store_that_was_moved_keeps_its_checksums(tmp_path: Path, table: Table) -> None:
    FileChecksums(str(tmp_path)).record([table])
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(moved)
    there = Table(f"{moved}/costs/day", COLUMNS, "month")
    change(there.files()[0])

    assert FileChecksums(str(moved)).altered(there) == [there.files()[0]]
