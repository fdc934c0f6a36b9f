"""Where a command works on several organizations: each is fetched by itself, all are read together."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lib.cli.standard_error import complain
from lib.cli.workplace import Workplace
from lib.configuration.secrets_files import read_secrets
from lib.errors import AppError
from lib.periods.windows import Window
from lib.settings import load_settings
from lib.store.together import Together
from lib.store.usage_store import Store
from lib.sync.background import said_together
from lib.sync.ownership import doubles
from lib.sync.plan import NAMES, Need
from lib.sync.report import Report, SourceReport

if TYPE_CHECKING:
    from lib.answers.instance import Backend


@dataclass(frozen=True)
class JointWorkplace(Workplace):
    """Several workplaces as one, whose store is all of theirs; one that fails hides nothing of the rest."""

    members: tuple[Workplace, ...] = ()
    failing: dict[str, frozenset[str]] = field(default_factory=dict)
    """The sources that could not be fetched, by the name of the organization whose they are."""

    def sync(self, needs: Iterable[Need]) -> Report:
        """Fetch what of `needs` is missing or stale of each; sentences say whose they are."""
        needs, sources = list(needs), dict[str, SourceReport]()
        failures, notes = [], []
        for place in self.members:
            try:
                report = place.sync(needs)
            except AppError as failure:
                report = Report(failures=dict.fromkeys((need.source for need in needs), str(failure)))
            self.failing[place.settings.organization or ""] = frozenset(report.failures)
            for name, one in report.sources.items():
                had = sources.get(name, SourceReport())
                sources[name] = SourceReport(
                    had.requests + one.requests, had.rows + one.rows, had.seconds + one.seconds
                )
            failures.append({source: place.said(said) for source, said in report.failures.items()})
            notes.append({source: place.said(said) for source, said in report.notes.items()})
        return Report(sources, said_together(*failures), said_together(*notes))

    def sync_names(self) -> dict[str, str]:
        """List the names of each where that is due; return a note on what could not be listed."""
        found = []
        for place in self.members:
            try:
                found += [place.said(sentence) for sentence in place.sync_names().values()]
            except AppError as failure:
                found.append(place.said(str(failure)))
        return {NAMES: " ".join(found)} if found else {}

    def sync_limits(self) -> tuple[str, ...]:
        """Read spend limits of each where that is due; return why they could not be read."""
        found = []
        for place in self.members:
            try:
                found += [place.said(sentence) for sentence in place.sync_limits()]
            except AppError as failure:
                found.append(place.said(str(failure)))
        return tuple(found)

    def is_before_history(self, source: str, window: Window) -> bool:
        """Return whether the API serves the days of `window` no more to those of whom any is missing."""
        lacking = [place for place in self.members if place.lacks_any(source, window)]
        return all(place.is_before_history(source, window) for place in lacking)

    def lacks(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched of all of them."""
        return all(place.lacks(need) for place in self.members)

    def lacks_some(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched of one of them."""
        return any(place.lacks(need) for place in self.members)

    @contextmanager
    def backend(self) -> Iterator["Backend"]:
        """Give what the answers of the pages are made from."""
        from lib.answers.instance import Backend
        from lib.sync.together_syncing import Syncers

        with ExitStack() as stack:
            each = {p.settings.organization or "": stack.enter_context(p.backend()) for p in self.members}
            syncer = Syncers({name: backend.syncer for name, backend in each.items()})
            yield Backend(self.settings, self.store, syncer)


def told_apart(places: Sequence[Workplace]) -> list[Workplace]:
    """Return the workplaces but for those whose key is for an earlier one's organization; these are said."""
    named = {place.settings.organization or "": place for place in places}
    same = doubles((name, place.store.organization()) for name, place in named.items())
    for name, other in same.items():
        complain(
            named[name].said(f"It is left out: its key is for the same organization as that of {other}.")
        )
    return [place for name, place in named.items() if name not in same]


def joined(places: Sequence[Workplace]) -> Workplace:
    """Return several workplaces as one, and one as it is; none of them counts twice.

    What people write about all organizations is there where all of them are among `places`.
    """
    all_named, places = len(places), told_apart(places)
    first, *rest = places
    if not rest:
        return first
    names = [place.settings.organization or "" for place in places]
    every = load_settings(read_secrets(), os.environ)
    is_whole = all_named == len(every.organizations)
    shared = Store(every.shared_store, access=every.object_access) if is_whole else None
    failing: dict[str, frozenset[str]] = {}
    members = {name: place.store for name, place in zip(names, places, strict=True)}
    store = Together(members, shared, lambda: dict(failing))
    settings = every.of(names)
    return JointWorkplace(settings, store, "", first.base_url, first.now, tuple(places), failing)
