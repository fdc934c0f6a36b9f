"""The store: Delta tables of rows by source and width, and a log for each kind of record."""

import datetime as dt
import threading
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.schemas import partition, schema
from lib.catalog.sources import SOURCES, Source
from lib.configuration.store_address import ObjectAccess
from lib.errors import StoreError
from lib.openai_admin.name_lists import Name
from lib.openai_admin.refusals import Refusal
from lib.openai_admin.spend_limits import LimitList
from lib.periods.widths import Width
from lib.periods.windows import Window, runs
from lib.settings import LONGEST_QUESTION
from lib.store.delta import ABSENT, Table, Told, Version
from lib.store.file_checksums import FileChecksums
from lib.store.known_refusals import KnownRefusals
from lib.store.location import located
from lib.store.log import Log, Rebuilt
from lib.store.masking import Written, by_masked, masked
from lib.store.records import limits as limit_entries
from lib.store.records.alert_messages import ALERT_MESSAGES, AlertMessage
from lib.store.records.api_tokens import API_TOKENS
from lib.store.records.budgets import BUDGETS, Budget
from lib.store.records.collecting_runs import COLLECTING_RUNS, CollectingRun
from lib.store.records.coverage import COVERAGE, Covered, Days, DayTotal, Groupings
from lib.store.records.decisions import DECISIONS, Decision
from lib.store.records.leases import LEASES, Lease
from lib.store.records.limits import LIMITS
from lib.store.records.names import NAMES, seen
from lib.store.records.notes import NOTES, Note
from lib.store.records.organization import ORGANIZATION as OWNERSHIP
from lib.store.records.organization import Owner
from lib.store.records.quantities import QUANTITIES, Quantity
from lib.store.records.restrictions import RESTRICTIONS
from lib.store.records.revisions import REVISIONS, Revision
from lib.store.records.saved_views import SAVED_VIEWS, SavedView
from lib.store.records.statement_checks import STATEMENT_CHECKS, StatementCheck
from lib.store.row_windows import DAYS, FETCHED_AT, between, labels, of_window, part_of_day, stored_by, where
from lib.store.table_failures import DamagedTable
from lib.store.teams import Teams, TeamView

_TICK = dt.timedelta(microseconds=1)
_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NO_DAY = dt.date(1970, 1, 1)
_AT_ONCE = 8
_WIDTH_FOLDERS = {Width.DAY: "day", Width.HOUR: "hour", Width.MINUTE: "minute"}


