"""Print sheets: text and tables as HTML for paper, whatever is in them drawn as text."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from lib.tables.columns import Column, ColumnType
from lib.wording import dates
from lib.wording import numbers as fmt

MOST = 40
"""Rows of a table that are printed; more would not fit on a page."""
STYLE = """<style>
@media screen { .print-sheet { display: none; } }
@media print {
  @page { size: A4; margin: 14mm; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
  [data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] > *:not(:has(.print-sheet)) {
    display: none !important;
  }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    display: block !important; position: static !important; height: auto !important;
    overflow: visible !important; background: #fff !important;
  }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  .print-sheet { color: #000; background: #fff; font: 9pt/1.35 sans-serif; }
  .print-sheet h2 { font-size: 10.5pt; margin: 4mm 0 1mm; padding: 0; color: #000; break-after: avoid; }
  .print-sheet p { font-size: 9pt; margin: 0 0 1mm; }
  .print-sheet .title { font-size: 15pt; font-weight: bold; }
  .print-sheet table { width: 100%; border-collapse: collapse; }
  .print-sheet th, .print-sheet td {
    border: 0; border-bottom: 0.2mm solid #bbb; padding: 0.5mm 1.5mm; text-align: left; color: #000;
  }
  .print-sheet .number { text-align: right; white-space: nowrap; }
  .print-sheet tr { break-inside: avoid; }
}
</style>"""
"""What shows a sheet on paper alone, and nothing else there."""


@dataclass(frozen=True)
class PrintedTable:
    """A table under its heading; of more rows than `MOST` the rest are counted."""

    heading: str
    rows: pd.DataFrame
    columns: Mapping[str, Column]


def sheet(title: str, lines: Iterable[str], tables: Sequence[PrintedTable]) -> str:
    """Return a sheet as HTML: a title, lines of text, and those tables that have rows."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    listed = "".join(table_html(table) for table in tables if len(table.rows))
    return f'<div class="print-sheet"><p class="title">{escape(title)}</p>{said}{listed}</div>'


def table_html(table: PrintedTable, most: int | None = MOST) -> str:
    """Return a table under its heading as HTML; of more than `most` rows the rest are counted."""
    columns = table.columns
    head = "".join(f"<th{_side(c)}>{escape(c.label)}</th>" for c in columns.values())
    body = "".join(
        "<tr>"
        + "".join(f"<td{_side(c)}>{escape(cell_text(row[n], c))}</td>" for n, c in columns.items())
        + "</tr>"
        for row in table.rows.head(most or len(table.rows)).to_dict("records")
    )
    rest = len(table.rows) - (most or len(table.rows))
    more = f"<p>And {fmt.counted(rest, 'more row')}, which the page has.</p>" if rest > 0 else ""
    head, body = f"<thead><tr>{head}</tr></thead>", f"<tbody>{body}</tbody>"
    return f"<h2>{escape(table.heading)}</h2><table>{head}{body}</table>{more}"


def _side(column: Column) -> str:
    return ' class="number"' if column.kind is ColumnType.NUMBER else ""


def cell_text(value: Any, column: Column) -> str:
    """Return a value as it stands on paper."""
    if value is None or pd.isna(value):
        return fmt.MISSING
    if column.kind is ColumnType.NUMBER:
        return fmt.usd(value, column.decimals) if column.format == "dollar" else _plain(value, column)
    if isinstance(value, dt.date):
        return dates.day(value)
    return str(value)


def _plain(value: Any, column: Column) -> str:
    return f"{float(value):.1%}" if column.format == "percent" else f"{value:,}"
