"""What the stored rows of each day come to: their number, and the sum of every number in them."""

import datetime as dt

import narwhals as nw

from lib.catalog.sources import Source
from lib.engine.engines import Engine, engine_of, stored_rows
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
    engine, names = engine_of(store), numbers(source)
    rows = stored_rows(store, files, source, width)
    days = rows.group_by(nw.col("start").dt.date().alias("day"))
    try:
        sums = days.agg(nw.len().alias("rows"), *(nw.col(name).sum() for name in names))
        found = engine.collected(sums).to_pylist()
    except TooLarge:
        return dict.fromkeys(_days(engine, rows))
    return {row["day"]: day_total(row["rows"], [row[name] for name in names]) for row in found}


def unreadable_files(store: Store, source: Source, width: Width) -> list[str]:
    """Return the files of a source whose numbers cannot be read."""
    return [file for file in store.files(source, width) if not _is_readable(store, file, source, width)]


def _is_readable(store: Store, file: str, source: Source, width: Width) -> bool:
    try:
        rows = stored_rows(store, [file], source, width)
        engine_of(store).collected(rows.select(*(nw.col(name).max() for name in ("start", *numbers(source)))))
    except StoreError:
        return False
    return True


def _days(engine: Engine, rows: Rows) -> list[dt.date]:
    days = rows.group_by(nw.col("start").dt.date().alias("day")).agg(nw.len())
    found: list[dt.date] = engine.collected(days)["day"].to_pylist()
    return found
