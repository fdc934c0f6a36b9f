"""What goes wrong with a table, said with what to do."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from deltalake.exceptions import CommitFailedError, DeltaError

from lib.configuration.store_address import OBJECTS
from lib.errors import StoreError
from lib.store.object_failures import object_failure

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
    rf"os error (?!{errno.ENOENT}\b)|Generic LocalFileSystem error|Generic S3 error|AWS Error|object_store"
    r"|HTTP|Too many open files"
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
    if uri.startswith(OBJECTS) and (said := object_failure(uri, told)):
        return StoreError(said)
    if any(sign in told for sign in _FULL):
        return StoreError(full(uri))
    if any(sign in told for sign in _FORBIDDEN):
        return StoreError(forbidden(uri))
    first = told.strip().splitlines()[0][:200] if told.strip() else "no reason was given"
    what = f"The table {uri} cannot be read or written ({first})."
    if not is_damage(failure):
        return StoreError(f"{what} Nothing of it is lost; try again later.")
    return DamagedTable(
        f"{what} If its files were damaged, `python -m lib verify --repair` moves them aside and fetches "
        "again what can be fetched."
    )


def forbidden(uri: str) -> str:
    """Return what to do where nothing may be written."""
    return (
        f"This account may not write to {uri}. Give it the right to, or name another folder as "
        "[store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
    )


def full(uri: str) -> str:
    """Return what to do where nothing more can be written."""
    return f"The disk is full: {uri} could not be written. Free space and sync again; nothing is lost."
