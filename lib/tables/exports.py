"""Exports: tables as CSV and Parquet, exact to the last digit and harmless to spreadsheets."""

import csv
import datetime as dt
import io
import os
import re
import stat
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from lib.errors import ExportError

if TYPE_CHECKING:  # the command line starts in half the time without pandas
    import pandas as pd

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Spreadsheets look past blanks and characters without width, and some read full-width signs as signs.
_UNSEEN = r"\s\x00-\x1f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_FORMULA = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠]")


def csv_bytes(table: "pa.Table | pd.DataFrame") -> bytes:
    """Return `table` as CSV in UTF-8 with a header; a frame's index is left out.

    Decimals are written out whole, never with an exponent; moments in ISO 8601, aware ones with their
    offset, which is Z in UTC; what is missing is empty. Text that a spreadsheet would take for a formula
    begins with a `'`.
    """
    text = io.StringIO()
    writer = csv.writer(text)  # its line ends, CR LF, are also what makes it quote both within a cell
    names = table.column_names if isinstance(table, pa.Table) else [str(name) for name in table.columns]
    writer.writerow([_harmless(name) for name in names])
    if isinstance(table, pa.Table):
        columns = [column.to_pylist() for column in table.columns]
    else:
        columns = [table.iloc[:, nth].tolist() for nth in range(len(names))]
    writer.writerows(zip(*([_cell(v) for v in column] for column in columns), strict=True))
    return text.getvalue().encode()


def spreadsheet_csv_bytes(table: "pa.Table | pd.DataFrame") -> bytes:
    """Return `csv_bytes` behind a byte-order mark, by which spreadsheets know that it is UTF-8."""
    return _BYTE_ORDER_MARK + csv_bytes(table)


def parquet_bytes(table: pa.Table) -> bytes:
    """Return `table` as Parquet, types kept."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def write_file(content: bytes, path: Path) -> None:
    """Write `content` to `path`; raise ExportError where that cannot be done.

    A file is written whole or not at all, and keeps its mode; behind a link, the file that it leads to.
    Pipes and devices are written to.
    """
    try:
        found = _found(path)
        if _STREAM.match(str(path.absolute())) or (found is not None and not stat.S_ISREG(found)):
            _pour(content, path)
        else:
            mode = 0o666 & ~_umask() if found is None else stat.S_IMODE(found)
            write_whole(content, path, mode)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        msg = (
            f"{path} could not be written ({reason}). Free space or choose another place; a file that was "
            "there is as it was."
        )
        raise ExportError(msg) from None


def write_whole(content: bytes, path: Path, mode: int) -> None:
    """Write a file of that mode whole or not at all; behind a link, the file that it leads to."""
    path = Path(os.path.realpath(path))
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        part = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            part.chmod(mode)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


_STREAM = re.compile(r"/dev/(std(out|err)$|fd/)|/proc/")


def _found(path: Path) -> int | None:
    """Return the type and mode of what `path` leads to, None where that is nothing."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _pour(content: bytes, path: Path) -> None:
    # Neither created nor cut: a shell may have written to it before.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:
        stream.write(content)


def _umask() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return _harmless(value)
    if _is_missing(value):
        return ""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _is_missing(value: Any) -> bool:
    try:
        return value is None or bool(value != value)  # NaN and NaT
    except TypeError:
        return True  # pandas.NA does not say whether it is itself


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def decimal_text(number: Decimal) -> str:
    """Return an exact number in digits, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def moment_text(moment: dt.datetime) -> str:
    """Return a moment in ISO 8601, an aware one with its offset, which is Z in UTC."""
    text = moment.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if moment.tzname() == "UTC" else text
