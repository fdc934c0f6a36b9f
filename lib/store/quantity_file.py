"""Quantities: how many customers, documents or tickets there were on a day, as a team's CSV tells."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator, ValidationError

from lib.store.records.quantities import Quantity

COLUMNS = ("date", "name", "quantity")
TEMPLATE = "date,name,quantity\n2026-11-01,tickets,120\n2026-11-02,tickets,98.5\n"
MOST_BYTES = 1_000_000
_MOST_QUOTED = 60


@dataclass(frozen=True)
class Read:
    """What a file holds, and one sentence for each thing that is wrong in it: then nothing of it counts."""

    quantities: tuple[Quantity, ...] = ()
    problems: tuple[str, ...] = ()


class _Wrong(Exception):
    """What is wrong with a line, in words."""


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(_ascii(text), "%Y-%m-%d").replace(tzinfo=dt.UTC).date()


def _ascii(text: str) -> str:
    """Return `text`; raise ValueError for 1_000 and full-width digits, which no spreadsheet writes."""
    if not text.isascii() or "_" in text:
        raise ValueError
    return text


def _exact(number: Decimal) -> Decimal:
    """Return `number` as the store holds it, -0 as 0; raise ValueError where that is another number."""
    rounded = abs(round(number, 9))
    if rounded != number:
        raise ValueError
    return rounded


class _Line(BaseModel):
    """A line of the file; a field's description says what a bad value is not."""

    date: Annotated[dt.date, PlainValidator(_day)] = Field(description="is not a date like 2026-01-31.")
    name: str = Field(
        pattern=r"^\P{Cc}{1,60}$",
        description="is not a name of 1 to 60 characters without line breaks and control characters.",
    )
    quantity: Annotated[Decimal, BeforeValidator(_ascii), AfterValidator(_exact)] = Field(
        ge=0,
        lt=10**18,
        description="is not a number like 1234.5, from 0 up, with up to 18 digits before the point, 9 after.",
    )


def read_csv(content: bytes, today: dt.date) -> Read:
    """Return the quantities of a CSV file in UTF-8 with the columns `COLUMNS`, in any order.

    Commas, semicolons and tabs part columns; numbers have a point. Every bad line is named.
    """
    if len(content) > MOST_BYTES:
        return Read(problems=("The file is larger than 1 MB: split it, or leave out what is not needed.",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Read(problems=("The file is not text in UTF-8: save it as “CSV UTF-8”.",))
    if not text.strip():
        return Read(problems=("The file is empty.",))
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    parts = next((d for d in ",;\t" if sorted(_header(first, d)) == sorted(COLUMNS)), None)
    if parts is None:
        said = f"The first line must name the columns date, name and quantity; it is “{_quoted(first)}”."
        return Read(problems=(said,))
    try:
        rows = [(f"Line {n}", row) for n, row in _rows(text, parts)]
    except _Wrong as wrong:
        return Read(problems=(str(wrong),))
    if not rows:
        return Read(problems=("The file has no lines but its first.",))
    return checked(rows, today, _header(first, parts))


def checked(rows: Iterable[tuple[str, list[str]]], today: dt.date, columns: Sequence[str] = COLUMNS) -> Read:
    """Return the quantities of `rows`, each with the words for its place, or all that is wrong with them."""
    found: dict[tuple[str, dt.date], tuple[str, Quantity]] = {}
    problems = []
    for place, row in rows:
        try:
            one = _quantity(row, columns, today)
            if (one.name, one.day) in found:
                first, _ = found[one.name, one.day]
                raise _Wrong(f"{_words(one.day)} of “{one.name}” stands in {first.lower()} already.")
            found[one.name, one.day] = (place, one)
        except _Wrong as wrong:
            problems.append(f"{place}: {wrong}")
    return Read((), tuple(problems)) if problems else Read(tuple(one for _, one in found.values()))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows after the first that are not blank, each with the number of the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for row in reader:
            if begins == 1 and reader.line_num > 1:
                raise _Wrong("Line 1: a quotation mark is opened and not closed. Close it or take it out.")
            if begins > 1 and any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        msg = f"Line {begins}: a column is too long; is a quotation mark not closed? Close it or take it out."
        raise _Wrong(msg) from None


def _header(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in line.split(delimiter)]


def _quantity(row: Sequence[str], columns: Sequence[str], today: dt.date) -> Quantity:
    if len(row) != len(columns):
        raise _Wrong(f"it has {len(row)} columns instead of {len(columns)}.")
    cells = dict(zip(columns, (cell.strip() for cell in row), strict=True))
    try:
        line = _Line.model_validate(cells)
    except ValidationError as invalid:
        column = str(invalid.errors()[0]["loc"][0])
        raise _Wrong(f"“{_quoted(cells[column])}” {_Line.model_fields[column].description}") from None
    if line.date > today:
        raise _Wrong(f"{_words(line.date)} is in the future.")
    return Quantity(line.name, line.date, line.quantity)


def _quoted(text: str) -> str:
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:_MOST_QUOTED])
    return shown if len(text) <= _MOST_QUOTED else f"{shown}…"


def _words(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
