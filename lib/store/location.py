"""Where a table or a store lies: the one place that knows what a folder can do, and what else there is."""

import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from deltalake import DeltaTable
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from lib.configuration.store_address import ObjectAccess, folder_of
from lib.errors import StoreError
from lib.store.table_failures import explained, forbidden, full

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

ASIDE = "_damaged"
"""What folders are called in which damaged files are kept: delta-rs never cleans up what begins so."""

LOG = "_delta_log"
_LEAST = 256 * 1024
"""Bytes that a commit may take beside its rows."""
_LEAST_FILES = 64
"""Files and folders that a commit may make."""

Stamp = tuple[Hashable, Hashable]
"""Which table lies somewhere, and what changes with every commit to it."""


class Location(ABC):
    """Where a table or a store lies, with all that depends on what kind of place that is."""

    uri: str
    options: Mapping[str, str] | None = None
    """What delta-rs has to know beside the address."""
    is_told_late: bool = False
    """Whether a commit of another process may show in the stamp a little later than it was made."""

    @abstractmethod
    def below(self, name: str) -> "Location":
        """Return the location called `name` in this one."""

    @abstractmethod
    def stamp(self) -> Stamp | None:
        """Return the stamp of the table here, which is cheap; None where it has to be looked at."""

    @abstractmethod
    def has_commit(self, version: int) -> bool:
        """Return whether there is a commit that the `stamp` may not tell yet."""

    @abstractmethod
    def changing(self) -> AbstractContextManager[None]:
        """Return what surrounds every change of the table here."""

    @abstractmethod
    def require_room(self, size: int) -> None:
        """Raise StoreError unless about `size` bytes can be written here, as far as that can be told."""

    @abstractmethod
    def room_for(self, files: Iterable[str]) -> int:
        """Return the bytes to be had free so that `files` can be written again."""

    @abstractmethod
    def dataset(self, table: DeltaTable, keep: Any = None) -> "Dataset":
        """Return what the files of the `table` here hold, of which only what `keep` keeps may be read."""

    @abstractmethod
    def sizes(self, files: Iterable[str]) -> dict[str, int | None]:
        """Return the bytes of each of `files` (addresses), None of those that are gone."""

    @abstractmethod
    def contents(self, files: Sequence[str]) -> dict[str, Path]:
        """Return where each of `files` can be read as it lies here now; those that are gone are left out."""

    @abstractmethod
    def set_aside(self, files: Sequence[str]) -> str:
        """Move what there is of `files` to where it is kept, and return where that is."""

    @abstractmethod
    def move_aside(self) -> "Location":
        """Move all that is here and return where it lies now."""

    @abstractmethod
    def row_files(self) -> dict[str, str]:
        """Return the Parquet files that lie here, none of those in folders: where each can be read."""

    @property
    @abstractmethod
    def here(self) -> Path:
        """Return the folder of this machine in which its files can be read, once they are."""

    @abstractmethod
    def readable(self, address: str) -> str:
        """Return an address of delta-rs as other engines read it."""


