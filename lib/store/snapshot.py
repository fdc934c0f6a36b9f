"""A store as it was when somebody first looked, so that one page or plan looks at each table once."""

import datetime as dt
import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from lib.catalog.sources import SOURCES, Source
from lib.errors import StoreError
from lib.openai_admin.refusals import Refusal
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.delta import Version
from lib.store.edition import LOGS, Edition, TableState
from lib.store.records.coverage import Days, Groupings, Key
from lib.store.row_windows import of_window
from lib.store.usage_store import Store

Seen = TypeVar("Seen")


class Snapshot(Store):
    """A store of which versions, files, fetched days and refusals stay as they were first seen.

    What is written through it is written to the store itself; it is for one page's reading, no longer.
    """

    def __init__(self, store: Store) -> None:
        vars(self).update(vars(store))
        self._seen: dict[Hashable, Any] = {}
        self._looking = threading.RLock()

    def hold(self, edition: Edition) -> None:
        """Let the tables be in the states of an edition."""
        for (name, width), state in edition.tables.items():
            self._seen["version", name, width] = state.version
            self._seen["files", name, width] = state.files
            self._seen["coverage", name, width] = state.days
            self._seen["told", name, width] = state.told
        for log, version in edition.logs.items():
            self._seen["log", log] = version

    def versions(self) -> Hashable:
        """Return what changes with the edition."""
        tables = ((key, self._version_of(key)) for key in self.recorded_keys())
        return self.log_versions("coverage", *LOGS), tuple(tables)

    def edition(self) -> Edition:
        """Return the states of the tables, but for those that cannot be read."""
        tables: dict[Key, TableState] = {}
        for name, width in self.recorded_keys():
            with suppress(StoreError):
                tables[name, width] = TableState(
                    self.table_version(SOURCES[name], width),
                    self.files(SOURCES[name], width),
                    self.coverage(name, width),
                    self.groupings(name, width),
                )
        return Edition(tables, dict(zip(LOGS, self.log_versions(*LOGS), strict=True)))

    def _version_of(self, key: Key) -> Version | None:
        try:
            return self.table_version(SOURCES[key[0]], key[1])
        except StoreError:
            return None  # whoever reads it is told why

    def log_versions(self, *names: str) -> tuple[Version, ...]:
        """Return what changes with every entry of the records called `names`."""
        return tuple(self._log_version(name) for name in names)

    def _log_version(self, name: str) -> Version:
        return self._once(("log", name), lambda: super(Snapshot, self).log_versions(name)[0])

    def table_version(self, source: Source, width: Width) -> Version:
        """Return what changes with every sync of the source at that width."""
        return self._once(
            ("version", source.name, width), lambda: super(Snapshot, self).table_version(source, width)
        )

    def files(self, source: Source, width: Width, window: Window | None = None) -> list[str]:
        """Return the addresses of the Parquet files that hold the source's rows, or those of `window`."""
        if window is not None:
            return of_window(self.files(source, width), width, window)
        return self._once(("files", source.name, width), lambda: super(Snapshot, self).files(source, width))

    def coverage(self, source: Source | str, width: Width) -> Days:
        """Return for each day that was fetched when that last was."""
        name = source if isinstance(source, str) else source.name
        return self._once(("coverage", name, width), lambda: super(Snapshot, self).coverage(name, width))

    def groupings(self, source: Source | str, width: Width) -> Mapping[dt.date, Groupings]:
        """Return by which groupings the rows of each day are told, where that was recorded."""
        name = source if isinstance(source, str) else source.name
        return self._once(("told", name, width), lambda: super(Snapshot, self).groupings(name, width))

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what the API refused, the newest word on each."""
        return self._once("refusals", super().refusals)

    def _once(self, key: Hashable, look: Callable[[], Seen]) -> Seen:
        with self._looking:
            if key not in self._seen:
                self._seen[key] = look()
            found: Seen = self._seen[key]
            return found
