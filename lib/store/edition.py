"""An edition: which rows pages read, while answers about newer ones are still being found.

Answers about the latest days change each time these are fetched again. An edition holds that back, so that
pages can go on until all is answered anew. What nobody could see before is not held back.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.periods.widths import Width
from lib.store.delta import ABSENT, Version
from lib.store.records.coverage import Days, Groupings, Key
from lib.store.row_windows import part_of_day, part_of_file

LOGS = NAMES, REVISIONS = "names", "revisions"
"""The records that syncs write beside the rows, and that answers depend on."""


@dataclass(frozen=True)
class TableState:
    """What is read of one table: its files, and of each fetched day when and by what it was told."""

    version: Version
    files: list[str]
    days: Days
    told: Mapping[dt.date, Groupings]


@dataclass(frozen=True)
class Edition:
    """The state of every table of which anything was recorded, and the versions of `LOGS`."""

    tables: Mapping[Key, TableState]
    logs: Mapping[str, Version]

    def after(self, shown: "Edition") -> "Edition":
        """Return this edition less what can wait where pages have read `shown`; itself where nothing can.

        Days that were fetched again can wait, a month of a table at a time (of hours and minutes a day); days
        that are new, or gone, cannot.
        """
        tables = {
            key: _held_back(shown.tables[key], newest, key[1]) if key in shown.tables else newest
            for key, newest in self.tables.items()
        }
        something_waits = any(tables[key] != newest for key, newest in self.tables.items())
        something_is_new = tables != shown.tables
        waiting = set()
        if something_waits or not something_is_new:
            waiting.add(REVISIONS)
        if not something_is_new and shown.logs[NAMES] != ABSENT:
            waiting.add(NAMES)
        found = Edition(tables, {log: (shown if log in waiting else self).logs[log] for log in LOGS})
        return next((one for one in (self, shown) if one == found), found)


def _held_back(shown: TableState, newest: TableState, width: Width) -> TableState:
    old_days, new_days = _by_part(shown.days, width), _by_part(newest.days, width)
    waiting = {part for part, days in old_days.items() if new_days.get(part) == days}

    def of_days(day: dt.date) -> TableState:
        return shown if part_of_day(day, width) in waiting else newest

    files = sorted(
        [
            *(file for file in shown.files if part_of_file(file, width) in waiting),
            *(file for file in newest.files if part_of_file(file, width) not in waiting),
        ]
    )
    days = {day: of_days(day).days[day] for day in newest.days}
    told = {day: of_days(day).told[day] for day in newest.days if day in of_days(day).told}
    found = TableState(_version(files), files, days, told)
    same = (one for one in (newest, shown) if (files, days, told) == (one.files, one.days, one.told))
    return next(same, found)


def _by_part(days: Iterable[dt.date], width: Width) -> dict[str, set[dt.date]]:
    found: dict[str, set[dt.date]] = {}
    for day in days:
        found.setdefault(part_of_day(day, width), set()).add(day)
    return found


def _version(files: Iterable[str]) -> Version:
    """Return what changes with the files of a state that no table ever was in."""
    return hashlib.sha256("\n".join(files).encode()).hexdigest(), 0
