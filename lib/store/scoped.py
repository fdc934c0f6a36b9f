"""A store of which only some projects are seen, by somebody who may see no more."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import pyarrow as pa

from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitList
from lib.store.records.alert_messages import AlertMessage
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.records.saved_views import SavedView
from lib.store.records.statement_checks import StatementCheck
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store

_PROJECT, _KEY = "project_id", "api_key_id"


class Scoped(Snapshot):
    """A store as its snapshot has it, less whatever is not about `projects`.

    Rows are narrowed where the engine reads them, by `projects`. What is about the organization as a whole,
    such as notes, quantities, revised totals and its own budget, is not there.
    """

    def __init__(self, store: Store, projects: frozenset[str]) -> None:
        super().__init__(store)
        self.projects: frozenset[str] | None = projects

    def real_names(self, people: Collection[str] = ()) -> list[Name]:
        """Return the names of the projects, of what is theirs, of who owns their keys, and of `people`."""
        projects, every = self.projects or frozenset(), super().real_names()
        own = [n for n in every if (n.id if n.kind == "project" else n.project_id) in projects]
        known = {*people, *(n.owner_id for n in own)}
        return [*own, *(n for n in every if n.kind == "user" and n.id in known)]

    def budgets(self) -> tuple[Budget, ...]:
        """Return what was set for the projects and their keys."""
        return self.own_budgets(super().budgets())

    def own_budgets(self, budgets: Iterable[Budget]) -> tuple[Budget, ...]:
        """Return of `budgets` those of the projects and their keys."""
        keys = {n.id for n in self.names() if n.kind == "api_key"}
        own = {_PROJECT: self.projects or frozenset(), _KEY: keys}
        return tuple(b for b in budgets if b.about in own.get(b.dimension, ()))

    def limits(self) -> LimitList:
        """Return what limits and alerts OpenAI keeps of the projects."""
        listed = super().limits()
        projects = self.projects or frozenset()
        own = tuple(one for one in listed.limits if one.project_id in projects)
        others = [n for n in super().real_names() if n.kind == "project" and n.id not in projects]
        words = {word for n in others for word in (n.id, n.name)}
        said = (sentence for sentence in listed.failures if not any(word in sentence for word in words))
        return replace(listed, limits=own, failures=tuple(said))

    def decisions(self) -> tuple[Decision, ...]:
        """Return what was decided about savings of the projects."""
        return tuple(d for d in super().decisions() if d.project in (self.projects or ()))

    def statement_checks(self) -> tuple[StatementCheck, ...]:
        """Return nothing: an invoice is for the whole organization."""
        return ()

    def alerts_sent(self) -> list[AlertMessage]:
        """Return nothing: a message may tell of other projects, or of the organization."""
        return []

    def saved_views(self) -> tuple[SavedView, ...]:
        """Return the views that are not shared: a name or a filter may tell of other projects."""
        return tuple(view for view in super().saved_views() if not view.shared)

    def notes(self) -> tuple[Note, ...]:
        """Return nothing: a note may be about anything."""
        return ()

    def quantities(self) -> tuple[Quantity, ...]:
        """Return nothing: what is counted is counted for the whole organization."""
        return ()

    def revisions(self) -> pa.Table:
        """Return no rows: they are totals of the whole organization."""
        return super().revisions().slice(0, 0)
