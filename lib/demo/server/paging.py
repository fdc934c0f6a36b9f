"""Pages of buckets, as the usage and costs endpoints answer."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal, localcontext
from itertools import groupby
from typing import Any

from lib.catalog.sources import Source
from lib.demo.organization.directory import Directory
from lib.demo.organization.generator import OrganizationData, Row
from lib.demo.server.request import BucketRequest

_DAY = 86400
_EXACT = Context(prec=80)
_LONG_SCALE = 39


def page(
    request: BucketRequest, organization: OrganizationData, now: dt.datetime, *, trailing: bool
) -> dict[str, Any]:
    """Return one page; with `trailing`, a last page that is full is followed by an empty one."""
    start = request.start if request.resumed is None else request.resumed
    end = request.end
    if request.source.is_money:
        start, end = start - start % _DAY, end + -end % _DAY
    spans = list(_spans(start, end, request.width.seconds, request.limit))
    rows = _rows(request, organization, spans, now)
    data = [
        _bucket(span, _results(request, found, organization.directory))
        for span, found in zip(spans, rows, strict=True)
    ]
    reached = spans[-1][1] if spans else end
    more = reached < end or (trailing and len(spans) == request.limit)
    return {
        "object": "page",
        "data": data,
        "has_more": more,
        "next_page": request.cursor(reached, now) if more else None,
    }


def _spans(start: int, end: int, width: int, limit: int) -> Iterator[tuple[int, int]]:
    # the first bucket keeps an unaligned start, and the last an unaligned end
    while start < end and limit:
        following = min(start - start % width + width, end)
        yield start, following
        start, limit = following, limit - 1


def _rows(
    request: BucketRequest, organization: OrganizationData, spans: Sequence[tuple[int, int]], now: dt.datetime
) -> Iterator[list[Row]]:
    for midnight, group in groupby(spans, key=lambda span: span[0] - span[0] % _DAY):
        day = dt.datetime.fromtimestamp(midnight, dt.UTC).date()
        pieces = list(group)
        edges = [pieces[0][0] - midnight, *(end - midnight for _, end in pieces)]
        yield from organization.slices(request.source.name, day, edges, now)


def _bucket(span: tuple[int, int], results: list[Row]) -> dict[str, Any]:
    start, end = span
    return {
        "object": "bucket",
        "start_time": start,
        "end_time": end,
        "start_time_iso": dt.datetime.fromtimestamp(start, dt.UTC).isoformat(),
        "end_time_iso": dt.datetime.fromtimestamp(end, dt.UTC).isoformat(),
        "results": results,
    }


def _results(request: BucketRequest, rows: Iterable[Row], directory: Directory) -> list[Row]:
    for dimension, wanted in request.where:
        rows = [row for row in rows if _text(row.get(dimension)) in wanted]
    if request.source.is_money:
        return _costs(request, _billed(request, rows), directory)
    return [_usage(request.source, row) for row in _grouped(request, rows)]


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _grouped(request: BucketRequest, rows: Iterable[Row]) -> Iterable[Row]:
    """Return the sums of the rows by the dimensions that are asked for; the others are None."""
    dimensions = request.source.dimensions
    dropped = dict.fromkeys(d for d in dimensions if d not in request.group_by)
    sums: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row.get(d) for d in request.group_by)
        total = sums.get(key)
        if total is None:
            sums[key] = row | dropped
        else:
            for name, value in row.items():
                if name not in dimensions:
                    total[name] = total.get(name, 0) + value
    return sums.values()


def _usage(source: Source, row: Row) -> Row:
    return {"object": source.result_object, **row}


def _billed(request: BucketRequest, rows: Iterable[Row]) -> Iterable[Row]:
    sums: dict[tuple[Any, ...], Row] = {}
    with localcontext(_EXACT):
        for row in rows:
            # amounts of two currencies have no sum
            key = (row.get("currency"), *(row.get(d) for d in request.group_by))
            total = sums.get(key)
            if total is None:
                sums[key] = dict(row)
            else:
                total["amount"] += row["amount"]
                if total.get("quantity") is not None:
                    total["quantity"] += row.get("quantity") or 0
    return sums.values()


def _costs(request: BucketRequest, rows: Iterable[Row], directory: Directory) -> list[Row]:
    by_item = "line_item" in request.group_by
    same: Row = {
        "object": request.source.result_object,
        "amount": None,
        **dict.fromkeys(request.source.dimensions),
        "quantity": None,
        "quantity_unit": None,
        "organization_id": directory.organization_id,
        "organization_name": directory.organization_name,
    }
    found = []
    for row in rows:
        cost = same.copy()
        for dimension in request.group_by:
            cost[dimension] = row.get(dimension)
        cost["amount"] = {
            "value": amount_on_the_wire(row["amount"]),
            "currency": row.get("currency", "usd"),
        }
        if by_item:
            quantity = row.get("quantity")
            cost["quantity"] = float(quantity) if quantity is not None else None
            cost["quantity_unit"] = row.get("quantity_unit")
        cost["project_name"] = directory.project_names.get(cost["project_id"] or "")
        cost["user_email"] = directory.emails.get(cost["user_id"] or "")
        found.append(cost)
    return found


def amount_on_the_wire(amount: Decimal) -> str | float:
    """Return the amount in one of the forms that were seen, never other than its exact value.

    A number, a plain or exponential string, a string of 39 decimals, or a zero of decimal128.
    """
    if not amount:
        return "0E-6176"
    _, digits, exponent = amount.as_tuple()
    form = (digits[-1] + len(digits)) % 4
    if form == 0 and Decimal(repr(float(amount))) == amount:
        return float(amount)
    if form == 1 and isinstance(exponent, int) and exponent > -_LONG_SCALE:
        return f"{amount:.{_LONG_SCALE}f}"
    return f"{amount:E}" if form == 2 else str(amount)
