import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from lib.catalog.units import Unit
from lib.errors import ExportError
from lib.tables import workbook
from lib.tables.columns import Column, ColumnType, column, small_dollars_column, text_column
from lib.tables.workbook import DIGITS, Sheet, table_workbook, workbook_bytes

MOMENT = dt.datetime(2026, 11, 3, 14, tzinfo=dt.UTC)
PLAIN = MOMENT.replace(tzinfo=None)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet(name: str, **columns: tuple[Column, list[Any]]) -> Sheet:
    rows = pd.DataFrame({n: pd.Series(values, dtype=object) for n, (_, values) in columns.items()})
    return Sheet(name, rows, {n: about for n, (about, _) in columns.items()})


def cells(content: bytes, name: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in opened(content)[name].iter_rows()]


@pytest.mark.parametrize(
    ("about", "value", "held", "shape"),
    [
        (column("Billed", Unit.USD), Decimal("1.25"), 1.25, "$#,##0.00"),
        (column("Share", Unit.SHARE), 0.5, 0.5, "0.0%"),
        (column("Requests", Unit.REQUESTS), 12, 12, "#,##0"),
        (column("Per request", Unit.USD_PER_REQUEST), Decimal("0.00002"), 0.00002, "$#,##0.00000"),
        (small_dollars_column("Per ticket", 4), Decimal("-0.0045"), -0.0045, "$#,##0.0000"),
        (Column("Day", ColumnType.DATE), dt.date(2026, 11, 3), PLAIN.replace(hour=0), "yyyy-mm-dd"),
        (Column("At", ColumnType.TIME), MOMENT, PLAIN, "yyyy-mm-dd hh:mm:ss"),
        (Column("At", ColumnType.TIME), pd.Timestamp(MOMENT), PLAIN, "yyyy-mm-dd hh:mm:ss"),
    ],
)
def test_numbers_and_dates_are_numbers_and_dates(about: Column, value: Any, held: Any, shape: str) -> None:
    made = opened(workbook_bytes([sheet("Rows", a=(about, [value]))], {}))["Rows"]

    assert made["A1"].value == about.label
    assert (made["A2"].value, made["A2"].number_format) == (held, shape)


@pytest.mark.parametrize("text", ["=1+1", "http://a.example", "007", "+49", "@x", "名前"])
def test_text_stays_text(text: str) -> None:
    made = opened(workbook_bytes([sheet("Rows", a=(text_column("Name"), [text]))], {}))["Rows"]["A2"]

    assert (made.value, made.data_type, made.hyperlink) == (text, "s", None)


def test_what_is_missing_is_an_empty_cell_and_what_is_no_number_is_said() -> None:
    values = [None, float("nan"), pd.NaT, float("inf"), True]
    made = cells(workbook_bytes([sheet("Rows", a=(Column("A", ColumnType.NUMBER), values))], {}), "Rows")

    assert made[1:] == [[None], [None], [None], ["inf"], [True]]


def test_the_last_sheet_says_what_the_others_are_and_what_columns_mean() -> None:
    rows = sheet("Rows", a=(column("Billed", Unit.USD, "What OpenAI billed"), [1]))

    assert cells(workbook_bytes([rows], {"Period": "1–7 Nov 2026"}), "About") == [
        ["Period", "1–7 Nov 2026"],
        ["Digits", DIGITS],
        ["Billed", "What OpenAI billed"],
    ]


def test_sheets_have_names_that_spreadsheets_take_each_once() -> None:
    named = ["By project/key [all]", "About", "x" * 40, "X" * 40, "x" * 31, "", "'quoted'"]

    found = opened(workbook_bytes([sheet(name) for name in named], {})).sheetnames

    assert found == [
        "By project key  all",
        "About 2",
        "x" * 31,
        "X" * 29 + " 2",
        "x" * 29 + " 3",
        "Table",
        "quoted",
        "About",
    ]


def test_the_same_table_is_the_same_file() -> None:
    rows = sheet("Rows", a=(column("Billed", Unit.USD), [Decimal(1)]))

    assert workbook_bytes([rows], {"a": "b"}) == workbook_bytes([rows], {"a": "b"})


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)

    with pytest.raises(ExportError, match="A sheet holds 1 rows, and there are 2"):
        workbook_bytes([sheet("Rows", a=(text_column("A"), ["a", "b"]))], {})


def test_an_arrow_table_has_its_own_names_and_the_columns_that_are_told() -> None:
    table = pa.table({"start": [MOMENT], "project_id": ["proj_a"], "cost_usd": [Decimal("1.5")], "n": [3]})

    content = table_workbook(table, {"cost_usd": column("cost_usd", Unit.USD), "gone": text_column("x")}, {})

    made = opened(content)["Rows"]
    assert cells(content, "Rows") == [
        ["start", "project_id", "cost_usd", "n"],
        [PLAIN, "proj_a", 1.5, 3],
    ]
    assert made["C2"].number_format == "$#,##0.00"
