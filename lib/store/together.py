"""The stores of several organizations, read as one."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Mapping
from copy import copy
from dataclasses import replace
from functools import reduce
from typing import Any, TypeVar

import pyarrow as pa

from lib.catalog.sources import Source
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.delta import Version
from lib.store.joint_names import joined, named_apart
from lib.store.masking import masked
from lib.store.records.alert_messages import AlertMessage
from lib.store.records.collecting_runs import CollectingRun
from lib.store.records.coverage import Days, Groupings
from lib.store.records.leases import Lease
from lib.store.usage_store import Store
from lib.store.written_together import WrittenTogether

Seen = TypeVar("Seen")
Failing = Mapping[str, frozenset[str]]
"""The sources that cannot be fetched now, by the name of the organization whose they are."""


class Together(WrittenTogether):
    """What `members`, by the names of their organizations, hold; for reading, not for syncs.

    A day is known where it is known of every member, but for those whose source is `failing`: these hide
    nothing of the rest.
    """

    def __init__(
        self, members: Mapping[str, Store], shared: Store | None, failing: Callable[[], Failing] = dict
    ) -> None:
        self.members: Mapping[str, Store] = dict(members)
        self.shared = shared
        self._failing = failing
        self._seen: dict[Hashable, Any] | None = None
        first = next(iter(self.members.values()))
        self.uri, self.engine_url, self.engine_seconds = first.uri, first.engine_url, first.engine_seconds
        self.organizations = tuple(self.members)

    def each(self, look: Callable[[Store], Store]) -> "Together":
        """Return the same of what `look` makes of every member, which is not to change any more.

        What fails is what does at this moment.
        """
        seen, failing = copy(self), self.failing
        seen._failing = lambda: failing
        seen._seen = {}
        seen.members = {name: look(store) for name, store in self.members.items()}
        return seen

    @property
    def failing(self) -> Failing:
        """Return which sources of which organizations cannot be fetched now."""
        return self._failing()

    @property
    def seen_as(self) -> Hashable:
        """Return what tells apart the ways in which a store is seen by different people."""
        uris = tuple(sorted((name, store.uri) for name, store in self.members.items()))
        failing = tuple(sorted((name, tuple(sorted(sources))) for name, sources in self.failing.items()))
        return super().seen_as, uris, failing, self.shared is None

    def log_versions(self, *names: str) -> tuple[Version, ...]:
        """Return what changes with every entry of the records called `names`."""
        return tuple(version for store in self._all for version in store.log_versions(*names))

    def table_version(self, source: Source, width: Width) -> Version:
        """Return what changes with every sync of the source at that width."""
        versions = [store.table_version(source, width) for store in self.members.values()]
        return "|".join(identity for identity, _ in versions), sum(number for _, number in versions)

    def row_count(self, source: Source, width: Width) -> int:
        """Return how many rows of the source are stored at that width."""
        return sum(store.row_count(source, width) for store in self.members.values())

    def files(self, source: Source, width: Width, window: Window | None = None) -> list[str]:
        """Return the addresses of the Parquet files that hold the source's rows now, or those of `window`."""
        return [f for store in self.members.values() for f in store.files(source, width, window)]

    def files_of(
        self, organization: str | None, source: Source, width: Width, window: Window | None = None
    ) -> list[str]:
        """Return those of the `files` that hold rows of an organization; none where it is not here."""
        store = self.members.get(organization or "")
        return store.files(source, width, window) if store else []

    def synced_at(self) -> dt.datetime | None:
        """Return when days of anyone were last fetched and stored; None where none ever were."""
        moments = (store.synced_at() for store in self.members.values())
        return max((moment for moment in moments if moment), default=None)

    def coverage(self, source: Source | str, width: Width) -> Days:
        """Return for each day that was fetched of everyone when that first was."""
        return self._once(("coverage", _named(source), width), lambda: self._known(source, width))

    def _known(self, source: Source | str, width: Width) -> Days:
        first, *rest = (store.coverage(source, width) for store in self._counted(source))
        return {
            day: min([at, *(d[day] for d in rest)])
            for day, at in first.items()
            if all(day in d for d in rest)
        }

    def lacking(self, source: Source, width: Width, window: Window) -> dict[str, frozenset[dt.date]]:
        """Return which days of `window` are not there of organizations that have the source."""
        found = {}
        for name, store in self.members.items():
            held = store.coverage(source, width)
            if not _is_absent(store, source.name) and (days := frozenset(window) - held.keys()):
                found[name] = days
        return found

    def groupings(self, source: Source | str, width: Width) -> Mapping[dt.date, Groupings]:
        """Return by which groupings the rows of each day are told of everyone, where that was recorded."""
        return self._once(("told", _named(source), width), lambda: self._told(source, width))

    def _told(self, source: Source | str, width: Width) -> Mapping[dt.date, Groupings]:
        first, *rest = (store.groupings(source, width) for store in self._counted(source))
        return {
            day: reduce(_both, (told[day] for told in rest), told_first)
            for day, told_first in first.items()
            if all(day in told for told in rest)
        }

    def collected(self) -> list[CollectingRun]:
        """Return the runs in which days were collected, the last one last."""
        runs = (run for store in self.members.values() for run in store.collected())
        return sorted(runs, key=lambda run: run.finished_at)

    def alerts_sent(self) -> list[AlertMessage]:
        """Return every message to anyone's receivers, earliest first."""
        found = (message for store in self._all for message in store.alerts_sent())
        return sorted(found, key=lambda message: message.decided_at)

    def leases_of(self, name: str) -> list[Lease]:
        """Return the newest word on each organization's lease called `name`."""
        return [lease for store in self.members.values() for lease in store.leases_of(name)]

    def lost(self, source: Source, width: Width) -> frozenset[dt.date]:
        """Return the days that had been stored, are not there any more and were not fetched since."""
        return frozenset().union(*(store.lost(source, width) for store in self.members.values()))

    def unanswered(self, source: Source, width: Width) -> Days:
        """Return the days about which the API said nothing of someone, with when it first did not."""
        return self._once(("unanswered", source.name, width), lambda: self._left_out(source, width))

    def _left_out(self, source: Source, width: Width) -> Days:
        found: Days = {}
        for store in self.members.values():
            for day, at in store.unanswered(source, width).items():
                found[day] = min(at, found.get(day, at))
        return found

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what the API refused, each with whom in its message; of endpoints what it refused everyone.

        Of several first days of history the latest comes last.
        """
        return self._once("refusals", self._refused)

    def _refused(self) -> tuple[Refusal, ...]:
        every = [(name, r) for name, store in self.members.items() for r in store.refusals()]
        kept = [
            replace(r, message=f"{name}: {r.message}")
            for name, r in every
            if r.kind is not RefusalKind.ENDPOINT
            or all(_is_absent(store, r.source) for store in self.members.values())
        ]
        return tuple(sorted(kept, key=lambda r: r.until or dt.date.min))

    def binding_refusals(self) -> tuple[Refusal, ...]:
        """Return what was refused to those who ask and is not asked again now."""
        return tuple(r for store in self.members.values() for r in store.binding_refusals())

    def revisions(self) -> pa.Table:
        """Return the days whose totals changed after they had ended (`Store.revisions`), newest first."""
        tables = [store.revisions() for store in self.members.values()]
        return pa.concat_tables(tables).sort_by([("seen_at", "descending")])

    def names_with(self, people: Collection[str]) -> list[Name]:
        """Return the names; those of several organizations that read alike carry whose they are."""
        found = named_apart({name: store.real_names(people) for name, store in self.members.items()})
        return masked(found) if self.masks else found

    def real_names(self, people: Collection[str] = ()) -> list[Name]:
        """Return the names as they are in each organization, with or without masks."""
        return joined({name: store.real_names(people) for name, store in self.members.items()})

    def limits(self) -> LimitList:
        """Return the limits and alerts as they were last read; an organization's own goes by its name."""
        listed = {name: store.limits() for name, store in self.members.items()}
        limits = (
            replace(one, organization="" if one.project_id else name)
            for name, found in listed.items()
            for one in found.limits
        )
        failures = (f"{name}: {said}" for name, found in listed.items() for said in found.failures)
        read = [found.read_at for found in listed.values() if found.read_at]
        return LimitList(tuple(limits), tuple(failures), min(read, default=None))

    def _once(self, key: Hashable, look: Callable[[], Seen]) -> Seen:
        """Return what `look` says, once where the members do not change any more."""
        if self._seen is None:
            return look()
        if key not in self._seen:
            self._seen[key] = look()
        found: Seen = self._seen[key]
        return found

    def _counted(self, source: Source | str) -> list[Store]:
        """Return the stores of which a day has to be known for it to be known of the source."""
        name = _named(source)
        having = {n: s for n, s in self.members.items() if not _is_absent(s, name)} or self.members
        sound = [s for n, s in having.items() if name not in self.failing.get(n, ())]
        return sound or list(having.values())


def _named(source: Source | str) -> str:
    return source if isinstance(source, str) else source.name


def _is_absent(store: Store, source: str) -> bool:
    return any(r.kind is RefusalKind.ENDPOINT and r.source == source for r in store.refusals())


def _both(one: Groupings, other: Groupings) -> Groupings:
    """Return by what rows of both are told: a question that either tells is one that a slice here tells."""
    pairs = (tuple(d for d in a if d in b) for a in one for b in other)
    return tuple(dict.fromkeys(pairs))
