"""Coverage: which days of a source were fetched and stored, when, and what was stored of each."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import MONEY, TIME
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, runs
from lib.store.log import TEXT, Record, as_row, in_utc

_NAMES, _SLICES = ",", "|"

Held = TypeVar("Held", set[dt.date], dict[dt.date, dt.datetime])
Days = dict[dt.date, dt.datetime]
Key = tuple[str, Width]
"""A source's name and a bucket width."""
Groupings = tuple[tuple[str, ...], ...]
"""The dimensions by which rows are told: of all of them, or of each slice that adds up to the whole."""


@dataclass(frozen=True)
class DayTotal:
    """How many rows a day has, and the sum of every number in them: enough to see that rows changed."""

    rows: int
    amount: Decimal


NO_ROWS = DayTotal(0, Decimal())


@dataclass(frozen=True)
class Covered:
    """That the days from `first` to before `end` of a source were fetched and stored, and when.

    Without `fetched_at`, that what had been stored of them is not there any more. `dimensions` says by what
    the rows are told and `totals`, by day, what was stored; None is what was not recorded. `fingerprint`
    names the files that the table had then; it is None where nobody compared the rest of them with what was
    recorded. `unanswered` are days about which the API said nothing, not even that they were quiet, and
    `unanswered_since` says of each when it was first asked in vain; not said, that is `fetched_at`. An entry
    without days only says which fingerprint agreed. `recorded_at` is set when an entry is recorded: the later
    one holds.
    """

    source: str
    width: Width
    first: dt.date
    end: dt.date
    fetched_at: dt.datetime | None
    requests: int = 0
    rows: int = 0
    dimensions: Groupings | None = None
    totals: tuple[DayTotal | None, ...] = ()
    fingerprint: str | None = None
    unanswered: tuple[dt.date, ...] = ()
    unanswered_since: tuple[dt.datetime, ...] = ()
    recorded_at: dt.datetime | None = None

    def __iter__(self) -> Iterator[dt.date]:
        """Yield each day."""
        return (self.first + dt.timedelta(days=n) for n in range((self.end - self.first).days))

    def only(self, first: dt.date, end: dt.date) -> "Covered":
        """Return what the entry says of the days from `first` to before `end`, of which it has each."""
        a, b = (first - self.first).days, (end - self.first).days
        kept = [nth for nth, day in enumerate(self.unanswered) if first <= day < end]
        unanswered = tuple(self.unanswered[nth] for nth in kept)
        since = tuple(self.unanswered_since[nth] for nth in kept if self.unanswered_since)
        cut = {"first": first, "end": end, "totals": self.totals[a:b]}
        cut |= {"unanswered": unanswered, "unanswered_since": since}
        return Covered(**{**as_row(self), **cut})


@dataclass(frozen=True)
class Coverage:
    """What all entries say together, by source and width; see `Covered`.

    `days` says when each day was last fetched (UTC), `groupings` by what its rows are told, `lost` which days
    are not there any more, `unanswered` about which the API said nothing, and since when, `fingerprints`
    which fingerprint is known to agree with the record, if any.
    """

    days: dict[Key, Days] = field(default_factory=dict)
    groupings: dict[Key, dict[dt.date, Groupings]] = field(default_factory=dict)
    lost: dict[Key, set[dt.date]] = field(default_factory=dict)
    unanswered: dict[Key, Days] = field(default_factory=dict)
    fingerprints: dict[Key, str | None] = field(default_factory=dict)
    recorded_at: dt.datetime | None = None
    _entries: pa.Table | None = field(default=None, compare=False, repr=False)

    def holding(self, key: Key) -> list[Covered]:
        """Return the entries that hold, cut to the days of which nothing later was recorded."""
        if self._entries is None:
            return []
        table = self._entries.filter(pc.equal(self._entries["source"], key[0]))
        rows = table.filter(pc.equal(table["width"], key[1])).to_pylist()
        return [
            entry.only(run.first, run.end)
            for entry, days in _owners([_entry(row) for row in rows])
            if entry.fetched_at
            for run in runs(days)
        ]

    def totals(self, key: Key) -> dict[dt.date, DayTotal]:
        """Return what was stored of each day, where that is known."""
        return {
            day: total
            for entry in self.holding(key)
            for day, total in zip(entry, entry.totals, strict=False)
            if total is not None
        }


def _encode(entry: Covered) -> dict[str, Any]:
    row = as_row(entry)
    totals, told = row.pop("totals"), entry.dimensions
    return row | {
        "unanswered": list(entry.unanswered) or None,
        "unanswered_since": list(entry.unanswered_since) or None,
        "dimensions": None if told is None else _SLICES.join(map(_NAMES.join, told)),
        "day_rows": [t and t.rows for t in totals] or None,
        "day_amounts": [t and t.amount for t in totals] or None,
    }


