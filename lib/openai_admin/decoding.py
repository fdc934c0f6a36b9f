"""Answers of the API → Arrow tables with a fixed schema for each source."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME, partition, schema
from lib.catalog.sources import Source
from lib.errors import UnexpectedResponse
from lib.openai_admin import Part
from lib.periods.widths import Width

_PLACES = Decimal("1E-18")
_WIDE = Context(prec=76)
_CURRENCY = "usd"
_TRUTH = {True: "true", False: "false", "": None}


def table(source: Source, width: Width, parts: Iterable[Part]) -> pa.Table:
    """Return the rows of `parts` in the source's schema.

    Unknown fields are left out, missing counts and amounts are 0. Buckets that begin outside a part's
    window are left out too: the window that holds them is asked for by itself. Raises
    UnexpectedResponse where something is not what the API documents.
    """
    columns = schema(source, width)
    return pa.concat_tables([columns.empty_table(), *(_part_table(source, width, p, columns) for p in parts)])


def _part_table(source: Source, width: Width, part: Part, columns: pa.Schema) -> pa.Table:
    starts, rows = _rows(source, part)
    arrays = {name: _text(source, name, [r.get(name) for r in rows]) for name in source.dimensions}
    if source.is_money:
        arrays |= _billed(source, rows)
    else:
        arrays |= {name: _counts(source, name, [r.get(name) for r in rows]) for name in source.metric_names}
    labels = _labels(starts, 7 if width is Width.DAY else 10)
    arrays["start"] = pa.array([s * 1_000_000 for s in starts], pa.int64()).cast(TIME)
    arrays["slice"] = pa.repeat(pa.scalar(part.slice, pa.string()), len(rows))
    arrays[partition(width)] = pa.array(labels, pa.string())
    return pa.table([arrays[name] for name in columns.names], schema=columns)


def _rows(source: Source, part: Part) -> tuple[list[int], list[dict[str, Any]]]:
    """Return every result of the part with the Unix time at which its bucket begins."""
    starts: list[int] = []
    rows: list[dict[str, Any]] = []
    for bucket in part.buckets:
        start = bucket.get("start_time") if isinstance(bucket, dict) else None
        results = bucket.get("results") if isinstance(bucket, dict) else None
        if type(start) is not int or not isinstance(results, list):
            raise _unexpected(source, "a bucket without a start_time or results")
        if part.window.start_time <= start < part.window.end_time:
            starts += [start] * len(results)
            rows += results
    if not all(isinstance(row, dict) for row in rows):
        raise _unexpected(source, "a result that is not an object")
    return starts, rows


def _labels(starts: Sequence[int], length: int) -> list[str]:
    known = {s: dt.datetime.fromtimestamp(s, dt.UTC).isoformat()[:length] for s in set(starts)}
    return [known[s] for s in starts]


def _text(source: Source, name: str, values: list[Any]) -> pa.Array:
    kinds = set(map(type, values))
    if not kinds <= {str, bool, type(None)}:
        raise _unexpected(source, f"a value of {name} that is not text")
    if bool in kinds or "" in values:
        values = [_TRUTH.get(v, v) for v in values]
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        raise _unexpected(source, f"a value of {name} that is not valid Unicode") from None


def _counts(source: Source, name: str, values: list[Any]) -> pa.Array:
    if not set(map(type, values)) <= {int, type(None)}:
        values = [_whole(source, name, v) for v in values]
    try:
        return pa.array(values, pa.int64()).fill_null(0)
    except OverflowError:
        raise _unexpected(source, f"a value of {name} that is too large") from None


def _whole(source: Source, name: str, value: Any) -> int | None:
    if value is None or type(value) is int:
        return value
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return int(value)
    raise _unexpected(source, f"a value of {name} that is not a whole number: {str(value)[:40]!r}")


def _billed(source: Source, rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    """Return the money columns: USD, other currencies apart, and the billed quantity."""
    amounts = [row.get("amount") or {} for row in rows]
    if not all(isinstance(amount, dict) for amount in amounts):
        raise _unexpected(source, "an amount that is not an object")
    currencies = [amount.get("currency") or _CURRENCY for amount in amounts]
    currency = pc.utf8_lower(_text(source, "currency", currencies))
    is_usd = pc.equal(currency, _CURRENCY)
    values = _decimals(source, "amount", [amount.get("value") for amount in amounts])
    nothing = pa.scalar(0, MONEY)
    return {
        "cost_usd": pc.if_else(is_usd, values, nothing),
        "quantity": _decimals(source, "quantity", [row.get("quantity") for row in rows]),
        "currency": currency,
        "other_amount": pc.if_else(is_usd, nothing, values),
        "quantity_unit": _text(source, "quantity_unit", [r.get("quantity_unit") for r in rows]),
    }


def _decimals(source: Source, name: str, values: list[Any]) -> pa.Array:
    """Return `values` to 18 decimal places: numbers, or strings such as "0E-6176"."""
    if set(map(type, values)) <= {str, int, Decimal, type(None)}:
        texts = ["0" if value is None else str(value) for value in values]
        try:
            return pa.array(texts, pa.string()).cast(MONEY)
        except (pa.ArrowInvalid, UnicodeEncodeError):
            pass  # one by one it takes ten times as long, and says which value is at fault
    return pa.array([_decimal(source, name, value) for value in values], MONEY)


def _decimal(source: Source, name: str, value: Any) -> Decimal | int:
    if value is None:
        return 0
    if not isinstance(value, str | int | float | Decimal) or isinstance(value, bool):
        raise _unexpected(source, f"a value of {name} that is not a number")
    try:
        exact = Decimal(str(value)).quantize(_PLACES, context=_WIDE)
    except InvalidOperation:
        raise _unexpected(source, f"a value of {name} that is not a number: {str(value)[:40]!r}") from None
    if not exact.is_finite() or abs(exact) >= 10**20:
        raise _unexpected(source, f"a value of {name} that no bill can hold: {str(value)[:40]!r}")
    return exact


def _unexpected(source: Source, what: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"{source.label}: the API sent {what}. Nothing of that answer was kept; try again later."
    )
