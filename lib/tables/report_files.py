"""Reports as files that stand by themselves: HTML that prints on A4, Markdown, and a workbook."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from lib.tables.print_sheet import PrintedTable, cell_text, table_html
from lib.tables.workbook import Sheet, workbook_bytes

_STYLE = """
@page { size: A4; margin: 14mm; }
body {
  font: 10pt/1.4 sans-serif; color: #111; background: #fff;
  max-width: 186mm; margin: 8mm auto; padding: 0 4mm;
}
h1 { font-size: 16pt; margin: 0 0 2mm; }
h2 { font-size: 11pt; margin: 6mm 0 1mm; break-after: avoid; }
p { margin: 0 0 2mm; }
dl { display: flex; flex-wrap: wrap; gap: 3mm 10mm; margin: 4mm 0; }
dt { color: #555; }
dd { margin: 0; font-size: 14pt; font-weight: bold; }
figure { margin: 4mm 0; }
figure svg { width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { border-bottom: 0.2mm solid #bbb; padding: 0.6mm 1.5mm; text-align: left; }
.number { text-align: right; white-space: nowrap; }
tr { break-inside: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } .wide { overflow: visible; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


def as_html(
    title: str, lines: Iterable[str], numbers: Mapping[str, str], tables: Sequence[PrintedTable], svg: bytes
) -> bytes:
    """Return a page that asks no server for anything, its picture within it."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in numbers.items())
    body = "".join(f'<div class="wide">{table_html(table, most=None)}</div>' for table in _filled(tables))
    figure = svg.decode().removeprefix('<?xml version="1.0" encoding="utf-8"?>')
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{said}<dl>{listed}</dl>"
        f"<figure>{figure}</figure>{body}</body></html>\n"
    ).encode()


def as_markdown(
    title: str, lines: Iterable[str], numbers: Mapping[str, str], tables: Sequence[PrintedTable]
) -> bytes:
    """Return the text, the numbers and the tables; names are never read as Markdown."""
    parts = [f"# {_plain(title)}", *map(_plain, lines)]
    parts.append("\n".join(f"- {_plain(label)}: {_plain(number)}" for label, number in numbers.items()))
    for table in _filled(tables):
        rows = [
            [_plain(column.label) for column in table.columns.values()],
            ["---:" if column.is_number else "---" for column in table.columns.values()],
        ]
        rows += [
            [_plain(cell_text(row[name], column)) for name, column in table.columns.items()]
            for row in table.rows.to_dict("records")
        ]
        parts += [f"## {_plain(table.heading)}", "\n".join(f"| {' | '.join(row)} |" for row in rows)]
    return ("\n\n".join(parts) + "\n").encode()


def as_workbook(
    title: str, lines: Iterable[str], numbers: Mapping[str, str], tables: Sequence[PrintedTable]
) -> bytes:
    """Return a workbook: what it is and the numbers on the first sheet, each table on one of its own."""
    about = {"What": title, **numbers, **{f"Note {nth}": line for nth, line in enumerate(lines, 1)}}
    return workbook_bytes([Sheet(t.heading, t.rows, t.columns) for t in _filled(tables)], about)


def _filled(tables: Iterable[PrintedTable]) -> list[PrintedTable]:
    return [table for table in tables if len(table.rows)]


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
