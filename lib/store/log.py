"""Logs: append-only tables of records, each of which says what its entries add up to."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from lib.catalog.whole_text import whole_text
from lib.errors import StoreError
from lib.store.delta import Table, Version
from lib.store.location import Location, located
from lib.store.table_failures import DamagedTable

Entry = TypeVar("Entry")
Held = TypeVar("Held")
TEXT = pa.string()
_TICK = dt.timedelta(microseconds=1)


def as_row(entry: Any) -> dict[str, Any]:
    """Return the fields of a dataclass."""
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


@dataclass(frozen=True)
class Record(Generic[Entry, Held]):
    """One kind of record: its folder and columns, and what its entries add up to.

    `fold` returns the rows that are still worth keeping, `decode` what all rows say together. `moment` is
    the column by which a later entry wins over an earlier one. `encode` makes a row of an entry. Of a record
    that `is_whole_or_nothing` nothing is kept once a part is lost, in which something may be taken back.
    """

    folder: str
    columns: pa.Schema
    decode: Callable[[pa.Table], Held]
    fold: Callable[[pa.Table], pa.Table]
    moment: str
    encode: Callable[[Entry], dict[str, Any]] = as_row
    is_whole_or_nothing: bool = False


@dataclass(frozen=True)
class Rebuilt:
    """Where the folder of a log lies that was begun anew, and which of its files could not be read."""

    folder: str
    broken: tuple[str, ...]


class Log(Generic[Entry, Held]):
    """The entries of one record under a folder; safe between threads and processes.

    Every method raises StoreError where the table cannot be read or written.
    """

    def __init__(self, uri: str | Location, record: Record[Entry, Held]) -> None:
        self._record = record
        self._table = Table(located(uri).below(record.folder), record.columns)
        self._held: tuple[Version, Held] | None = None

    def version(self) -> Version:
        """Return what changes with every entry."""
        return self._table.version()

    def read(self) -> Held:
        """Return what the entries add up to, from memory where none has been added."""
        version = self.version()
        held = self._held
        if held is None or held[0] != version:
            held = self._held = (version, self._decoded(self._table.read()))
        return held[1]

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries, all of them or none."""
        self._table.append(self.rows(entries))

    def append_if_newest(self, entries: Iterable[Entry], since: Version) -> bool:
        """Add entries unless somebody added others after the version `since`; return whether they were added.

        Of those that try at once, in any number of processes, one succeeds.
        """
        return self._table.append_unless_added(self.rows(entries), since=since)

    def write(self, entries: Iterable[Entry], at: dt.datetime) -> None:
        """Add what somebody wrote at `at`, later than everything before it, however coarse the clock."""
        newest = pc.max(self._table.read([self._record.moment])[self._record.moment]).as_py()
        moment = max(at, newest + _TICK) if newest else at
        self.append(replace(entry, **{self._record.moment: moment}) for entry in entries)  # type: ignore[type-var]

    def rebuild(self) -> Rebuilt:
        """Begin anew with every entry of the folder that can be read; all of its files are kept beside it."""
        moved = self._table.move_aside()
        found, broken = [self._record.columns.empty_table()], []
        for address, file in moved.row_files().items():
            try:
                rows = pa.concat_tables([found[0], parquet.read_table(file)], promote_options="default")
                self._decoded(rows.select(self._record.columns.names))
            except (StoreError, OSError, pa.ArrowException):
                broken.append(address)
            else:
                found.append(rows)
        if broken and self._record.is_whole_or_nothing:
            del found[1:]
        # Files that were merged hold the same entries as those that they were merged from.
        self._table.append(self._record.fold(pa.concat_tables(found, promote_options="default")))
        return Rebuilt(moved.uri, tuple(broken))

    def _decoded(self, rows: pa.Table) -> Held:
        try:
            return self._record.decode(rows)
        except (ValueError, LookupError, TypeError, ArithmeticError) as failure:
            msg = (
                f"The entries of {self._table.uri} make no sense ({type(failure).__name__}). "
                "`python -m lib verify --repair` keeps those that do."
            )
            raise DamagedTable(msg) from failure

    def rows(self, entries: Iterable[Entry]) -> pa.Table:
        """Return entries as rows; what people write may hold broken Unicode, which no table can."""
        rows = [self._record.encode(entry) for entry in entries]
        whole = [{k: whole_text(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]
        return pa.Table.from_pylist(whole, self._record.columns)

    def tidy(self) -> None:
        """Drop what is not worth keeping, now and then."""
        self._table.tidy(self._record.fold)


def newest(table: pa.Table, keys: Sequence[str], moment: str) -> pa.Table:
    """Return of the rows that agree on `keys` the one with the latest `moment`, in its order."""
    table = table.append_column("nth", pa.array(range(table.num_rows), pa.int64()))
    table = table.sort_by([(moment, "ascending"), ("nth", "ascending")]).drop_columns("nth")
    table = table.append_column("nth", pa.array(range(table.num_rows), pa.int64()))
    last = table.group_by(list(keys)).aggregate([("nth", "max")])["nth_max"]
    return table.take(last.combine_chunks().sort()).drop_columns("nth")


def in_utc(moment: dt.datetime | None) -> dt.datetime | None:
    """Return a moment as read from a table in UTC."""
    return moment and moment.astimezone(dt.UTC)
