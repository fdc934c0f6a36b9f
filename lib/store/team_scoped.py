"""A store of which only the rows of some teams are seen, by somebody who may see no more."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from lib.catalog.dimensions import TEAM
from lib.openai_admin.name_lists import Name
from lib.openai_admin.spend_limits import LimitList
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision
from lib.store.scoped import Scoped
from lib.store.snapshot import Snapshot
from lib.store.teams import TeamView
from lib.store.together import Together
from lib.store.usage_store import Store


class TeamScoped(Scoped):
    """A store as `Scoped` has it, less whatever is not about the rows of some teams.

    Limits and decisions, which are about projects, are not there: of a project they may see a part.
    """

    def __init__(self, store: Store, view: TeamView) -> None:
        super().__init__(store, view.projects)
        self.team_view: TeamView | None = view

    def real_names(self, people: Collection[str] = ()) -> list[Name]:
        """Return the names of the projects and keys in the rows, of who owns these keys, and of `people`."""
        view, every = self.team_view or TeamView(frozenset()), Snapshot.real_names(self)
        ids = {"project": view.projects, "api_key": view.keys}
        own = [n for n in every if n.id in ids.get(n.kind, ())]
        known = {*people, *(n.owner_id for n in own)}
        return [*own, *(n for n in every if n.kind not in ids and n.id in known)]

    def own_budgets(self, budgets: Iterable[Budget]) -> tuple[Budget, ...]:
        """Return of `budgets` those of the teams."""
        teams = self.team_view.teams if self.team_view else ()
        return tuple(b for b in budgets if b.dimension == TEAM and b.about in teams)

    def limits(self) -> LimitList:
        """Return nothing: a limit is for all of a project."""
        return replace(super().limits(), limits=(), failures=())

    def decisions(self) -> tuple[Decision, ...]:
        """Return nothing: a saving is about all of a project or key."""
        return ()


def of_teams(store: Store, view: TeamView) -> Store:
    """Return a store, or those of several organizations together, of which the rows of a view are seen."""
    if not isinstance(store, Together):
        return TeamScoped(store, view)
    seen = store.each(lambda member: TeamScoped(member, view))
    seen.projects, seen.team_view, seen.shared = view.projects, view, None
    return seen
