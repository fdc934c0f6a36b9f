"""Where a command works: the settings, the store, and how to reach the API."""

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lib.catalog.sources import Source
from lib.cli.arguments import UnusableArguments
from lib.cli.exit_codes import ExitCode
from lib.cli.standard_error import complain, said, tell_progress
from lib.configuration.secrets_files import read_secrets
from lib.errors import AppError
from lib.openai_admin import AdminClient
from lib.openai_admin.refusals import RefusalKind
from lib.periods.finality import DayState, day_states
from lib.periods.widths import Width
from lib.periods.windows import Window, runs
from lib.settings import Settings, load_settings
from lib.store.teamed import declared_teams, teamed, teams_of
from lib.store.usage_store import Store
from lib.sync.history import expiring
from lib.sync.names_and_limits import sync_keys, sync_limits, sync_names
from lib.sync.opening import opened_client, opened_store
from lib.sync.plan import NAMES, Need, limits_due, names_due, names_refused, plan
from lib.sync.report import Report
from lib.sync.run import ensure
from lib.sync.verification import look
from lib.wording import collecting_words
from lib.wording.refusal_words import in_short

if TYPE_CHECKING:  # commands that ask no answers start in half the time
    from lib.answers.instance import Backend


@dataclass(frozen=True)
class Workplace:
    """The settings, the store, the access to the API, and the moment at which the command began."""

    settings: Settings
    store: Store
    key: str
    base_url: str
    now: dt.datetime

    def __repr__(self) -> str:
        return f"Workplace({self.store.uri})"

    def said(self, sentence: str) -> str:
        """Return a sentence about this organization, with its name where it was given one."""
        name = self.settings.organization
        return f"{name}: {sentence}" if name else sentence

    def client(self) -> AdminClient:
        """Return a client of the API."""
        return opened_client(self.settings, self.key, self.base_url, now)

    @contextmanager
    def backend(self) -> Iterator["Backend"]:
        """Give what the answers of the pages are made from."""
        from lib.answers.instance import Backend
        from lib.sync.background import Syncer

        client = self.client()
        try:
            syncer = Syncer(client, self.store, self.settings, now=now)
            yield Backend(self.settings, self.store, syncer)
        finally:
            client.close()

    def sync(self, needs: Iterable[Need]) -> Report:
        """Fetch and store what of `needs` is missing or stale, and return what that took.

        Days whose rows are not those that were recorded are missing; of these a note says which.
        """
        needs = list(needs)
        wrong = look(self.store, [(need.source, need.width) for need in needs])
        report = ensure(self.client, self.store, needs, self.settings, now=self.now, progress=tell_progress)
        notes = {f.source: f"{said(f)} Days that are asked for are fetched again." for f in wrong}
        return replace(report, notes={**notes, **report.notes})

    def sync_names(self) -> dict[str, str]:
        """List the names where that is due; return a note on what could not be listed."""
        client, failures = self.client(), names_refused(self.store)
        if names_due(self.store, now=self.now, every=self.settings.names_refresh):
            failures = sync_names(client, self.store, now=self.now)
        failures = (*failures, *sync_keys(client, self.store, now=self.now))
        return {NAMES: " ".join(in_short(failures))} if failures else {}

    def sync_limits(self) -> tuple[str, ...]:
        """Read spend limits where that is due; return why they could not be read."""
        settings = self.settings
        if limits_due(self.store, now=self.now, every=settings.names_refresh, again=settings.refresh):
            failures = sync_limits(self.client(), self.store, now=self.now)
            return (*failures, *in_short(self.store.limits().failures, "spend limit"))
        return ()

    def expiring(self) -> dict[str, str]:
        """Return a note on days that are about to be lost; those of the demo organization never are."""
        found = () if self.settings.is_demo else expiring(self.store, self.now)
        return {"expiring": collecting_words.expiring(found)} if found else {}

    def teamed(self) -> "Workplace":
        """Return the same with rows that belong to the declared teams; complain of what is wrong with them.

        Their rules go by names, which are listed where that is due.
        """
        declared = declared_teams(self.settings)
        if declared is None:
            return self
        for problem in declared.problems:
            complain(f"{problem} No team of the file is used.")
        if declared.teams:
            self.sync_names()
        return replace(self, store=teamed(self.store, teams_of(self.store, declared)))

    def states(self, source: Source, width: Width, window: Window) -> dict[dt.date, DayState]:
        """Return for each day of `window` whether its rows are missing, provisional or settled."""
        fetched, late = self.store.coverage(source, width), self.store.unanswered(source, width)
        return day_states(window, fetched, self.settings.settle, self.now, late)

    def unknown_days(self, need: Need) -> list[Window]:
        """Return the days of `need` that are not stored, though they have begun, whatever the reason."""
        held = self.store.coverage(need.source, need.width)
        return runs(day for day in need.window if day <= self.now.date() and day not in held)

    def lacks_any(self, source: str, window: Window) -> bool:
        """Return whether a day of `window` is not stored by day."""
        return not self.store.coverage(source, Width.DAY).keys() >= {*window}

    def knows(self, need: Need) -> bool:
        """Return whether any day of `need` is stored."""
        held = self.store.coverage(need.source, need.width)
        return any(day in held for day in need.window)

    def is_before_history(self, source: str, window: Window) -> bool:
        """Return whether the API said that it does not serve the days of `window` any more."""
        ends = (
            r.until
            for r in self.store.binding_refusals()
            if r.source == source and r.kind is RefusalKind.LOOKBACK
        )
        return any(until is not None and window.end <= until for until in ends)

    def lacks(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched."""
        settle, refresh = self.settings.settle, self.settings.refresh
        return bool(plan(self.store, [need], now=self.now, settle=settle, refresh=refresh).missing)

    def lacks_some(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched of any organization."""
        return self.lacks(need)


@contextmanager
def opened(names: Sequence[str] = ()) -> Iterator[tuple[Workplace, ...]]:
    """Give the workplace of each organization in `names`, by default of all; without a key, the demo's.

    Raises UnusableArguments where there is no organization of such a name.
    """
    settings = load_settings(read_secrets(), os.environ)
    every = settings.organizations or (settings,)
    check_organizations(settings, names)
    if not settings.is_demo:
        yield tuple(
            _at(each, each.admin_key, each.base_url)
            for each in every
            if each.admin_key and (not names or each.organization in names)
        )
        return
    from lib.demo.server.http_server import DemoServer  # only the demo waits for its prices to load

    with DemoServer(now=now) as demo:
        yield (_at(settings, demo.admin_key, demo.base_url),)


def check_organizations(settings: Settings, names: Sequence[str]) -> None:
    """Raise UnusableArguments where there is no organization of one of `names`."""
    known = settings.names
    for name in names:
        if name not in known:
            there = f"There are {', '.join(known)}." if known else "The settings name none."
            raise UnusableArguments(f"--organization {name} is not an organization here. {there}")


def at_each(places: Sequence[Workplace], act: Callable[[Workplace], ExitCode]) -> ExitCode:
    """Return the worst that `act` returns at any place; where one of several fails, the others go on."""
    codes = []
    for place in places:
        try:
            codes.append(act(place))
        except AppError as failure:
            if len(places) == 1:
                raise
            complain(place.said(str(failure)))
            codes.append(ExitCode.FAILED)
    return max(codes)


def _at(settings: Settings, key: str, base_url: str) -> Workplace:
    """Return the workplace that begins now: what was refused to an earlier command is asked again."""
    began = now()
    return Workplace(settings, opened_store(settings, key, base_url, began), key, base_url, began)


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)