class Store:
    """The tables under one folder or address; any number of threads and processes may share it.

    Every method raises StoreError where a table cannot be read or written. What the API refuses depends on
    who asks: `asker` is the fingerprint of the key and base URL with which the store is filled.
    """

    projects: frozenset[str] | None = None
    """The projects of which rows may be seen, None where all may (`lib.store.scoped`)."""
    team_view: TeamView | None = None
    """Of whose rows only some may be seen, None where all may (`lib.store.team_scoped`)."""
    masks: bool = False
    """Whether people and keys go by masks (`lib.store.masking`)."""
    teams: Teams | None = None
    """Whose rows are, None where no teams are declared."""
    organizations: tuple[str | None, ...] = (None,)
    """The names of the organizations whose rows these are, None where it was given none."""
    engine_url: str | None = None
    """Where the engine is that answers questions about it, None for the one within this process."""
    engine_seconds: int = LONGEST_QUESTION
    """How long an engine elsewhere is waited for, for each question."""
    is_one_of_several: bool = False
    """Whether other organizations have stores beside this one."""

    def __init__(self, uri: str, asker: str | None = None, access: ObjectAccess | None = None) -> None:
        self.location = located(uri.rstrip("/"), access)
        self.uri = self.location.uri
        self._asker = asker
        self._lock = threading.Lock()
        self._tables: dict[tuple[str, Width], Table] = {}
        self._marking = threading.Lock()
        self._marked: tuple[Version, dt.datetime | None] = (ABSENT, None)
        self._coverage = Log(self.location, COVERAGE)
        self._revisions = Log(self.location, REVISIONS)
        self._names = Log(self.location, NAMES)
        self._restrictions = Log(self.location, RESTRICTIONS)
        self._refusals = KnownRefusals(self._restrictions, self._coverage, asker)
        self._notes = Log(self.location, NOTES)
        self._budgets = Log(self.location, BUDGETS)
        self._quantities = Log(self.location, QUANTITIES)
        self._limits = Log(self.location, LIMITS)
        self._decisions = Log(self.location, DECISIONS)
        self._checks = Log(self.location, STATEMENT_CHECKS)
        self._views = Log(self.location, SAVED_VIEWS)
        self._ownership = Log(self.location, OWNERSHIP)
        self._checksums = FileChecksums(self.location)
        self.leases = Log(self.location, LEASES)
        self.collecting_runs = Log(self.location, COLLECTING_RUNS)
        self.alert_messages = Log(self.location, ALERT_MESSAGES)
        self.api_tokens = Log(self.location, API_TOKENS)
        self._logs: dict[str, Log[Any, Any]] = {
            "coverage": self._coverage,
            "revisions": self._revisions,
            "names": self._names,
            "restrictions": self._restrictions,
            "notes": self._notes,
            "budgets": self._budgets,
            "quantities": self._quantities,
            "limits": self._limits,
            "decisions": self._decisions,
            "statements": self._checks,
            "views": self._views,
            "organization": self._ownership,
            "checksums": self._checksums.log,
            "leases": self.leases,
            "collecting": self.collecting_runs,
            "alerts": self.alert_messages,
            "tokens": self.api_tokens,
        }

    def look_ahead(self) -> None:
        """Look at every table at once where each look waits for another machine, and all would add up.

        What cannot be looked at now is told to whoever needs it.
        """
        if not self.location.is_told_late:
            return
        days = [self._table(source, Width.DAY) for source in SOURCES.values()]
        looks = [*(log.read for log in self._logs.values()), *(table.files for table in days)]
        with suppress(StoreError), ThreadPoolExecutor(_AT_ONCE) as pool:
            self._coverage.version()  # alone: where this fails, all would, each after the same wait
            for look in looks:
                pool.submit(look)

    @property
    def seen_as(self) -> Hashable:
        """Return what tells apart the ways in which a store is seen by different people."""
        return self.projects, self.team_view, self.masks, self.teams

    def log_versions(self, *names: str) -> tuple[Version, ...]:
        """Return what changes with every entry of the records called `names`."""
        return tuple(self._logs[name].version() for name in names)

    def table_version(self, source: Source, width: Width) -> Version:
        """Return what changes with every sync of the source at that width."""
        return self._table(source, width).version()

    def row_count(self, source: Source, width: Width) -> int:
        """Return how many rows of the source are stored at that width."""
        return self._table(source, width).row_count()

    def files(self, source: Source, width: Width, window: Window | None = None) -> list[str]:
        """Return the addresses of the Parquet files that hold the source's rows now, or those of `window`."""
        files = self._table(source, width).files()
        return files if window is None else of_window(files, width, window)

    def files_of(
        self, organization: str | None, source: Source, width: Width, window: Window | None = None
    ) -> list[str]:
        """Return those of the `files` that hold rows of an organization; none where it is not here."""
        return self.files(source, width, window) if organization in self.organizations else []

    def lacking(self, _source: Source, _width: Width, _window: Window) -> dict[str, frozenset[dt.date]]:
        """Return which days are not there of each of several organizations (`lib.store.together`)."""
        return {}

    def rows(self, source: Source, width: Width, window: Window, columns: Sequence[str]) -> pa.Table:
        """Return the stored rows of `window`."""
        label, first, last = partition(width), *labels(window, width)
        keep = (pc.field(label) >= first) & (pc.field(label) <= last) & between(window)
        return self._table(source, width).read(columns, keep)

    def replace(
        self,
        source: Source,
        width: Width,
        window: Window,
        table: pa.Table,
        *,
        fetched_at: dt.datetime | None = None,
        since: Version = ABSENT,
    ) -> list[Window]:
        """Put `table` in place of all that is stored for `window`, at once; return for which days.

        Days of `stored_later` are left as they are, also where another process stores them this moment.
        """
        days: list[Window] = []

        def decide(commits: list[Told]) -> tuple[pa.Table, str] | None:
            days[:] = runs(set(window) - stored_by(commits, fetched_at))
            if not days:
                return None
            rows = table if days == [window] else table.filter(reduce(or_, map(between, days)))
            return rows, " or ".join(f"({where(run, width)})" for run in days)

        told = {DAYS: f"{window.first}/{window.end}"}
        if fetched_at:
            told[FETCHED_AT] = fetched_at.isoformat()
        parts = {part_of_day(day, width) for day in window}
        self._table(source, width).supersede(decide, since=since, told=told, parts=sorted(parts))
        return days

    def stored_later(
        self, source: Source, width: Width, *, fetched_at: dt.datetime, since: Version
    ) -> set[dt.date]:
        """Return the days that were stored after the table's version `since`, and fetched after `fetched_at`.

        What was stored before a fetch began is older than what it brings, whatever a clock says.
        """
        return stored_by(self._table(source, width).told(since), fetched_at)

    def coverage(self, source: Source | str, width: Width) -> Days:
        """Return for each day that was fetched when that last was."""
        name = source if isinstance(source, str) else source.name
        return dict(self._coverage.read().days.get((name, width), {}))

    def synced_at(self) -> dt.datetime | None:
        """Return when days were last fetched and stored, of any source; None where none ever were."""
        return self._coverage.read().recorded_at

    def groupings(self, source: Source | str, width: Width) -> Mapping[dt.date, Groupings]:
        """Return by which groupings the rows of each day are told, where that was recorded."""
        name = source if isinstance(source, str) else source.name
        return self._coverage.read().groupings.get((name, width), {})

    def recorded_keys(self) -> list[tuple[str, Width]]:
        """Return the sources and widths of which anything was recorded."""
        held = self._coverage.read()
        return [(name, width) for name in SOURCES for width in Width if (name, width) in held.fingerprints]

    def lost(self, source: Source, width: Width) -> frozenset[dt.date]:
        """Return the days that had been stored, are not there any more and were not fetched since."""
        return frozenset(self._coverage.read().lost.get((source.name, width), ()))

    def unanswered(self, source: Source, width: Width) -> Days:
        """Return the days about which the API said nothing when last asked, not even that they were quiet.

        With each is when it was first left out, of all the times since it last was answered.
        """
        return dict(self._coverage.read().unanswered.get((source.name, width), {}))

    def recorded(self, source: Source, width: Width) -> list[Covered]:
        """Return the newest entry about each day that was fetched, each cut to those days."""
        return self._coverage.read().holding((source.name, width))

    def totals(self, source: Source, width: Width) -> dict[dt.date, DayTotal]:
        """Return what was stored of each day when it was recorded, where that is known."""
        return self._coverage.read().totals((source.name, width))

    def mark(self, covered: Iterable[Covered]) -> None:
        """Record what was fetched and stored, later than everything that was recorded before."""
        entries = list(covered)
        moments = [entry.fetched_at for entry in entries if entry.fetched_at]
        with self._marking:
            version, newest = self._marked
            if self._coverage.version() != version:
                newest = self._coverage.read().recorded_at
            moment = max([*moments, *([newest + _TICK] if newest else [])], default=_BEGINNING)
            self._coverage.append(replace(entry, recorded_at=moment) for entry in entries)
            self._marked = (self._coverage.version(), moment)

    def fingerprint(self, source: Source, width: Width) -> str:
        """Return what names the rows of the source that are stored now; "" where there are none."""
        return self._table(source, width).fingerprint()

    def agreed(self, source: Source, width: Width) -> str | None:
        """Return the fingerprint that is known to hold what was recorded; None where none is."""
        return self._coverage.read().fingerprints.get((source.name, width), "")

    def agree(self, source: Source, width: Width, fingerprint: str) -> None:
        """Record that `fingerprint` holds what was recorded."""
        self.mark([Covered(source.name, width, _NO_DAY, _NO_DAY, None, fingerprint=fingerprint)])

    def damaged_files(self, source: Source, width: Width) -> list[str]:
        """Return the source's files that are gone or not as long as they were written."""
        return self._table(source, width).damaged_files()

    def altered_files(self, source: Source, width: Width) -> list[str]:
        """Return the source's files whose bytes are not those that were written; reads all of them."""
        return self._checksums.altered(self._table(source, width))

    def set_aside(self, source: Source, width: Width, files: Sequence[str]) -> str:
        """Let the source's table go on without the rows of `files`; return the folder that keeps them."""
        return self._table(source, width).set_aside(files)

    def revisions(self) -> pa.Table:
        """Return the days whose totals changed after they had ended, each change once, newest first.

        Columns: source, width, day, metric, old, new (in the metric's unit), first_fetched_at, seen_at.
        """
        return self._revisions.read()

    def revise(self, revisions: Iterable[Revision]) -> None:
        """Record totals that changed."""
        self._revisions.append(revisions)

    def names(self) -> list[Name]:
        """Return every name ever seen, with when it was first and last seen."""
        return self.names_with(())

    def names_with(self, people: Collection[str]) -> list[Name]:
        """Return the `names`, those of `people` (ids) too where only some projects are seen."""
        found = self.real_names(people)
        return masked(found) if self.masks else found

    def real_names(self, _people: Collection[str] = ()) -> list[Name]:
        """Return the `names_with` people as they are, with or without masks."""
        return list(self._names.read().values())

    def merge_names(self, names: Iterable[Name], seen_at: dt.datetime) -> None:
        """Record names that are new, changed, or were not seen for a day."""
        known = self._names.read()
        self._names.append([n for n in (seen(name, known, seen_at) for name in names) if n])

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what the API refused and was not answered since, the newest word on each."""
        return self._refusals.everybodys()

    def binding_refusals(self) -> tuple[Refusal, ...]:
        """Return what was refused to this store's asker, expired or not, and is not asked again now."""
        return self._refusals.binding()

    def ask_again(self, now: dt.datetime) -> None:
        """Let no endpoint or permission be known to be missing that was refused before `now`."""
        self._refusals.ask_again(now)

    def remember(self, refusals: Iterable[Refusal], now: dt.datetime) -> None:
        """Record refusals that are new or were learned again; what was learned after `now` proves nothing."""
        self._refusals.remember(refusals, now)

    def organization(self) -> str | None:
        """Return the id of the organization whose rows these are, None where none has said so yet."""
        return self._ownership.read().organization_id

    def is_own_asker(self) -> bool:
        """Return whether this store's asker is known to be answered that organization's rows."""
        return self._asker in self._ownership.read().askers

    def own(self, organization_id: str, now: dt.datetime) -> None:
        """Record whose rows this store's asker is answered; a store that is nobody's yet is theirs then."""
        self._ownership.append([Owner(organization_id, self._asker, now)])

    def collected(self) -> list[CollectingRun]:
        """Return the runs in which days were collected, the last one last."""
        return list(self.collecting_runs.read())

    def alerts_sent(self) -> list[AlertMessage]:
        """Return every message that was decided on, whatever became of it, earliest first."""
        return list(self.alert_messages.read())

    def leases_of(self, name: str) -> list[Lease]:
        """Return the newest word on the lease called `name`, none where nobody ever took it."""
        return [lease for lease in [self.leases.read().get(name)] if lease]

    def notes(self) -> tuple[Note, ...]:
        """Return the notes that were not removed, by their first day."""
        return self._notes.read()

    def write_note(self, note: Note, at: dt.datetime) -> None:
        """Record a note written at `at`, in place of the one with the same `note_id`."""
        self._notes.write([note], at)

    def budgets(self) -> tuple[Budget, ...]:
        """Return every budget ever set in the app, removals included, oldest first."""
        return self._by(self._budgets.read())

    @property
    def is_whole(self) -> bool:
        """Return whether what is declared for everything together is about what is seen here."""
        return self.projects is None and not self.is_one_of_several

    def own_budgets(self, budgets: Iterable[Budget]) -> tuple[Budget, ...]:
        """Return of `budgets` those that may be seen: of one of several organizations, what is its own."""
        if not self.is_one_of_several:
            return tuple(budgets)
        known, whole = {n.id for n in self.real_names()}, {(ORGANIZATION, o) for o in self.organizations}
        return tuple(
            replace(b, dimension="", about="") if b.key in whole else b
            for b in budgets
            if b.key in whole or b.about in known
        )

    def write_budget(self, budget: Budget, at: dt.datetime) -> None:
        """Record that a budget was set or removed at `at`."""
        self._budgets.write([budget], at)

    def quantities(self) -> tuple[Quantity, ...]:
        """Return the quantities that were not removed, by name and day."""
        return self._by(self._quantities.read())

    def write_quantities(self, quantities: Iterable[Quantity], at: dt.datetime) -> None:
        """Record quantities at `at`, each in place of the one of the same name and day, all or none."""
        self._quantities.write(quantities, at)

    def limits(self) -> LimitList:
        """Return the limits and alerts as they were last read."""
        return self._limits.read()

    def write_limits(self, listed: LimitList, read_at: dt.datetime) -> None:
        """Record all that was read of limits and alerts, in place of what was read before."""
        self._limits.write(limit_entries.entries(listed, read_at), read_at)

    def decisions(self) -> tuple[Decision, ...]:
        """Return the latest decision about each saving, oldest first, without those that were dropped."""
        return self._by(self._decisions.read())

    def write_decision(self, decision: Decision, at: dt.datetime) -> None:
        """Record what was decided about a saving at `at`."""
        self._decisions.write([decision], at)

    def statement_checks(self) -> tuple[StatementCheck, ...]:
        """Return every check of a statement, oldest first."""
        return self._by(self._checks.read())

    def write_statement_check(self, check: StatementCheck, at: dt.datetime) -> None:
        """Record that somebody looked at a statement, or entered its invoice's total, at `at`."""
        self._checks.write([check], at)

    def saved_views(self) -> tuple[SavedView, ...]:
        """Return every view that is kept, by name."""
        return self._views.read()

    def write_saved_view(self, view: SavedView, at: dt.datetime) -> None:
        """Record a view at `at`, in place of the one of the same owner and name."""
        self._views.write([view], at)

    def _by(self, entries: tuple[Written, ...]) -> tuple[Written, ...]:
        return by_masked(entries) if self.masks else entries

    def tidy(self) -> None:
        """Merge small files and delete old ones where there are many; cheap where there are few.

        What cannot be tidied stays as it is: whoever reads or writes it will be told why.
        """
        for log in self._logs.values():
            with suppress(StoreError):
                log.tidy()
        for (name, width), table in list(self._tables.items()):
            with suppress(StoreError):
                before = table.fingerprint()
                table.tidy()
                if table.fingerprint() != before and before == self.agreed(SOURCES[name], width):
                    self.agree(SOURCES[name], width, table.fingerprint())

    def broken_records(self) -> dict[str, str]:
        """Return why a record is damaged, by its name, for those that are."""
        found = {}
        for name, log in self._logs.items():
            try:
                log.read()
            except DamagedTable as failure:
                found[name] = str(failure)
        return found

    def rebuild_record(self, name: str) -> Rebuilt:
        """Begin a record anew with every entry that can be read; its old folder is kept."""
        return self._logs[name].rebuild()

    def has_damaged_log(self, source: Source, width: Width) -> bool:
        """Return whether the table's log makes no sense, so that the source's rows cannot be found."""
        return self._table(source, width).has_damaged_log()

    def move_aside(self, source: Source, width: Width) -> str:
        """Let the source's table begin anew; return where all of its files lie now."""
        return self._table(source, width).move_aside().uri

    def record_checksums(self) -> None:
        """Record what the bytes of each file come to that nobody has recorded yet."""
        with suppress(StoreError):  # whoever may only read, or reads what is broken, is told elsewhere
            self._checksums.record(list(self._tables.values()))

    def _table(self, source: Source, width: Width) -> Table:
        key = (source.name, width)
        with self._lock:
            if key not in self._tables:
                folder = self.location.below(f"{source.name}/{_WIDTH_FOLDERS[width]}")
                self._tables[key] = Table(folder, schema(source, width), partition(width))
            return self._tables[key]
