"""Logs as another version of the app would have left them on disk."""

from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import write_deltalake

from lib.store.log import Log, Record


def left_by_an_older_version(
    folder: Path, record: Record[Any, Any], entry: Any, missing: str
) -> Log[Any, Any]:
    """Return a log that holds `entry`, written before there was the column `missing`."""
    return _left(folder, record, Log(str(folder), record).rows([entry]).drop_columns(missing))


def left_by_a_newer_version(folder: Path, record: Record[Any, Any], entry: Any) -> Log[Any, Any]:
    """Return a log that holds `entry`, written with a column that this version does not know."""
    rows = Log(str(folder), record).rows([entry])
    return _left(folder, record, rows.append_column("mood", pa.array(["sunny"])))


def _left(folder: Path, record: Record[Any, Any], rows: pa.Table) -> Log[Any, Any]:
    write_deltalake(str(folder / record.folder), rows)
    return Log(str(folder), record)
