"""Quantities: how many customers, documents or tickets there were on a day, as a team's CSV tells."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lib.store.records.quantities import Quantity

COLUMNS = ("date", "name", "quantity")
TEMPLATE = "date,name,quantity\n2026-11-01,tickets,120\n2026-11-02,tickets,98.5\n"
MOST_BYTES = 1_000_000
_DELIMITERS = ",;\t"
_LONGEST = 60
_MOST_QUOTED = 40
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST, _PLACES = Decimal(10) ** 18, 9


@dataclass(frozen=True)
class Read:
    """What a file holds, and one sentence for each thing that is wrong in it: then nothing of it counts."""

    quantities: tuple[Quantity, ...] = ()
    problems: tuple[str, ...] = ()


class _Wrong(Exception):
    """What is wrong with a line, in words."""


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
    first = _LINE_END.split(text, maxsplit=1)[0]
    parts = next((d for d in _DELIMITERS if sorted(_header(first, d)) == sorted(COLUMNS)), None)
    if parts is None:
        said = first[:80]
        return Read(
            problems=(f"The first line must name the columns date, name and quantity; it is “{said}”.",)
        )
    order = _header(first, parts)
    try:
        rows = list(_rows(text, parts))
    except _Wrong as wrong:
        return Read(problems=(str(wrong),))
    named = [(f"Line {n}", dict(zip(order, r, strict=True)) if len(r) == len(order) else r) for n, r in rows]
    found = checked(named, today)
    return (
        found
        if found.quantities or found.problems
        else Read(problems=("The file has no lines but its first.",))
    )


def checked(rows: Iterable[tuple[str, dict[str, str] | list[str]]], today: dt.date) -> Read:
    """Return the quantities of `rows`, each with the words for its place, or all that is wrong with them."""
    found: dict[tuple[str, dt.date], tuple[str, Quantity]] = {}
    problems = []
    for place, row in rows:
        try:
            one = _quantity(row, today)
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


def _quantity(row: dict[str, str] | Sequence[str], today: dt.date) -> Quantity:
    if not isinstance(row, dict):
        raise _Wrong(f"it has {len(row)} columns instead of {len(COLUMNS)}.")
    date, name, number = (row[column].strip() for column in COLUMNS)
    if not name or len(name) > _LONGEST:
        raise _Wrong(
            f"a name of up to {_LONGEST} characters is missing." if not name else "the name is too long."
        )
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise _Wrong("the name holds a line break or a character that cannot be shown. Take it out.")
    return Quantity(name, _day(date, today), _number(number))


def _day(text: str, today: dt.date) -> dt.date:
    try:
        day = dt.datetime.strptime(text if text.isascii() else "", "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise _Wrong(f"“{_quoted(text)}” is not a date like 2026-01-31.") from None
    if day > today:
        raise _Wrong(f"{_words(day)} is in the future.")
    return day


def _number(text: str) -> Decimal:
    said = _quoted(text)
    try:
        # Decimal also reads 1_000 and full-width digits, which no spreadsheet writes.
        number = Decimal(text if text.isascii() and "_" not in text else "")
    except InvalidOperation:
        raise _Wrong(f"“{said}” is not a number like 1234.5.") from None
    if not number.is_finite() or number < 0 or number >= _MOST:
        raise _Wrong(f"{said} is not a quantity: it must be from 0 to below {_MOST:,}.")
    if number.is_zero():
        return Decimal(0)  # 0E+40 cannot be rounded, and -0 is 0
    rounded = round(number, _PLACES)
    if number != rounded:
        raise _Wrong(f"{said} has more than {_PLACES} decimals.")
    return rounded


def _quoted(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}…"


def _words(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
