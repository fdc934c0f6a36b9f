"""Marks on charts over time: what people noted about a day, bills that changed after it, and credits."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from lib.periods.grains import Grain
from lib.periods.local_days import bucket_on
from lib.periods.widths import Width
from lib.periods.windows import Window

NOTED, REVISED, CREDITED = "Note", "Revised", "Credit"
"""The kinds of marks on charts over time."""


class Note(Protocol):
    """What somebody wrote about some days; see `lib.store.records.notes`."""

    @property
    def first(self) -> dt.date:
        """Return the first day."""

    @property
    def last(self) -> dt.date:
        """Return the last day, included."""

    @property
    def text(self) -> str:
        """Return what was written."""

    @property
    def about(self) -> str:
        """Return the key of the anomaly that it explains, empty for a note on the charts."""


@dataclass(frozen=True)
class Revision:
    """A metric of a source that was seen with one value for a day, and later with another."""

    day: dt.date
    source: str
    metric: str
    before: Any
    after: Any
    seen_at: dt.datetime


@dataclass(frozen=True)
class Credit:
    """A line item that took `amount` (US dollars, below zero) off the bill of a day."""

    day: dt.date
    line_item: str
    amount: Decimal


@dataclass(frozen=True)
class Mark:
    """A note, a revision or a credit, and the bucket (its start, UTC) on which it stands."""

    start: dt.datetime
    about: Note | Revision | Credit

    @property
    def kind(self) -> str:
        """Return NOTED, REVISED or CREDITED."""
        if isinstance(self.about, Credit):
            return CREDITED
        return REVISED if isinstance(self.about, Revision) else NOTED


def marks(
    notes: Iterable[Note],
    revised: Iterable[Mapping[str, Any]],
    window: Window,
    grain: Grain,
    credits_: Iterable[Credit] = (),
) -> list[Mark]:
    """Return the marks on the buckets of `window`, by start and kind.

    A note of several days stands on the first of them in the window. `revised` holds rows of
    `lib.store.usage_store.Store.revisions` (see `revisions`).
    """
    found = [
        Mark(bucket_on(max(note.first, window.first), grain, window), note)
        for note in notes
        if note.first < window.end and note.last >= window.first
    ]
    found += [
        Mark(bucket_on(revision.day, grain, window), revision)
        for revision in revisions(revised)
        if window.first <= revision.day < window.end
    ]
    found += [Mark(bucket_on(credit.day, grain, window), credit) for credit in credits_]
    return sorted(found, key=lambda mark: (mark.start, mark.kind))


def revisions(revised: Iterable[Mapping[str, Any]]) -> list[Revision]:
    """Return each day's revision once, by day, source and metric.

    `revised` holds rows of `lib.store.usage_store.Store.revisions`: `before` is what was seen first,
    `after` what was seen last. Rows of other widths than a day say the same again and are left out.
    """
    kept: dict[tuple[Any, ...], Revision] = {}
    for row in sorted(revised, key=lambda r: r["seen_at"]):
        if row["width"] == Width.DAY:
            key = row["day"], row["source"], row["metric"]
            before = kept[key].before if key in kept else row["old"]
            kept[key] = Revision(*key, before, row["new"], row["seen_at"])
    return [revision for _, revision in sorted(kept.items(), key=lambda item: item[0])]
