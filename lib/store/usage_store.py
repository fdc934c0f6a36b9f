"""The store: Delta tables of rows, and logs of what was fetched, revised, named, refused, noted and set."""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME, partition, schema
from lib.catalog.sources import Source
from lib.errors import StoreError
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Kind, Refusal
from lib.openai_admin.spend_limits import LimitKind as LimitKind
from lib.openai_admin.spend_limits import LimitList, SpendLimit
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.budget_file import Budget
from lib.store.delta import Table, Version
from lib.store.quantity_file import Quantity
from lib.store.records.notes import Note

Decoded = TypeVar("Decoded")
Days = dict[dt.date, dt.datetime]

_TEXT = pa.string()
_LOGS: Mapping[str, pa.Schema] = {
    "coverage": pa.schema(
        [
            ("source", _TEXT),
            ("width", _TEXT),
            ("first", pa.date32()),
            ("end", pa.date32()),
            ("fetched_at", TIME),
            ("requests", pa.int64()),
            ("rows", pa.int64()),
        ]
    ),
    "revisions": pa.schema(
        [
            ("source", _TEXT),
            ("width", _TEXT),
            ("day", pa.date32()),
            ("metric", _TEXT),
            ("old", MONEY),
            ("new", MONEY),
            ("first_fetched_at", TIME),
            ("seen_at", TIME),
        ]
    ),
    "names": pa.schema(
        [
            ("kind", _TEXT),
            ("id", _TEXT),
            ("name", _TEXT),
            ("detail", _TEXT),
            ("project_id", _TEXT),
            ("owner_id", _TEXT),
            ("archived", pa.bool_()),
            ("first_seen", TIME),
            ("last_seen", TIME),
        ]
    ),
    "refusals": pa.schema(
        [
            ("source", _TEXT),
            ("kind", _TEXT),
            ("message", _TEXT),
            ("learned_at", TIME),
            ("dimension", _TEXT),
            ("since", pa.date32()),
            ("until", pa.date32()),
        ]
    ),
    "notes": pa.schema(
        [
            ("note_id", _TEXT),
            ("first", pa.date32()),
            ("last", pa.date32()),
            ("text", _TEXT),
            ("about", _TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    "quantities": pa.schema(
        [
            ("name", _TEXT),
            ("day", pa.date32()),
            ("quantity", pa.decimal128(38, 9)),
            ("who", _TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    "budgets": pa.schema(
        [
            ("dimension", _TEXT),
            ("about", _TEXT),
            ("amount", MONEY),
            ("who", _TEXT),
            ("written_at", TIME),
            ("removed", pa.bool_()),
        ]
    ),
    "limits": pa.schema(
        [
            ("read_at", TIME),
            ("kind", _TEXT),
            ("project_id", _TEXT),
            ("amount", MONEY),
            ("enforced", pa.bool_()),
            ("failure", _TEXT),
        ]
    ),
}
_WIDTH_FOLDERS = {Width.DAY: "day", Width.HOUR: "hour", Width.MINUTE: "minute"}
_SEEN_AGAIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class Covered:
    """That the days from `first` to before `end` of a source were fetched and stored, and when."""

    source: str
    width: Width
    first: dt.date
    end: dt.date
    fetched_at: dt.datetime
    requests: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Revision:
    """That a day's total was another one when it was fetched again.

    `old` and `new` are in the metric's unit, `first_fetched_at` says when `old` was fetched.
    """

    source: str
    width: Width
    day: dt.date
    metric: str
    old: Any
    new: Any
    first_fetched_at: dt.datetime
    seen_at: dt.datetime


class Store:
    """The tables under one folder or address; any number of threads and processes may share it.

    Every method raises StoreError where a table cannot be read or written.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        self._lock = threading.Lock()
        self._tables: dict[str, Table] = {}
        self._decoded: dict[str, tuple[Version, Any]] = {}
        self._logs = {name: Table(f"{self.uri}/{name}", columns) for name, columns in _LOGS.items()}

    def version(self) -> tuple[Version, ...]:
        """Return what changes with every sync: a key for whatever was computed from the store."""
        return tuple(log.version() for log in self._logs.values())

    def files(self, source: Source, width: Width, window: Window | None = None) -> list[str]:
        """Return the addresses of the Parquet files that hold the source's rows now, or those of `window`."""
        files = self._table(source, width).files()
        if window is None:
            return files
        mark, (first, last) = f"/{partition(width)}=", _labels(window, width)
        return [f for f in files if first <= f.rpartition(mark)[2].partition("/")[0] <= last]

    def rows(self, source: Source, width: Width, window: Window, columns: Sequence[str]) -> pa.Table:
        """Return the stored rows of `window`."""
        label, first, last = partition(width), *_labels(window, width)
        keep = (
            (pc.field(label) >= first)
            & (pc.field(label) <= last)
            & (pc.field("start") >= pa.scalar(window.start_time * 1_000_000, pa.int64()).cast(TIME))
            & (pc.field("start") < pa.scalar(window.end_time * 1_000_000, pa.int64()).cast(TIME))
        )
        return self._table(source, width).read(columns, keep)

    def replace(self, source: Source, width: Width, window: Window, table: pa.Table) -> None:
        """Put `table` in place of all that is stored for `window`, at once or not at all."""
        label, first, last = partition(width), *_labels(window, width)
        self._table(source, width).replace(
            table,
            f"{label} >= '{first}' and {label} <= '{last}' and "
            f"start >= '{window.first}T00:00:00Z' and start < '{window.end}T00:00:00Z'",
        )

    def coverage(self, source: Source | str, width: Width) -> Days:
        """Return for each day that was fetched when that last was."""
        name = source if isinstance(source, str) else source.name
        return dict(self._read("coverage", _days).get((name, width), {}))

    def mark(self, covered: Iterable[Covered]) -> None:
        """Record what was fetched and stored."""
        self._append("coverage", covered)

    def revisions(self) -> pa.Table:
        """Return the days whose totals changed after they had ended, each change once, newest first.

        Columns: source, width, day, metric, old, new (in the metric's unit), first_fetched_at, seen_at.
        """
        return self._read("revisions", _distinct)

    def revise(self, revisions: Iterable[Revision]) -> None:
        """Record totals that changed."""
        self._append("revisions", revisions)

    def names(self) -> list[Name]:
        """Return every name ever seen, with when it was first and last seen."""
        return list(self._read("names", _names).values())

    def merge_names(self, names: Iterable[Name], seen_at: dt.datetime) -> None:
        """Record names that are new, changed, or were not seen for a day."""
        known = self._read("names", _names)
        self._append("names", [n for n in (_seen(name, known, seen_at) for name in names) if n])

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what the API refused, the newest word on each."""
        return self._read("refusals", _refusals)

    def remember(self, refusals: Iterable[Refusal]) -> None:
        """Record refusals that are new or were learned again."""
        known = self._read("refusals", _refusals)
        news = (
            r for r in refusals if not any(k.learned_at >= r.learned_at and _says_all_of(k, r) for k in known)
        )
        self._append("refusals", news)

    def notes(self) -> tuple[Note, ...]:
        """Return the notes that were not removed, by their first day."""
        return self._read("notes", _notes)

    def write_note(self, note: Note) -> None:
        """Record a note, in place of the one with the same `note_id`."""
        self._append("notes", [note])

    def budgets(self) -> tuple[Budget, ...]:
        """Return every budget ever set in the app, removals included, oldest first."""
        return self._read("budgets", _budgets)

    def write_budget(self, budget: Budget) -> None:
        """Record that a budget was set or removed."""
        self._append("budgets", [budget])

    def quantities(self) -> tuple[Quantity, ...]:
        """Return the quantities that were not removed, by name and day."""
        return self._read("quantities", _quantities)

    def write_quantities(self, quantities: Iterable[Quantity]) -> None:
        """Record quantities, each in place of the one of the same name and day, all of them or none."""
        self._append("quantities", quantities)

    def limits(self) -> LimitList:
        """Return the limits and alerts as they were last read."""
        return self._read("limits", _limits)

    def write_limits(self, listed: LimitList, read_at: dt.datetime) -> None:
        """Record all that was read of limits and alerts, in place of what was read before."""
        rows = [
            # The first row says that they were read, also where there are none.
            {"read_at": read_at},
            *({"read_at": read_at, "failure": sentence} for sentence in listed.failures),
            *(
                {"read_at": read_at, **{f.name: getattr(one, f.name) for f in fields(one)}}
                for one in listed.limits
            ),
        ]
        self._logs["limits"].append(pa.Table.from_pylist(rows, _LOGS["limits"]))

    def tidy(self) -> None:
        """Merge small files and delete old ones where there are many; cheap where there are few.

        What cannot be tidied stays as it is: whoever reads or writes it will be told why.
        """
        for name, log in self._logs.items():
            with suppress(StoreError):
                log.tidy(_FOLDS[name])
        for table in list(self._tables.values()):
            with suppress(StoreError):
                table.tidy()

    def _table(self, source: Source, width: Width) -> Table:
        uri = f"{self.uri}/{source.name}/{_WIDTH_FOLDERS[width]}"
        with self._lock:
            if uri not in self._tables:
                self._tables[uri] = Table(uri, schema(source, width), partition(width))
            return self._tables[uri]

    def _read(self, name: str, decode: Callable[[pa.Table], Decoded]) -> Decoded:
        """Return a log decoded, from memory where it has not changed."""
        log = self._logs[name]
        version = log.version()
        kept = self._decoded.get(name)
        if kept is None or kept[0] != version:
            kept = self._decoded[name] = (version, decode(log.read()))
        decoded: Decoded = kept[1]
        return decoded

    def _append(self, name: str, entries: Iterable[Any]) -> None:
        self._logs[name].append(_encoded(entries, _LOGS[name]))


def _labels(window: Window, width: Width) -> tuple[str, str]:
    """Return the first and last partition that `window` touches."""
    length = 7 if width is Width.DAY else 10
    last = window.end - dt.timedelta(days=1)
    return window.first.isoformat()[:length], last.isoformat()[:length]


def _encoded(entries: Iterable[Any], columns: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{f.name: getattr(e, f.name) for f in fields(e)} for e in entries], columns)


def _newest(table: pa.Table, keys: Sequence[str], moment: str) -> pa.Table:
    """Return of the rows that agree on `keys` the one with the latest `moment`, in its order."""
    table = table.append_column("nth", pa.array(range(table.num_rows), pa.int64()))
    table = table.sort_by([(moment, "ascending"), ("nth", "ascending")]).drop_columns("nth")
    table = table.append_column("nth", pa.array(range(table.num_rows), pa.int64()))
    last = table.group_by(list(keys)).aggregate([("nth", "max")])["nth_max"]
    return table.take(last.combine_chunks().sort()).drop_columns("nth")


def _fold_coverage(table: pa.Table) -> pa.Table:
    return _newest(table, ["source", "width", "first", "end"], "fetched_at")


def _days(table: pa.Table) -> dict[tuple[str, Width], Days]:
    found: dict[tuple[str, Width], Days] = {}
    for row in _fold_coverage(table).to_pylist():
        days = found.setdefault((row["source"], Width(row["width"])), {})
        days.update(dict.fromkeys(Window(row["first"], row["end"]), row["fetched_at"].astimezone(dt.UTC)))
    return found


def _distinct(table: pa.Table) -> pa.Table:
    keys = [name for name in table.column_names if name != "seen_at"]
    once = table.group_by(keys).aggregate([("seen_at", "min")]).rename_columns([*keys, "seen_at"])
    order = [
        ("seen_at", "descending"),
        ("day", "descending"),
        ("source", "ascending"),
        ("metric", "ascending"),
    ]
    return once.select(table.column_names).sort_by(order)


def _names(table: pa.Table) -> dict[tuple[str, str], Name]:
    found: dict[tuple[str, str], Name] = {}
    for row in table.sort_by("last_seen").to_pylist():
        name = Name(**row)
        old = found.get((name.kind, name.id))
        if old and old.first_seen and name.first_seen:
            name = replace(name, first_seen=min(old.first_seen, name.first_seen))
        found[name.kind, name.id] = name
    return found


def _seen(name: Name, known: Mapping[tuple[str, str], Name], seen_at: dt.datetime) -> Name | None:
    """Return what to record of `name`, None where that is known already."""
    old = known.get((name.kind, name.id))
    if old is None or old.last_seen is None:
        return replace(name, first_seen=seen_at, last_seen=seen_at)
    same = replace(name, first_seen=old.first_seen, last_seen=old.last_seen) == old
    if same and seen_at - old.last_seen < _SEEN_AGAIN:
        return None
    return replace(name, first_seen=old.first_seen, last_seen=max(seen_at, old.last_seen))


def _says_all_of(new: Refusal, old: Refusal) -> bool:
    """Return whether `new` makes `old` needless: it is about the same, and at least as far-reaching."""
    if (new.source, new.kind, new.dimension) != (old.source, old.kind, old.dimension):
        return False
    begins = new.since is None or (old.since is not None and new.since <= old.since)
    ends = new.until is None or (old.until is not None and old.until <= new.until)
    # These dates move, so that the newest is the one that holds.
    return new.kind in (Kind.LOOKBACK, Kind.FLOOR) or (begins and ends)


def _refusals(table: pa.Table) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    for row in table.sort_by("learned_at").to_pylist():
        refusal = Refusal(**{**row, "kind": Kind(row["kind"])})
        found = [*(old for old in found if not _says_all_of(refusal, old)), refusal]
    return tuple(found)


def _newest_notes(table: pa.Table) -> pa.Table:
    return _newest(table, ["note_id"], "written_at")


def _notes(table: pa.Table) -> tuple[Note, ...]:
    rows = _newest_notes(table).to_pylist()
    notes = (Note(**{**row, "written_at": row["written_at"].astimezone(dt.UTC)}) for row in rows)
    return tuple(sorted((n for n in notes if not n.removed), key=lambda n: (n.first, n.last, n.note_id)))


def _newest_quantities(table: pa.Table) -> pa.Table:
    return _newest(table, ["name", "day"], "written_at")


def _quantities(table: pa.Table) -> tuple[Quantity, ...]:
    found = (Quantity(**row) for row in _newest_quantities(table).to_pylist())
    return tuple(sorted((q for q in found if not q.removed), key=lambda q: (q.name, q.day)))


def _budgets(table: pa.Table) -> tuple[Budget, ...]:
    rows = table.sort_by("written_at").to_pylist()
    return tuple(Budget(**{**row, "written_at": row["written_at"].astimezone(dt.UTC)}) for row in rows)


def _newest_limits(table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["read_at"], pc.max(table["read_at"])))


def _limits(table: pa.Table) -> LimitList:
    rows = _newest_limits(table).to_pylist()
    if not rows:
        return LimitList()
    return LimitList(
        tuple(
            SpendLimit(LimitKind(row["kind"]), row["project_id"], row["amount"], row["enforced"])
            for row in rows
            if row["kind"]
        ),
        tuple(row["failure"] for row in rows if row["failure"]),
        rows[0]["read_at"].astimezone(dt.UTC),
    )


_FOLDS: Mapping[str, Callable[[pa.Table], pa.Table]] = {
    "coverage": _fold_coverage,
    "revisions": _distinct,
    "names": lambda table: _encoded(_names(table).values(), _LOGS["names"]),
    "refusals": lambda table: _encoded(_refusals(table), _LOGS["refusals"]),
    "notes": _newest_notes,
    "quantities": _newest_quantities,
    "budgets": lambda table: table,
    "limits": _newest_limits,
}
