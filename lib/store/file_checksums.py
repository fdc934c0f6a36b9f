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
    """The checksums of the files of tables under the folder `uri`; an object store keeps its own.

    Every method raises StoreError where a file cannot be read, or the record not be written.
    """

    def __init__(self, uri: str | Location) -> None:
        location = located(uri)
        self._uri, self._is_needed = location.uri, not location.guards_bytes
        self.log = Log(location, CHECKSUMS)
        self._recorded: dict[str, Version] = {}

    def record(self, tables: Iterable[Table]) -> None:
        """Record the checksums of files that have none yet."""
        if not self._is_needed:
            return
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
        if not self._is_needed:
            return []
        known = self.log.read()
        return [
            f"{folder}/{name}"
            for folder, names in _by_folder(table.files()).items()
            for name in names
            if (recorded := known.get(self._relative(folder), {}).get(name))
            and recorded != (_checksum(f"{folder}/{name}") or recorded)
        ]

    def _new(self, table: Table) -> list[FolderSums]:
        """Return what to record of the folders of `table` in which there are other files than recorded."""
        known = self.log.read()
        found = []
        for folder, names in _by_folder(table.files()).items():
            relative = self._relative(folder)
            old = known.get(relative, {})
            if old.keys() != set(names):
                sums = {name: old.get(name) or _checksum(f"{folder}/{name}") for name in names}
                there = {name: own for name, own in sums.items() if own}
                found.append(FolderSums(relative, tuple(there), tuple(there.values()), _BEGINNING))
        return found

    def _relative(self, folder: str) -> str:
        return folder.removeprefix(f"{self._uri}/")


def _by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of `files` by their folder."""
    found: dict[str, list[str]] = {}
    for file in sorted(files):
        folder, _, name = file.rpartition("/")
        found.setdefault(folder, []).append(name)
    return found


def _checksum(file: str) -> str | None:
    """Return the SHA-256 of the bytes of `file`, None where it is gone: another process may clean up."""
    try:
        with explained(file), Path(file).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except StoreError:
        if Path(file).exists():
            raise
        return None
