"""A store as it was when somebody first looked, so that one page or plan looks at each table once."""

import datetime as dt
import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from lib.catalog.sources import Source
from lib.openai_admin.refusals import Refusal
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.delta import Version
from lib.store.records.coverage import Days, Groupings
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

    def log_versions(self, *names: str) -> tuple[Version, ...]:
        """Return what changes with every entry of the records called `names`."""
        return self._once(("logs", names), lambda: super(Snapshot, self).log_versions(*names))

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
