"""What goes wrong with a table, said with what to do, and room on its disk before that goes wrong."""

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from deltalake.exceptions import CommitFailedError, DeltaError

from lib.errors import StoreError

_LEAST = 256 * 1024
"""Bytes that a commit may take beside its rows."""
_LEAST_FILES = 64
"""Files and folders that a commit may make."""
_FULL = (f"os error {errno.ENOSPC}", "No space left", f"os error {errno.EDQUOT}", "quota exceeded")
_FORBIDDEN = (
    f"os error {errno.EACCES}",
    f"os error {errno.EROFS}",
    f"code: {errno.EPERM},",
    "ermission denied",
    "Read-only",
    "Could not create local directory",
)
_UNREACHABLE = re.compile(
    rf"os error (?!{errno.ENOENT}\b)|Generic LocalFileSystem error|object_store|HTTP|Too many open files"
)


class DamagedTable(StoreError):
    """What a table's files hold makes no sense, or some are gone."""


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Raise StoreError, in words, where something goes wrong with the table at `uri`."""
    try:
        yield
    except CommitFailedError:
        msg = f"Other processes kept changing {uri} while it was written. Nothing is lost; sync again."
        raise StoreError(msg) from None
    except (DeltaError, OSError, pa.ArrowException) as failure:
        raise _explanation(uri, failure) from failure


def is_damage(failure: Exception) -> bool:
    """Return whether a failure comes of what files hold, and not of how they can be reached just now."""
    if isinstance(failure, MemoryError):
        return False
    if isinstance(failure, OSError) and failure.errno not in (None, errno.ENOENT):
        return False
    told = str(failure)
    return not (_UNREACHABLE.search(told) or any(sign in told for sign in (*_FULL, *_FORBIDDEN)))


def _explanation(uri: str, failure: Exception) -> StoreError:
    told = str(failure)
    if any(sign in told for sign in _FULL):
        return StoreError(_full(uri))
    if any(sign in told for sign in _FORBIDDEN):
        return StoreError(_forbidden(uri))
    first = told.strip().splitlines()[0][:200] if told.strip() else "no reason was given"
    what = f"The table {uri} cannot be read or written ({first})."
    if not is_damage(failure):
        return StoreError(f"{what} Nothing of it is lost; try again later.")
    return DamagedTable(
        f"{what} If its files were damaged, `python -m lib verify --repair` moves them aside and fetches "
        "again what can be fetched."
    )


def require_room(uri: str, size: int) -> None:
    """Raise StoreError unless a table in a folder may be written, and has room for about `size` bytes more.

    Where it turns out only while it writes, delta-rs prints a backtrace beside what it raises.
    """
    if "://" in uri:
        return
    folder = next((folder for folder in (Path(uri), *Path(uri).parents) if folder.exists()), None)
    if folder is None:
        return
    if not os.access(folder, os.W_OK):
        raise StoreError(_forbidden(uri))
    if shutil.disk_usage(folder).free < size + _LEAST:
        raise StoreError(_full(uri))
    if _files_left(folder) < _LEAST_FILES:
        msg = (
            f"The disk is full: it can hold no more files, so {uri} could not be written. Delete files and "
            "sync again; nothing is lost."
        )
        raise StoreError(msg)


def _files_left(folder: Path) -> float:
    """Return how many files the disk can still hold; some set no limit, or tell none."""
    if sys.platform == "win32":
        return float("inf")
    disk = os.statvfs(folder)
    return disk.f_favail if disk.f_files else float("inf")


def _forbidden(uri: str) -> str:
    return (
        f"This account may not write to {uri}. Give it the right to, or name another folder as "
        "[store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
    )


def _full(uri: str) -> str:
    return f"The disk is full: {uri} could not be written. Free space and sync again; nothing is lost."
