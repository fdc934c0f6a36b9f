from pathlib import Path

import pyarrow as pa
import pytest

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.store.delta import Table
from tests.stored import filled
from tests.superseded import put

COLUMNS = pa.schema([("n", pa.int64())])


def rows(*numbers: int) -> pa.Table:
    return pa.table({"n": pa.array(numbers, pa.int64())})


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(str(tmp_path / "table"), COLUMNS)


def test_a_table_that_nobody_wrote_to_has_no_rows(table: Table) -> None:
    assert table.row_count() == 0


def test_rows_of_all_files_are_counted_as_they_are_now(table: Table) -> None:
    table.append(rows(1, 2, 3))
    table.append(rows(4))
    assert table.row_count() == 4

    put(table, rows(2), "n <= 3")
    assert table.row_count() == 2


def test_a_store_counts_the_rows_of_a_source_at_a_width(tmp_path: Path) -> None:
    day = {"start": "2026-01-05", "input_tokens": 1}
    store = filled(tmp_path, "embeddings", day, day | {"model": "a"})

    assert store.row_count(SOURCES["embeddings"], Width.DAY) == 2
    assert store.row_count(SOURCES["embeddings"], Width.HOUR) == 0
    assert store.row_count(SOURCES["images"], Width.DAY) == 0
