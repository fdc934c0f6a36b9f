import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.catalog.units import Unit
from lib.tables.columns import Column, ColumnType, column, text_column
from lib.tables.figure_files import TableFile, figure_files, row_files

TINY = Decimal("0.000000000000000001")
DAY = dt.date(2026, 11, 3)


def by_label(files: list[TableFile]) -> dict[str, bytes]:
    return {file.label: file.make() for file in files}


def saved(values: list[Any]) -> pa.ChunkedArray:
    """Return a column of a table as Parquet holds it."""
    rows = pd.DataFrame({"a": pd.Series(values, dtype=object), "unseen": "x"})
    made = by_label(figure_files(rows, {"a": text_column("A")}, dict))["Parquet"]
    table = pq.read_table(io.BytesIO(made))
    assert table.column_names == ["a"]
    return table["a"]


@pytest.mark.parametrize(
    ("values", "held"),
    [
        ([TINY, 2, None], [TINY, Decimal(2), None]),
        ([1, None, 3], [1, None, 3]),
        ([0.5, None, Decimal("0.25")], [0.5, None, 0.25]),
        (["a", None], ["a", None]),
        ([DAY, pd.NaT], [DAY, None]),
        ([Decimal(10) ** 30, Decimal(1)], [1e30, 1.0]),
        ([True, 1.5, "mixed"], ["True", "1.5", "mixed"]),
        ([2**70], [str(2**70)]),
        ([None], [None]),
    ],
)
def test_values_are_exact_where_they_can_be_held(values: list[Any], held: list[Any]) -> None:
    assert saved(values).to_pylist() == held


def test_a_workbook_has_the_table_as_shown_and_says_what_it_is() -> None:
    rows = pd.DataFrame({"day": [DAY], "usd": [Decimal("1.25")]}).astype(object)
    columns = {"usd": column("Billed (USD)", Unit.USD), "day": Column("Day (UTC)", ColumnType.DATE)}

    made = by_label(figure_files(rows, columns, lambda: {"Question": "What?"}))["Excel"]

    book = openpyxl.load_workbook(io.BytesIO(made))
    assert [cell.value for cell in book["Table"][1]] == ["Billed (USD)", "Day (UTC)"]
    assert book["Table"]["A2"].value == 1.25
    assert [cell.value for cell in book["About"][1]] == ["Question", "What?"]


def test_stored_rows_are_read_when_they_are_saved() -> None:
    asked = []

    def rows() -> pa.Table:
        asked.append(1)
        return pa.table({"n": [1]})

    files = row_files(rows, dict)

    assert asked == []
    assert pq.read_table(io.BytesIO(by_label(files)["Parquet"])).to_pylist() == [{"n": 1}]
    assert [(file.ending, bool(file.mime)) for file in files] == [("xlsx", True), ("parquet", True)]