def _entry(row: dict[str, Any]) -> Covered:
    rows, amounts = row.pop("day_rows") or (), row.pop("day_amounts") or ()
    totals = tuple(
        None if count is None or amount is None else DayTotal(count, amount)
        for count, amount in zip(rows, amounts, strict=True)
    )
    moments = {name: in_utc(row[name]) for name in ("fetched_at", "recorded_at")}
    told = row["dimensions"] is not None and _groupings(row["dimensions"])
    return Covered(
        **{
            **row,
            **moments,
            "width": Width(row["width"]),
            "totals": totals,
            "dimensions": told or None,
            "unanswered": tuple(row["unanswered"] or ()),
            "unanswered_since": tuple(_moments(row["unanswered_since"] or ())),
        }
    )


def _moments(read: Iterable[dt.datetime]) -> list[dt.datetime]:
    return [moment.astimezone(dt.UTC) for moment in read]


@cache
def _groupings(text: str) -> Groupings:
    return tuple(tuple(names.split(_NAMES)) if names else () for names in text.split(_SLICES))


def _ordered(table: pa.Table) -> pa.Table:
    """Return the entries in the order in which they were recorded."""
    moments = pc.coalesce(table["recorded_at"], table["fetched_at"])
    return table.take(pc.sort_indices(pa.table({"at": moments}), [("at", "ascending")]))


def _owners(entries: list[Covered]) -> list[tuple[Covered, list[dt.date]]]:
    """Return each entry of one source and width, in order, with the days that no later one has."""
    taken: set[dt.date] = set()
    owners: list[tuple[Covered, list[dt.date]]] = []
    for entry in reversed(entries):
        own = [day for day in entry if day not in taken]
        taken.update(own)
        owners.append((entry, own))
    return owners[::-1]


_BRIEF = (
    "source",
    "width",
    "first",
    "end",
    "fetched_at",
    "dimensions",
    "fingerprint",
    "unanswered",
    "unanswered_since",
)


def _fold(table: pa.Table) -> pa.Table:
    table = _ordered(table)
    taken: dict[tuple[str, str], set[dt.date]] = {}
    kept = []
    rows = table.select(_BRIEF).to_pylist()
    for nth, row in reversed([*enumerate(rows)]):
        key = (row["source"], row["width"])
        latest, days = key not in taken, taken.setdefault(key, set())
        own = {row["first"] + n * ONE_DAY for n in range((row["end"] - row["first"]).days)} - days
        if own or latest:
            kept.append(nth)
        days |= own
    return table.take(pa.array(kept[::-1], pa.int64()))


def _decode(table: pa.Table) -> Coverage:
    table = _fold(table)
    found: dict[Key, Days] = {}
    groupings: dict[Key, dict[dt.date, Groupings]] = {}
    lost: dict[Key, set[dt.date]] = defaultdict(set)
    unanswered: dict[Key, Days] = defaultdict(dict)
    fingerprints: dict[Key, str | None] = {}
    for row in table.select(_BRIEF).to_pylist():
        key = (row["source"], Width(row["width"]))
        days, told = found.setdefault(key, {}), groupings.setdefault(key, {})
        fingerprints[key] = row["fingerprint"]
        fetched_at = in_utc(row["fetched_at"])
        for n in range((row["end"] - row["first"]).days):
            day = row["first"] + n * ONE_DAY
            told.pop(day, None)
            unanswered[key].pop(day, None)
            if fetched_at:
                if row["dimensions"] is not None:
                    told[day] = _groupings(row["dimensions"])
                days[day] = fetched_at
                lost[key].discard(day)
            else:
                days.pop(day, None)
                lost[key].add(day)
        if row["unanswered"] and fetched_at:
            since = row["unanswered_since"] or [fetched_at] * len(row["unanswered"])
            unanswered[key].update(zip(row["unanswered"], _moments(since), strict=True))
    newest = pc.max(pc.coalesce(table["recorded_at"], table["fetched_at"])).as_py()
    return Coverage(found, groupings, _some(lost), _some(unanswered), fingerprints, in_utc(newest), table)


def _some(days: dict[Key, Held]) -> dict[Key, Held]:
    return {key: held for key, held in days.items() if held}


COVERAGE: Record[Covered, Coverage] = Record(
    "coverage",
    pa.schema(
        [
            ("source", TEXT),
            ("width", TEXT),
            ("first", pa.date32()),
            ("end", pa.date32()),
            ("fetched_at", TIME),
            ("requests", pa.int64()),
            ("rows", pa.int64()),
            ("dimensions", TEXT),
            ("day_rows", pa.list_(pa.int64())),
            ("day_amounts", pa.list_(MONEY)),
            ("fingerprint", TEXT),
            ("unanswered", pa.list_(pa.date32())),
            ("unanswered_since", pa.list_(TIME)),
            ("recorded_at", TIME),
        ]
    ),
    _decode,
    _fold,
    "fetched_at",
    _encode,
)
"""Decoded: a `Coverage`."""
