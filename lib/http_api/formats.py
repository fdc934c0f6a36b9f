"""Formats: which one is wanted, and an answer as JSON, CSV or a stream of Arrow."""

import datetime as dt
import json
import math
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa

from lib.http_api.answer import Answer
from lib.http_api.problems import Problem, WrongParameter
from lib.tables.exports import csv_bytes, decimal_text, moment_text


class Format(StrEnum):
    """How rows are sent."""

    JSON = "json"
    CSV = "csv"
    ARROW = "arrow"

    @property
    def media_type(self) -> str:
        """Return what the response says it is."""
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.ARROW: "application/vnd.apache.arrow.stream",
}
METADATA = b"openai_usage"
"""Where an Arrow schema says what JSON says beside the rows."""


def wanted(named: str | None, accept: str | None) -> Format:
    """Return the format that the parameter names, else the best that the header accepts.

    Raises the Problem of none that there is.
    """
    if named is not None:
        if named not in list(Format):
            raise WrongParameter("format", "is not a format.", list(Format))
        return Format(named)
    if not accept or not accept.strip():
        return Format.JSON
    ranges = [_range(part) for part in accept.split(",")]
    # Of formats that are as welcome the first is taken, which is JSON.
    best = max(Format, key=lambda each: _quality(each.media_type, ranges))
    if _quality(best.media_type, ranges) > 0:
        return best
    listed = ", ".join(MEDIA_TYPES.values())
    detail = f"Answers come as {listed}. Accept one of them, or say format=json, csv or arrow."
    raise Problem(406, "not_acceptable", detail, more={"available": list(MEDIA_TYPES.values())})


def _range(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
    try:
        number = float(quality)
    except ValueError:
        return kind, 0.0
    return kind, number if 0 <= number <= 1 else 0.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """Return how welcome a media type is: what names it best counts."""
    for pattern in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        for kind, quality in ranges:
            if kind == pattern:
                return quality
    return 0.0


def content(name: str, answer: Answer, form: Format) -> bytes:
    """Return the body of a response: the same answer makes the same bytes."""
    if form is Format.CSV:
        return csv_bytes(answer.table)
    if form is Format.ARROW:
        return _arrow(name, answer)
    said = {"answer": name, **answer.about, "rows": answer.table.to_pylist()}
    return json.dumps(_plain(said), ensure_ascii=False, allow_nan=False).encode()


def _arrow(name: str, answer: Answer) -> bytes:
    about = json.dumps({"answer": name, **answer.about}, ensure_ascii=False).encode()
    table = answer.table.replace_schema_metadata({METADATA: about})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _plain(value: Any) -> Any:
    """Return what JSON can hold: exact numbers as text, days and moments in ISO 8601."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
