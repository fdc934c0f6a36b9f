"""Verification: whether the stored rows hold what was recorded of them.

A folder may be deleted, a commit lost, an older copy put back. Days that do not hold what was recorded
are marked as lost, so that they are fetched again like any other missing day.
"""

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from lib.catalog.sources import SOURCES, Source
from lib.engine.stored_totals import stored_totals, unreadable_files
from lib.errors import StoreError
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window, runs
from lib.store.records.coverage import NO_ROWS, Covered, DayTotal, Key
from lib.store.row_windows import of_window
from lib.store.usage_store import Store

_TRIES = 3


@dataclass(frozen=True)
class Finding:
    """What a comparison found of a source: days that do not hold what was recorded, or why it failed.

    `files` are gone or not as they were written, or cannot be read, and nothing was compared. Once they were
    set aside, `kept_in` is the folder that holds them.
    """

    source: str
    width: Width
    days: tuple[dt.date, ...] = ()
    files: tuple[str, ...] = ()
    failure: str = ""
    kept_in: str = ""

    @property
    def agrees(self) -> bool:
        """Return whether every day holds what was recorded of it."""
        return not (self.days or self.files or self.failure)


def verify(store: Store, key: Key) -> Finding:
    """Return how the stored rows of a source differ from what was recorded; rows and marks stay as they are.

    What agrees is recorded as such, with the totals of days about which no record has any.
    """
    source, width = SOURCES[key[0]], key[1]
    try:
        if wrong := [*store.damaged_files(source, width), *store.altered_files(source, width)]:
            return Finding(*key, files=tuple(dict.fromkeys(wrong)))
        recorded, stored, fingerprint = _compared(store, source, width)
        days = tuple(day for entry in recorded for day in _differing(entry, stored))
        if recorded and not days:
            with suppress(StoreError):  # whoever may only read compares again the next time
                _learn(store, key, recorded, stored, fingerprint)
            store.record_checksums()
    except StoreError as failure:
        files = _unreadable(store, source, width)
        return Finding(*key, files=files) if files else Finding(*key, failure=str(failure))
    return Finding(*key, tuple(sorted(days)))


def repair(store: Store, finding: Finding) -> Finding:
    """Mark as lost the days of `finding`, and those of its files; return which days these are."""
    key, source = (finding.source, finding.width), SOURCES[finding.source]
    try:
        if finding.files:
            untold = _untold_days(store, source, finding)
            kept_in = store.set_aside(source, finding.width, finding.files)
            finding = verify(store, key)
            finding = replace(finding, days=tuple(sorted({*finding.days, *untold})), kept_in=kept_in)
        store.mark(
            Covered(*key, window.first, window.end, None, fingerprint=None) for window in runs(finding.days)
        )
        if not finding.failure:
            verify(store, key)
    except StoreError as failure:
        return replace(finding, failure=str(failure))
    return finding


def begun_anew(store: Store, finding: Finding) -> tuple[Finding, str]:
    """Move the table of `finding` aside if its log is damaged; return what is missing then, and its folder.

    Any other finding is returned as it is, without a folder.
    """
    key, source = (finding.source, finding.width), SOURCES[finding.source]
    if not (finding.failure and store.has_damaged_log(source, finding.width)):
        return finding, ""
    try:
        moved = store.move_aside(source, finding.width)
    except StoreError as failure:
        return replace(finding, failure=str(failure)), ""
    days = {day for day, was in store.totals(source, finding.width).items() if was != NO_ROWS}
    return Finding(*key, tuple(sorted(days | _untold(store, source, finding.width)))), moved


def look(store: Store, keys: Iterable[Key]) -> list[Finding]:
    """Compare and repair the sources that are not known to agree; return what was found wrong.

    A source whose files are those that agreed before is not read.
    """
    found = [verify(store, key) for key in dict.fromkeys(keys) if not _agrees(store, key)]
    return [repair(store, finding) for finding in found if not finding.agrees]


def _agrees(store: Store, key: Key) -> bool:
    source, width = SOURCES[key[0]], key[1]
    try:
        agreed = store.agreed(source, width)
        return store.fingerprint(source, width) == agreed and not store.damaged_files(source, width)
    except StoreError:
        return False


def _untold_days(store: Store, source: Source, finding: Finding) -> set[dt.date]:
    """Return the days that the files of `finding` may hold rows of, and whose totals nobody recorded."""
    untold = _untold(store, source, finding.width)
    return {day for day in untold if of_window(finding.files, finding.width, Window(day, day + ONE_DAY))}


def _untold(store: Store, source: Source, width: Width) -> set[dt.date]:
    """Return the days that were fetched when totals were not recorded yet."""
    return store.coverage(source, width).keys() - store.totals(source, width).keys()


def _unreadable(store: Store, source: Source, width: Width) -> tuple[str, ...]:
    try:
        return tuple(unreadable_files(store, source, width))
    except StoreError:
        return ()  # the table's own log is what cannot be read


def _compared(
    store: Store, source: Source, width: Width
) -> tuple[list[Covered], dict[dt.date, DayTotal | None], str]:
    """Return what was recorded, what is stored, and the fingerprint that was read."""
    for _ in range(_TRIES):
        fingerprint = store.fingerprint(source, width)
        recorded, stored = store.recorded(source, width), stored_totals(store, source, width)
        if store.fingerprint(source, width) == fingerprint:
            return recorded, stored, fingerprint
    msg = f"Other processes kept changing {source.label} while it was compared. Try again later."
    raise StoreError(msg)


def _differing(entry: Covered, stored: dict[dt.date, DayTotal | None]) -> list[dt.date]:
    """Return the days of `entry` whose totals are others; what cannot be told exactly does not count."""
    totals = zip(entry, entry.totals, strict=False)
    return [day for day, was in totals if was and (now := stored.get(day, NO_ROWS)) and now != was]


def _learn(
    store: Store,
    key: Key,
    recorded: list[Covered],
    stored: dict[dt.date, DayTotal | None],
    fingerprint: str,
) -> None:
    learned = [
        replace(entry, totals=tuple(stored.get(day, NO_ROWS) for day in entry), fingerprint=fingerprint)
        for entry in recorded
        if None in (entry.totals or (None,))
    ]
    if learned:
        store.mark(learned)
    elif store.agreed(SOURCES[key[0]], key[1]) != fingerprint:
        store.agree(SOURCES[key[0]], key[1], fingerprint)
