"""Whether the bytes of stored files are still those that were written.

Rows that are compared by number and sums do not tell a letter that changed in a name. A file is never
written twice, so that one checksum holds for as long as there is the file.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path

from lib.errors import StoreError
from lib.store.delta import Table, Version
from lib.store.location import Location, located
from lib.store.log import Log
from lib.store.records.checksums import CHECKSUMS, FolderSums
from lib.store.table_failures import explained

_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class FileChecksums:
    """The checksums of the files of tables under the folder or address `uri`.

    Every method raises StoreError where a file cannot be read, or the record not be written.
    """

    def __init__(self, uri: str | Location) -> None:
        self._location = located(uri)
        self.log = Log(self._location, CHECKSUMS)
        self._recorded: dict[str, Version] = {}

    def record(self, tables: Iterable[Table]) -> None:
        """Record the checksums of files that have none yet."""
        versions = {table.uri: (table, table.version()) for table in tables}
        news = [table for uri, (table, now) in versions.items() if self._recorded.get(uri) != now]
        entries = [entry for table in news for entry in self._new(table)]
        if entries:
            self.log.write(entries, _BEGINNING)
        self._recorded |= {table.uri: versions[table.uri][1] for table in news}

    def altered(self, table: Table) -> list[str]:
        """Return the addresses of the files of `table` whose bytes are not those that were recorded.

        Files that are gone are not among them.
        """
        known = self.log.read()
        recorded = {
            f"{folder}/{name}": own
            for folder, names in _by_folder(table.files()).items()
            for name in names
            if (own := known.get(self._relative(folder), {}).get(name))
        }
        return [file for file, own in self._sums(recorded).items() if own != recorded[file]]

    def _new(self, table: Table) -> list[FolderSums]:
        """Return what to record of the folders of `table` in which there are other files than recorded."""
        known = self.log.read()
        folders = {
            folder: (names, old)
            for folder, names in _by_folder(table.files()).items()
            if (old := known.get(self._relative(folder), {})).keys() != set(names)
        }
        new = self._sums(
            f"{f}/{name}" for f, (names, old) in folders.items() for name in names if name not in old
        )
        found = []
        for folder, (names, old) in folders.items():
            sums = {name: old.get(name) or new.get(f"{folder}/{name}") for name in names}
            there = {name: own for name, own in sums.items() if own}
            found.append(FolderSums(self._relative(folder), tuple(there), tuple(there.values()), _BEGINNING))
        return found

    def _relative(self, folder: str) -> str:
        return folder.removeprefix(f"{self._location.uri}/")

    def _sums(self, files: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of the bytes of each of `files` that is there: another process may clean up."""
        with explained(self._location.uri):
            contents = self._location.contents(list(files))
        return {file: own for file, path in contents.items() if (own := _checksum(path))}


def _by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of `files` by their folder."""
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        folder, _, name = file.rpartition("/")
        found.setdefault(folder, []).append(name)
    return found


def _checksum(file: Path) -> str | None:
    """Return the SHA-256 of the bytes of `file`, None where it is gone."""
    try:
        with explained(str(file)), file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except StoreError:
        if file.exists():
            raise
        return None
