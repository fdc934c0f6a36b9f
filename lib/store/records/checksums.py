"""Checksums: what the bytes of the stored files came to when they were written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, newest


@dataclass(frozen=True)
class FolderSums:
    """The names of all files that a folder of the store held at once, and the SHA-256 of each (hex)."""

    folder: str
    files: tuple[str, ...]
    sums: tuple[str, ...]
    recorded_at: dt.datetime


def _fold(table: pa.Table) -> pa.Table:
    return newest(table, ["folder"], "recorded_at")


def _sums(table: pa.Table) -> Mapping[str, Mapping[str, str]]:
    return {
        row["folder"]: dict(zip(row["files"] or (), row["sums"] or (), strict=False))
        for row in _fold(table).to_pylist()
    }


CHECKSUMS: Record[FolderSums, Mapping[str, Mapping[str, str]]] = Record(
    "checksums",
    pa.schema([("folder", TEXT), ("files", pa.list_(TEXT)), ("sums", pa.list_(TEXT)), ("recorded_at", TIME)]),
    _sums,
    _fold,
    "recorded_at",
)
"""Decoded: the checksum of each file by its folder, as last recorded."""
