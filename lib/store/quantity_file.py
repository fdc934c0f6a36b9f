"""Quantities: how many customers, documents or tickets there were on a day, as a team's CSV tells."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lib.store.records.quantities import Quantity

COLUMNS = ("date", "name", "quantity")
TEMPLATE = "date,name,quantity\n2026-11-01,tickets,120\n2026-11-02,tickets,98.5\n"
MOST_BYTES = 1_000_000
_DELIMITERS = ",;\t"
_LONGEST = 60
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
    lines = text.splitlines()
    if not any(line.strip() for line in lines):
        return Read(problems=("The file is empty.",))
    parts = next((d for d in _DELIMITERS if sorted(_header(lines[0], d)) == sorted(COLUMNS)), None)
    if parts is None:
        said = lines[0][:80]
        return Read(
            problems=(f"The first line must name the columns date, name and quantity; it is “{said}”.",)
        )
    order = _header(lines[0], parts)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parts)
    next(reader)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
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
    return Quantity(name, _day(date, today), _number(number))


def _day(text: str, today: dt.date) -> dt.date:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        raise _Wrong(f"“{text}” is not a date like 2026-01-31.") from None
    if day > today:
        raise _Wrong(f"{_words(day)} is in the future.")
    return day


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Wrong(f"“{text}” is not a number like 1234.5.") from None
    if not number.is_finite() or number < 0 or number >= _MOST:
        raise _Wrong(f"{text} is not a quantity: it must be from 0 to below {_MOST:,}.")
    if number != round(number, _PLACES):
        raise _Wrong(f"{text} has more than {_PLACES} decimals.")
    return number


def _words(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"
