"""What the stored rows of each day come to: their number, and the sum of every number in them.

DuckDB reads them, whichever engine answers questions: a file must not be taken for broken because another
machine does not see it.
"""

import datetime as dt

import narwhals as nw

from lib.catalog.schemas import schema
from lib.catalog.sources import Source
from lib.engine.duckdb_scan import collected, scan
from lib.engine.rows import Rows, TooLarge
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.store.day_totals import day_total, numbers
from lib.store.records.coverage import DayTotal
from lib.store.usage_store import Store


def stored_totals(store: Store, source: Source, width: Width) -> dict[dt.date, DayTotal | None]:
    """Return what the stored rows of each day come to, None where that cannot be told exactly.

    A day without rows is left out. Raises StoreError where a file cannot be read.
    """
    files = store.files(source, width)
    if not files:
        return {}
    names, rows = numbers(source), scan(files, schema(source, width))
    days = rows.group_by(nw.col("start").dt.date().alias("day"))
    try:
        sums = days.agg(nw.len().alias("rows"), *(nw.col(name).sum() for name in names))
        found = collected(sums).to_pylist()
    except TooLarge:
        return dict.fromkeys(_days(rows))
    return {row["day"]: day_total(row["rows"], [row[name] for name in names]) for row in found}


def unreadable_files(store: Store, source: Source, width: Width) -> list[str]:
    """Return the files of a source whose numbers cannot be read."""
    return [file for file in store.files(source, width) if not _is_readable(file, source, width)]


def _is_readable(file: str, source: Source, width: Width) -> bool:
    try:
        rows = scan([file], schema(source, width))
        collected(rows.select(*(nw.col(name).max() for name in ("start", *numbers(source)))))
    except StoreError:
        return False
    return True


def _days(rows: Rows) -> list[dt.date]:
    days = rows.group_by(nw.col("start").dt.date().alias("day")).agg(nw.len())
    found: list[dt.date] = collected(days)["day"].to_pylist()
    return found