class Folder(Location):
    """A folder of this machine."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._path = Path(uri)
        self._log = self._path / LOG

    def below(self, name: str) -> "Folder":
        """Return a folder in this one."""
        return Folder(f"{self.uri}/{name}")

    def stamp(self) -> Stamp | None:
        """Return which folder holds the log and when it last changed."""
        try:
            found = self._log.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def has_commit(self, version: int) -> bool:
        """Return whether it is there: two commits within one tick of the clock leave one time of change."""
        return (self._log / f"{version:020}.json").exists()

    def changing(self) -> AbstractContextManager[None]:
        """Return nothing special: the file system tells who looks."""
        return nullcontext()

    def require_room(self, size: int) -> None:
        """Raise StoreError unless the folder may be written, and has room for about `size` bytes more.

        Where it turns out only while it writes, delta-rs prints a backtrace beside what it raises.
        """
        folder = next((folder for folder in (self._path, *self._path.parents) if folder.exists()), None)
        if folder is None:
            return
        if not os.access(folder, os.W_OK):
            raise StoreError(forbidden(self.uri))
        if shutil.disk_usage(folder).free < size + _LEAST:
            raise StoreError(full(self.uri))
        if _files_left(folder) < _LEAST_FILES:
            msg = (
                f"The disk is full: it can hold no more files, so {self.uri} could not be written. Delete "
                "files and sync again; nothing is lost."
            )
            raise StoreError(msg)

    def room_for(self, files: Iterable[str]) -> int:
        """Return how long `files` are."""
        return sum(size or 0 for size in self.sizes(files).values())

    def dataset(self, table: DeltaTable, _keep: Any = None) -> "Dataset":
        """Return what the files of the `table` here hold, all of which may be read."""
        return files_in(self.uri, table)

    def sizes(self, files: Iterable[str]) -> dict[str, int | None]:
        """Return how long each of `files` is, None of those that are gone."""
        return {file: _size(file) for file in files}

    def contents(self, files: Sequence[str]) -> dict[str, Path]:
        """Return the files themselves."""
        return {file: Path(file) for file in files if Path(file).exists()}

    def set_aside(self, files: Sequence[str]) -> str:
        """Move what there is of `files` into a folder of the table, and return that."""
        aside = self._path / ASIDE
        aside.mkdir(exist_ok=True)
        for file in map(Path, files):
            if file.exists():
                file.rename(aside / file.name)
        return str(aside)

    def move_aside(self) -> "Folder":
        """Rename the folder, to a name that is free."""
        numbers = (f"{ASIDE}_{n}" if n > 1 else ASIDE for n in count(1))
        free = (self._path.with_name(self._path.name + name) for name in numbers)
        return Folder(str(self._path.rename(next(place for place in free if not place.exists()))))

    def row_files(self) -> dict[str, str]:
        """Return the Parquet files in the folder itself, where they are."""
        return {file: file for file in sorted(map(str, self._path.glob("*.parquet")))}

    @property
    def here(self) -> Path:
        """Return the folder."""
        return self._path

    def readable(self, address: str) -> str:
        """Return the address as it is on disk: delta-rs writes a folder `a b` as `a%20b`."""
        return unquote(address)


def files_in(folder: str, table: DeltaTable) -> "Dataset":
    """Return what the files of the `table` hold, which lie in a `folder` of this machine.

    The file system of delta-rs is Python code that pyarrow's threads run, and may still be running when all
    rows are there. A process that ends at that moment aborts.
    """
    return table.to_pyarrow_dataset(filesystem=SubTreeFileSystem(folder, LocalFileSystem()))


def located(uri: str | Location, access: ObjectAccess | None = None) -> Location:
    """Return where `uri` is: a folder, or in an object store, with `access` to that."""
    if isinstance(uri, Location):
        return uri
    if folder := folder_of(uri):
        return Folder(str(folder) if uri.startswith("file://") else uri)
    # Nobody whose store is a folder waits for what only an object store needs.
    from lib.store.object_location import object_folder

    with explained(uri):
        return object_folder(uri, access)


def readable_here(files: Sequence[str]) -> Sequence[str]:
    """Return where `files` of stores that were opened can be read on this machine; copies what is elsewhere.

    Raises StoreError where that fails.
    """
    if not files or folder_of(files[0]):
        return files
    from lib.store.object_location import copies

    with explained(files[0].rpartition("/")[0]):
        return copies(files)


def _size(file: str) -> int | None:
    try:
        return Path(file).stat().st_size
    except FileNotFoundError:
        return None


def _files_left(folder: Path) -> float:
    """Return how many files the disk can still hold; some set no limit, or tell none."""
    if sys.platform == "win32":
        return float("inf")
    disk = os.statvfs(folder)
    return disk.f_favail if disk.f_files else float("inf")
