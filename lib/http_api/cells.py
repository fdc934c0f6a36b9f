"""Columns of answers: what each holds, as Arrow and as JSON have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import pyarrow as pa

from lib.analysis.exact import PLACES, WIDE
from lib.catalog.schemas import MONEY, TIME
from lib.http_api.problems import Problem


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    AMOUNT = "amount"
    """An exact number: a decimal with 18 places, in JSON as text."""
    COUNT = "count"
    SHARE = "share"
    """A part or a change: 0.1 is a tenth."""
    ESTIMATE = "estimate"
    """A number that nobody knows exactly."""
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True)
class Column:
    """A column of an answer, what it means, and whether it is empty in some rows."""

    name: str
    kind: Kind
    about: str
    is_nullable: bool = False

    @property
    def json_schema(self) -> dict[str, Any]:
        """Return what JSON Schema says of a value."""
        schema = dict(_JSON[self.kind])
        if self.is_nullable:
            schema["type"] = [schema["type"], "null"]
        return {**schema, "description": self.about}


def table_of(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return rows as Arrow; raise the Problem of a number that is too large to be held exactly."""
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    try:
        arrays = [
            pa.array([_cell(value, column.kind) for value in held], ARROW[column.kind])
            for column, held in zip(columns, cells, strict=True)
        ]
    except pa.ArrowInvalid:
        detail = "A number passes the largest that can be held exactly. Ask for fewer days."
        raise Problem(400, "cannot_be_asked", detail) from None
    return pa.Table.from_arrays(arrays, schema=pa.schema([(c.name, ARROW[c.kind]) for c in columns]))


def _cell(value: Any, kind: Kind) -> Any:
    if kind is not Kind.AMOUNT or value is None:
        return value
    if isinstance(value, int):
        return Decimal(value)
    # A float is a ratio of counts, which has no exact value to keep.
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(PLACES, context=WIDE)


ARROW = {
    Kind.TEXT: pa.string(),
    Kind.AMOUNT: MONEY,
    Kind.COUNT: pa.int64(),
    Kind.SHARE: pa.float64(),
    Kind.ESTIMATE: pa.float64(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: TIME,
    Kind.FLAG: pa.bool_(),
}
"""How Arrow holds each kind."""
_JSON: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.AMOUNT: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    Kind.COUNT: {"type": "integer"},
    Kind.SHARE: {"type": "number"},
    Kind.ESTIMATE: {"type": "number"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.FLAG: {"type": "boolean"},
}
