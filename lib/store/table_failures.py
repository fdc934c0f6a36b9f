"""What goes wrong with a table, said with what to do, and room on its disk before that goes wrong."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from deltalake.exceptions import CommitFailedError, DeltaError

from lib.errors import StoreError

_LEAST = 256 * 1024
"""Bytes that a commit may take beside its rows."""
_FULL = (f"os error {errno.ENOSPC}", "No space left", f"os error {errno.EDQUOT}", "quota exceeded")
_FORBIDDEN = (
    f"os error {errno.EACCES}",
    f"os error {errno.EROFS}",
    f"code: {errno.EPERM},",
    "ermission denied",
    "Read-only",
    "Could not create local directory",
)


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Raise StoreError, in words, where something goes wrong with the table at `uri`."""
    try:
        yield
    except CommitFailedError:
        msg = f"Other processes kept changing {uri} while it was written. Nothing is lost; sync again."
        raise StoreError(msg) from None
    except (DeltaError, OSError, pa.ArrowException) as failure:
        raise StoreError(_sentence(uri, str(failure))) from failure


def _sentence(uri: str, failure: str) -> str:
    if any(sign in failure for sign in _FULL):
        return _full(uri)
    if any(sign in failure for sign in _FORBIDDEN):
        return (
            f"This account may not write to {uri}. Give it the right to, or name another folder as "
            "[store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
        )
    first = failure.strip().splitlines()[0][:200] if failure.strip() else "no reason was given"
    return (
        f"The table {uri} cannot be read or written ({first}). If its files were damaged, restore them "
        "or move the folder away and sync again."
    )


def require_room(uri: str, size: int) -> None:
    """Raise StoreError unless the disk of a table in a folder has room for about `size` bytes more.

    Where a disk runs full while it writes, delta-rs prints a backtrace beside what it raises.
    """
    if "://" in uri:
        return
    folder = next((folder for folder in (Path(uri), *Path(uri).parents) if folder.exists()), None)
    if folder and shutil.disk_usage(folder).free < size + _LEAST:
        raise StoreError(_full(uri))


def _full(uri: str) -> str:
    return f"The disk is full: {uri} could not be written. Free space and sync again; nothing is lost."
