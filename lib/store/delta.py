"""One Delta table in a folder: opened once, looked at again cheaply, safe between threads and processes."""

import hashlib
import random
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from lib.store.location import Location, Stamp, located
from lib.store.table_failures import explained, is_damage

ABSENT = ("", -1)
"""The version of a table that nobody has written yet."""

TRIES = 20
_NOW_AND_THEN = 20
_MANY = 5
_STRAY_HOURS = 24
_SMALLER = 4  # how many times smaller, at least, the rows are in a file
_LOOKS = 3
# A refresh every ten minutes would leave gigabytes of replaced files in the week that is the default.
_CONFIGURATION = {
    "delta.deletedFileRetentionDuration": "interval 1 hours",
    "delta.logRetentionDuration": "interval 1 days",
}

_ROWS_ADDED = "rowsAdded"
_ADDED = CommitProperties(custom_metadata={_ROWS_ADDED: "1"})

Version = tuple[str, int]
Told = Mapping[str, str]
"""What a commit says of itself beside its rows."""


class Table:
    """A Delta table at `uri`; it is created, with `columns`, when something is first written.

    Every method raises StoreError with what happened, to which folder, and what to do.
    """

    def __init__(self, uri: str | Location, columns: pa.Schema, partition: str | None = None) -> None:
        self._location = located(uri)
        self.uri = self._location.uri
        self.columns = columns
        self._partition = [partition] if partition else None
        self._lock = threading.RLock()
        self._handle: DeltaTable | None = None
        self._stamp: Stamp | None = None
        self._files: tuple[Version, list[str]] = (ABSENT, [])
        self._fingerprint: tuple[Version, str] = (ABSENT, "")
        self._tidied: int | None = None

    def version(self) -> Version:
        """Return the newest version: the table's identity and a number that grows with every change."""
        with self._lock, explained(self.uri):
            handle = self._look()
            return (str(handle.metadata().id), handle.version()) if handle else ABSENT

    def files(self) -> list[str]:
        """Return the addresses of the newest version's Parquet files, sorted; none where nothing is."""
        with self._lock, explained(self.uri):
            version = self.version()
            if version != self._files[0]:
                handle = self._look()
                self._files = (version, self._addresses(handle) if handle else [])
            return list(self._files[1])

    def row_count(self) -> int:
        """Return how many rows the newest version has, as its log tells."""
        with self._lock, explained(self.uri):
            handle = self._look()
            return sum(handle.get_add_actions()["num_records"].to_pylist()) if handle else 0

    def fingerprint(self) -> str:
        """Return what names the rows that are stored now, wherever the table lies; "" without any file.

        Files never change and have names of their own, so that the same names are the same rows.
        """
        with self._lock:
            version = self.version()
            if version != self._fingerprint[0]:
                names = sorted(uri.rpartition("/")[2] for uri in self.files())
                digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32] if names else ""
                self._fingerprint = (version, digest)
            return self._fingerprint[1]

    def damaged_files(self) -> list[str]:
        """Return the addresses of the files that are gone or shorter or longer than they were written."""
        with self._lock, explained(self.uri):
            handle = self._look()
            if handle is None:
                return []
            written = handle.get_add_actions(flatten=True)
            paths, sizes = written.column("path").to_pylist(), written.column("size_bytes").to_pylist()
            addresses = (f"{self.uri}/{self._location.readable(path)}" for path in paths)
            files = dict(zip(addresses, sizes, strict=True))
            found = self._location.sizes(files)
            return [file for file, size in files.items() if found[file] != size]

    def set_aside(self, files: Sequence[str]) -> str:
        """Let the table go on without `files`; return the folder in which what there is of them is kept."""
        with self._lock, explained(self.uri):
            aside = self._location.set_aside(files)
            self._clean_up(lambda handle: handle.repair())
            return aside

    def has_damaged_log(self) -> bool:
        """Return whether the table has a log that makes no sense; its rows cannot be found then."""
        return all(_is_damaged(self._location) for _ in range(_LOOKS))

    def move_aside(self) -> Location:
        """Move all of the table's folder, so that the table begins anew, and return where it lies now."""
        with self._lock, explained(self.uri):
            moved = self._location.move_aside()
            self._handle = self._stamp = None
            return moved

    def read(self, columns: Sequence[str] | None = None, keep: Any = None) -> pa.Table:
        """Return the rows that the pyarrow expression `keep` keeps, in `columns` (all by default)."""
        names = list(columns or self.columns.names)
        with self._lock, explained(self.uri):
            none = self.columns.empty_table().select(names)
            handle = self._look()
            if handle is None:
                return none
            stored = self._location.dataset(handle, keep)
            known = [name for name in names if name in stored.schema.names]
            return pa.concat_tables([none, stored.to_table(known, keep)], promote_options="default")

    def append(self, rows: pa.Table) -> None:
        """Add `rows` in one commit."""
        if rows.num_rows:
            self._commit(
                lambda handle: write_deltalake(
                    handle, rows, mode="append", schema_mode="merge", commit_properties=_ADDED
                ),
                room=rows.nbytes // _SMALLER,
            )

    def append_unless_added(self, rows: pa.Table, *, since: Version) -> bool:
        """Add `rows` in one commit unless any were added after the version `since`; return whether they were.

        Of those that try at once, in any number of processes, one succeeds.
        """
        added = False

        def decide(commits: list[Told]) -> tuple[pa.Table, None] | None:
            nonlocal added
            added = not any(_ROWS_ADDED in told for told in commits)
            return (rows, None) if added else None

        self.supersede(decide, since=since, told={_ROWS_ADDED: "1"}, parts=[_ROWS_ADDED])
        return added

    def told(self, since: Version) -> list[Told]:
        """Return what each commit after the version `since` was told, the newest first."""
        with self._lock, explained(self.uri):
            handle = self._look()
            return _told(handle, since) if handle else []

    def supersede(
        self,
        decide: Callable[[list[Told]], tuple[pa.Table, str | None] | None],
        *,
        since: Version,
        told: Told,
        parts: Collection[str],
    ) -> None:
        """Put rows in place of others, in one commit that is `told`, or do nothing where there are none.

        `decide` returns the rows and the predicate of what they replace (None where they replace nothing), or
        None to leave all as it is. It is given what `told` returns at the version on which this commit
        builds. Of two commits that share one of `parts` and build on the same version, the later one is not
        made but decided anew.
        """
        properties = CommitProperties(
            custom_metadata=dict(told), app_transactions=[Transaction(part, 1) for part in parts]
        )

        def commit() -> None:
            kept = self._size_of(parts)
            handle = self._look(to_change=True)
            if handle is None:
                decided = decide([])
                if decided is None or not decided[0].num_rows:
                    return
                handle = self._create()
            decided = decide(_told(handle, since))
            if decided:
                rows, replaced = decided
                self._location.require_room(rows.nbytes // _SMALLER + kept)
                write = partial(
                    write_deltalake, handle, rows, schema_mode="merge", commit_properties=properties
                )
                write(mode="append") if replaced is None else write(mode="overwrite", predicate=replaced)

        self._until_it_wins(commit)

    def tidy(self, fold: Callable[[pa.Table], pa.Table] | None = None) -> None:
        """Now and then, make few files of many small ones and delete those that no version needs.

        From then on the log is read as one file, and not by one for each version before, for which an object
        store would be asked one by one.

        `fold` returns the rows that are worth keeping; without it all are. So they are where a newer
        version of the app added columns, of which `fold` knows nothing.
        """
        version = self.version()[1]
        if version // _NOW_AND_THEN == (self._tidied or 0) // _NOW_AND_THEN:
            return
        files = self.files()
        partitions = {uri.rpartition("/")[0] for uri in files}
        if len(files) > _MANY * len(partitions):
            self._commit(lambda handle: self._compact(handle, fold))
        if files:
            # What was replaced goes after an hour. What no log entry names any more, or not yet, goes after a
            # day: the log forgets, and a writer names its files last.
            self._clean_up(lambda handle: handle.vacuum(dry_run=False))
            self._clean_up(
                lambda handle: handle.vacuum(
                    _STRAY_HOURS, dry_run=False, enforce_retention_duration=False, full=True
                )
            )
        self._clean_up(lambda handle: handle.create_checkpoint())
        self._tidied = self.version()[1]

    def _size_of(self, parts: Collection[str]) -> int:
        """Return the bytes of the files in the partitions `parts`, which a commit may have to write anew."""
        labels = [f"={part}/" for part in parts]
        return self._location.room_for(f for f in self.files() if any(label in f for label in labels))

    def _addresses(self, handle: DeltaTable) -> list[str]:
        return sorted(self._location.readable(uri) for uri in handle.file_uris())

    def _compact(self, handle: DeltaTable, fold: Callable[[pa.Table], pa.Table] | None) -> None:
        stored = {field.name for field in handle.schema().fields}
        if fold is None or stored - {*self.columns.names}:
            handle.optimize.compact()
        else:
            rows = self._location.dataset(handle).to_table()
            write_deltalake(handle, fold(rows), mode="overwrite")

    def _commit(self, action: Callable[[DeltaTable], object], room: int = 0) -> None:
        """Run `action`, which writes about `room` bytes, on the newest version, of a new table if need be."""
        with explained(self.uri):
            self._location.require_room(room)
        self._until_it_wins(lambda: action(self._look(to_change=True) or self._create()))

    def _clean_up(self, action: Callable[[DeltaTable], object]) -> None:
        """Run `action`, which writes no rows and is what makes room on a full disk."""
        self._until_it_wins(lambda: (handle := self._look(to_change=True)) and action(handle))

    def _until_it_wins(self, commit: Callable[[], object]) -> None:
        """Call `commit`; again, a little later, where another process was faster."""
        with self._lock, explained(self.uri), self._location.changing():
            for attempt in range(1, TRIES + 1):
                try:
                    commit()
                except CommitFailedError:
                    if attempt == TRIES:
                        raise
                    time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
                else:
                    return

    def _create(self) -> DeltaTable:
        self._handle = DeltaTable.create(
            self.uri,
            self.columns,
            mode="ignore",
            partition_by=self._partition,
            configuration=_CONFIGURATION,
            storage_options=_options(self._location),
        )
        return self._handle

    def _look(self, *, to_change: bool = False) -> DeltaTable | None:
        """Return the handle at the newest version, None where there is no table."""
        stamp, known = self._location.stamp(), self._stamp
        version = self._handle.version() if self._handle else -1
        late = to_change and self._location.is_told_late
        if late or stamp is None or stamp != known or self._location.has_commit(version + 1):
            if self._handle is None or stamp is None or known is None or stamp[0] != known[0]:
                self._handle = _opened(self._location)
            else:
                self._handle = _updated(self._handle, self._location)
            self._stamp = stamp
        if self._tidied is None:
            self._tidied = self._handle.version() if self._handle else 0
        return self._handle


def _told(handle: DeltaTable, since: Version) -> list[Told]:
    """Return what each commit after `since` was told; in another table than it was of, what all were."""
    known = since[1] if since[0] == str(handle.metadata().id) else -1
    newer = handle.version() - known
    return [{k: str(v) for k, v in entry.items()} for entry in handle.history(newer)] if newer > 0 else []


def _updated(handle: DeltaTable, location: Location) -> DeltaTable | None:
    try:
        handle.update_incremental()
    except DeltaError:
        return _opened(location)  # the commits since then may have been cleaned away
    return handle


def _opened(location: Location) -> DeltaTable | None:
    try:
        return DeltaTable(location.uri, storage_options=_options(location))
    except TableNotFoundError:
        return None


def _is_damaged(location: Location) -> bool:
    try:
        _opened(location)
    except (DeltaError, OSError) as failure:
        return is_damage(failure)
    return False


def _options(location: Location) -> dict[str, str] | None:
    return None if location.options is None else dict(location.options)
