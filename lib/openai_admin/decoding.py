"""One answer of a source → Arrow columns, by a typed decoder made from the source's declaration.

No object of a row outlives the call. Numbers with a point stay the bytes that were sent until Arrow makes
decimals of them, so none of them is ever a float.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from functools import cache
from itertools import product
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME, partition, schema
from lib.catalog.sources import Source
from lib.errors import UnexpectedResponse
from lib.openai_admin.json_text import parsed
from lib.periods.widths import Width

_PLACES = Decimal("1E-18")
_CONTEXT = Context(prec=76)
_WIDE = pa.decimal256(76, 38)
_HELD = 10**20
"""The first amount that the money column cannot hold."""
_EXACT_FLOATS = 2**53
_NO_MORE_TIME = 10**11
"""Unix seconds after which no year has four digits any more."""
_CURRENCY = "usd"
_TRUTH = {True: "true", False: "false"}
_NOTHING = msgspec.Raw(b"0")
_AGAIN = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class Answer:
    """One page of buckets: where each begins (Unix seconds), their rows, and what is said of the next page.

    `table` has the source's columns, but for `slice`. `organizations` are the ids that rows name. `size` is
    how many bytes were sent.
    """

    starts: tuple[int, ...]
    table: pa.Table
    has_more: bool
    next_page: str | None
    organizations: frozenset[str]
    size: int


class _Amount(msgspec.Struct, gc=False):
    value: msgspec.Raw = _NOTHING
    currency: str | None = None


def decoded(source: Source, width: Width, body: bytes | bytearray) -> Answer:
    """Return what `body` holds; unknown fields are left out, missing counts and amounts are 0.

    Raises ValueError, ArithmeticError or RecursionError where `body` is no JSON object, and
    UnexpectedResponse where something in it is not what the API documents.
    """
    page = _page(source, body)
    starts = [bucket.start_time for bucket in page.data]
    for start in starts:
        if not 0 <= start < _NO_MORE_TIME:
            raise _unexpected(source, f"a bucket that begins at {start}, which is no moment of ours")
    rows = [row for bucket in page.data for row in bucket.results]
    table = _table(source, width, rows, starts, [len(bucket.results) for bucket in page.data])
    following = page.next_page if isinstance(page.next_page, str) and page.next_page else None
    return Answer(tuple(starts), table, page.has_more, following, _organizations(rows), len(body))


def _page(source: Source, body: bytes | bytearray) -> Any:
    try:
        return _decoder(*_fields(source), int).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _forgiving(source, body)


def _forgiving(source: Source, body: bytes | bytearray) -> Any:
    """Return the page where numbers are written with a point, Unicode is broken or the encoding another."""
    texts, counts, is_money = _fields(source)
    decoder = _decoder(texts, counts, is_money, int | float)
    try:
        try:
            page = decoder.decode(body)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            page = decoder.decode(_AGAIN.encode(parsed(bytes(body))))
        for bucket in page.data:
            bucket.start_time = _whole(source, "start_time", bucket.start_time)
            for row, name in product(bucket.results, counts):
                setattr(row, name, _whole(source, name, getattr(row, name)))
        return page
    except msgspec.ValidationError as wrong:
        what, _, where = str(wrong).partition(" - at `$.")
    if not where and "missing" not in what:
        raise ValueError(what)
    place = f" at {where.rstrip('`')}" if where else ""
    raise _unexpected(source, f"something else than documented{place}: {what[0].lower()}{what[1:]}")


def _fields(source: Source) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    texts = (*source.dimensions, *(("quantity_unit",) if source.is_money else ()))
    return texts, () if source.is_money else source.metric_names, source.is_money


@cache
def _decoder(
    texts: tuple[str, ...], counts: tuple[str, ...], is_money: bool, number: Any
) -> msgspec.json.Decoder[Any]:
    fields: list[tuple[str, Any, Any]] = [(name, str | bool | None, None) for name in texts]
    fields += [(name, number | None, 0) for name in counts]
    fields.append(("organization_id", str | None, None))
    if is_money:
        fields += [("amount", _Amount | None, None), ("quantity", msgspec.Raw, _NOTHING)]
    result = msgspec.defstruct("Result", fields, gc=False)
    bucket = msgspec.defstruct("Bucket", [("start_time", number), ("results", list[result])])  # type: ignore[valid-type]
    page = msgspec.defstruct(
        "Page",
        [
            ("data", list[bucket]),  # type: ignore[valid-type]
            ("has_more", bool),
            ("next_page", Any, None),
        ],
    )
    return msgspec.json.Decoder(page)


def _table(
    source: Source, width: Width, rows: list[Any], starts: Sequence[int], sizes: Sequence[int]
) -> pa.Table:
    columns = schema(source, width)
    arrays = {name: _text(_each(rows, name)) for name in source.dimensions}
    if source.is_money:
        arrays |= _billed(source, rows)
    else:
        arrays |= {name: _counts(source, name, _each(rows, name)) for name in source.metric_names}
    nth = pa.array(np.repeat(np.arange(len(sizes)), sizes))
    label = partition(width)
    length = 7 if width is Width.DAY else 10
    days = [dt.datetime.fromtimestamp(s, dt.UTC).isoformat()[:length] for s in starts]
    arrays["start"] = pa.array([s * 1_000_000 for s in starts], pa.int64()).cast(TIME).take(nth)
    arrays[label] = pa.array(days, pa.string()).take(nth)
    kept = [name for name in columns.names if name != "slice"]
    return pa.table([arrays[name] for name in kept], schema=pa.schema([columns.field(n) for n in kept]))


def _each(rows: list[Any], name: str) -> list[Any]:
    return list(map(attrgetter(name), rows))


def _text(values: list[Any]) -> pa.Array:
    try:
        texts = pa.array(values, pa.string())
    except pa.ArrowTypeError:
        texts = _truths(values)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _truths(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.bool_()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([_TRUTH.get(value, value) for value in values], pa.string())


def _counts(source: Source, name: str, values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.int64()).fill_null(0)
    except OverflowError:
        raise _unexpected(source, f"a value of {name} that is too large") from None


def _whole(source: Source, name: str, value: float | None) -> int:
    if not isinstance(value, float):
        return value or 0
    if not value.is_integer():
        raise _unexpected(source, f"a value of {name} that is not a whole number: {value!r}")
    if abs(value) >= _EXACT_FLOATS:
        raise _unexpected(source, f"a value of {name} that is too large")
    return int(value)


def _billed(source: Source, rows: list[Any]) -> dict[str, pa.Array]:
    """Return the money columns: USD, other currencies apart, and the billed quantity."""
    amounts = [row.amount or _Amount() for row in rows]
    currency = pc.utf8_lower(pa.array([a.currency or _CURRENCY for a in amounts], pa.string()))
    is_usd = pc.equal(currency, _CURRENCY)
    values = _decimals(source, "amount", _each(amounts, "value"))
    nothing = pa.scalar(0, MONEY)
    return {
        "cost_usd": pc.if_else(is_usd, values, nothing),
        "quantity": _decimals(source, "quantity", _each(rows, "quantity")),
        "currency": currency,
        "other_amount": pc.if_else(is_usd, nothing, values),
        "quantity_unit": _text(_each(rows, "quantity_unit")),
    }


def _decimals(source: Source, name: str, values: list[msgspec.Raw]) -> pa.Array:
    """Return `values` to 18 decimal places: numbers, or strings such as "0E-6176"."""
    sent = pa.array([bytes(value) for value in values], pa.binary()).cast(pa.string())
    numbers = pc.if_else(pc.equal(sent, "null"), "0", pc.utf8_trim(sent, '"'))
    try:
        largest = pc.max(pc.abs(numbers.cast(pa.float64()))).as_py() or 0
        # Arrow wraps what a column cannot hold: 1E+30 would become another number.
        if largest < _HELD:
            return _cast(numbers)
    except pa.ArrowInvalid:
        pass  # one by one it takes ten times as long, and says which value is at fault
    return pa.array([_decimal(source, name, value) for value in values], MONEY)


def _cast(numbers: pa.Array) -> pa.Array:
    try:
        return numbers.cast(MONEY)
    except pa.ArrowInvalid:
        return pc.round(numbers.cast(_WIDE), 18, "half_to_even").cast(MONEY)


def _decimal(source: Source, name: str, sent: msgspec.Raw) -> Decimal | int:
    value = parsed(bytes(sent))
    if value is None:
        return 0
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise _unexpected(source, f"a value of {name} that is not a number")
    try:
        exact = Decimal(value).quantize(_PLACES, context=_CONTEXT)
    except InvalidOperation:
        raise _unexpected(source, f"a value of {name} that is not a number: {str(value)[:40]!r}") from None
    if not exact.is_finite() or abs(exact) >= _HELD:
        raise _unexpected(source, f"a value of {name} that no bill can hold: {str(value)[:40]!r}")
    return exact


def _organizations(rows: list[Any]) -> frozenset[str]:
    return frozenset(filter(None, map(attrgetter("organization_id"), rows)))


def _unexpected(source: Source, what: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"{source.label}: the API sent {what}. Nothing of that answer was kept; try again later."
    )
