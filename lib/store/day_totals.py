"""What a day's rows come to, for rows that are at hand; `lib.engine.stored_totals` asks it of stored ones."""

import datetime as dt
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.sources import Source
from lib.store.records.coverage import DayTotal

_MOST = Decimal(10) ** 20
_MOST_COUNTED = 2**63 - 1
_PLACES = Decimal("1E-18")
_WIDE = Context(prec=76)


def numbers(source: Source) -> tuple[str, ...]:
    """Return the columns of a source that hold numbers."""
    return (*source.metric_names, *(["other_amount"] if source.is_money else []))


def day_total(rows: int, sums: Iterable[Decimal | int | None]) -> DayTotal | None:
    """Return the total of a day with the `sums` of its columns, None where no record can hold it."""
    with localcontext(_WIDE):
        amount = Decimal(sum(value for value in sums if value is not None)).quantize(_PLACES)
    return DayTotal(rows, amount) if abs(amount) < _MOST else None


def table_totals(table: pa.Table, source: Source) -> dict[dt.date, DayTotal | None]:
    """Return what the rows of `table` come to by day, None where that cannot be told exactly.

    A day without rows is left out.
    """
    names = numbers(source)
    numbered = table.select(names).append_column("day", table["start"].cast(pa.date32()))
    days = numbered.group_by("day").aggregate([("day", "count"), *((name, "sum") for name in names)])
    exact = all(_is_summable(table[name]) for name in names)
    return {
        row["day"]: day_total(row["day_count"], [row[f"{name}_sum"] for name in names]) if exact else None
        for row in days.to_pylist()
    }


def _is_summable(column: pa.ChunkedArray) -> bool:
    """Return whether no sum of the column's values can pass what Arrow holds, beyond which it wraps."""
    ends = pc.min_max(column).as_py()
    largest = max(abs(ends["min"] or 0), abs(ends["max"] or 0))
    return bool(largest * len(column) <= (_MOST_COUNTED if pa.types.is_integer(column.type) else _MOST))
