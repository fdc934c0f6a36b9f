"""Tables as a workbook for spreadsheets: real numbers and dates, and a sheet that says what they are."""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.errors import ExportError
from lib.tables.columns import Column, ColumnType

MOST_ROWS = 1_048_575
"""Rows of a sheet beneath its header, by the format."""
ABOUT = "About"
DIGITS = (
    "Numbers are rounded to 15 digits, as spreadsheets hold them; the CSV and Parquet files hold every digit."
)
_FORMATS = {
    "dollar": "$#,##0.00",
    "percent": "0.0%",
    "%.2f×": '0.00"×"',
    "%,d": "#,##0",
    "%d": "0",
    "bytes": "#,##0",
    "localized": "#,##0.##########",
}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the same for all, so that the same numbers are the same file


@dataclass(frozen=True)
class Sheet:
    """A table under the labels of `columns`; each number as its column's format says."""

    name: str
    rows: pd.DataFrame
    columns: Mapping[str, Column]


def workbook_bytes(sheets: Sequence[Sheet], about: Mapping[str, str]) -> bytes:
    """Return a workbook with a sheet for each table, and a last one with `about` and what columns mean.

    The same tables make the same bytes. Text is never read as a formula or a link. Raises ExportError where a
    table has more rows than a sheet holds.
    """
    import xlsxwriter  # only who saves a workbook waits for it

    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS:
            msg = (
                f"A sheet holds {MOST_ROWS:,} rows, and there are {len(sheet.rows):,}. Ask for fewer days or "
                "dimensions, or for CSV or Parquet."
            )
            raise ExportError(msg)
    sink = io.BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sink, {"in_memory": True, **as_text}) as book:
        book.set_properties({"created": _MADE})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        names = _names([sheet.name for sheet in sheets])
        for name, sheet in zip(names, sheets, strict=True):
            _write(book, book.add_worksheet(name), sheet, bold)
        page = book.add_worksheet(ABOUT)
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 100, wrapped)
        meant = {c.label: c.help for sheet in sheets for c in sheet.columns.values() if c.help}
        for row, (label, text) in enumerate([*about.items(), ("Digits", DIGITS), *meant.items()]):
            page.write_string(row, 0, label, bold)
            page.write_string(row, 1, text[:_LONGEST_TEXT])
    return sink.getvalue()


def table_workbook(table: pa.Table, columns: Mapping[str, Column], about: Mapping[str, str]) -> bytes:
    """Return `workbook_bytes` of an Arrow table, its columns by their own names."""
    rows = pd.DataFrame({n: pd.Series(table[n].to_pylist(), dtype=object) for n in table.column_names})
    usual = {field.name: _column_of(field) for field in table.schema}
    return workbook_bytes(
        [Sheet("Rows", rows, {**usual, **{n: columns[n] for n in usual if n in columns}})], about
    )


def _column_of(field: pa.Field) -> Column:
    if pa.types.is_timestamp(field.type):
        return Column(field.name, ColumnType.TIME)
    if pa.types.is_decimal(field.type):
        return Column(field.name, ColumnType.NUMBER, "localized")
    return Column(field.name, ColumnType.NUMBER if pa.types.is_integer(field.type) else ColumnType.TEXT)


def _write(book: Any, page: Any, sheet: Sheet, bold: Any) -> None:
    page.freeze_panes(1, 0)
    for at, (name, column) in enumerate(sheet.columns.items()):
        page.write_string(0, at, column.label, bold)
        shape = book.add_format({"num_format": number_format(column)})
        values = sheet.rows[name].tolist()
        width = max((len(str(v)) for v in values[:200] if isinstance(v, str)), default=0)
        page.set_column(at, at, min(60, max(12, len(column.label) + 2, width)))
        for row, value in enumerate(values, 1):
            _write_cell(page, row, at, value, shape)


def _write_cell(page: Any, row: int, at: int, value: Any, shape: Any) -> None:
    if _is_missing(value):
        return
    if isinstance(value, bool):
        page.write_boolean(row, at, value)
    elif isinstance(value, (int, float, Decimal)):
        number = float(value)
        if math.isfinite(number):
            page.write_number(row, at, number, shape)
        else:
            page.write_string(row, at, str(value))
    elif isinstance(value, dt.datetime):
        page.write_datetime(row, at, _naive(value), shape)
    elif isinstance(value, dt.date):
        page.write_datetime(row, at, value, shape)
    else:
        page.write_string(row, at, str(value)[:_LONGEST_TEXT])


def number_format(column: Column) -> str:
    """Return the format of a column's cells in the words of spreadsheets."""
    if column.kind is ColumnType.DATE:
        return "yyyy-mm-dd"
    if column.kind is ColumnType.TIME:
        return "yyyy-mm-dd hh:mm:ss"
    if column.small:
        return f"$#,##0.{'0' * column.small}"
    return _FORMATS.get(column.format or "", "General")


def _names(wanted: Iterable[str]) -> list[str]:
    """Return names that sheets can have: short, each once, whatever its case, without their special signs."""
    found: list[str] = []
    for name in wanted:
        plain = _NOT_IN_NAMES.sub(" ", name).strip()[:_LONGEST_NAME] or "Table"
        taken, nth = {ABOUT.lower(), "history", *(n.lower() for n in found)}, 2
        one = plain
        while one.lower() in taken:
            one = f"{plain[: _LONGEST_NAME - len(str(nth)) - 1]} {nth}"
            nth += 1
        found.append(one)
    return found


def _naive(moment: dt.datetime) -> dt.datetime:
    # Spreadsheets know no time zones: a moment is what the clocks of its zone showed, here nearly always UTC.
    plain = moment.to_pydatetime(warn=False) if isinstance(moment, pd.Timestamp) else moment
    return plain.replace(tzinfo=None)


def _is_missing(value: Any) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value)))
