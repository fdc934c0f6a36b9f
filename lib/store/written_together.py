"""What people write about several organizations, and about each of them, as one."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lib.catalog.dimensions import ORGANIZATION
from lib.errors import StoreError
from lib.store.records.budgets import Budget
from lib.store.records.decisions import Decision
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.records.saved_views import SavedView
from lib.store.records.statement_checks import StatementCheck
from lib.store.usage_store import Store

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class WrittenTogether(Store):
    """What is written in the stores of `members`, by organization, and in one that they share.

    The `shared` store holds what is about all of them; it is None for whoever does not see all. What is
    changed is changed where it is.
    """

    members: Mapping[str, Store]
    shared: Store | None

    def notes(self) -> tuple[Note, ...]:
        """Return the notes that were not removed, by their first day."""
        return tuple(sorted((n for store in self._all for n in store.notes()), key=lambda n: n.first))

    def budgets(self) -> tuple[Budget, ...]:
        """Return every budget ever set in the app, oldest first; an organization's own goes by its name."""
        found = [_seen_from_outside(name, b) for name, s in self.members.items() for b in s.budgets()]
        found += self.shared.budgets() if self.shared else ()
        return self._by(tuple(sorted(found, key=lambda b: b.written_at or _NEVER)))

    @property
    def is_whole(self) -> bool:
        """Return whether what is declared for everything together is about what is seen here."""
        return self.projects is None and self.shared is not None

    def own_budgets(self, budgets: Iterable[Budget]) -> tuple[Budget, ...]:
        """Return of `budgets` those that may be seen."""
        every = tuple(budgets)
        if self.is_whole:
            return every
        seen = (
            _seen_from_outside(name, b)
            for name, store in self.members.items()
            for b in store.own_budgets(every)
        )
        return tuple(dict.fromkeys(seen))

    def quantities(self) -> tuple[Quantity, ...]:
        """Return the quantities that were not removed, by name and day.

        What several organizations count is added up, unless it was also entered for all of them together.
        """
        found: dict[tuple[str, dt.date], Quantity] = {}
        for store in self.members.values():
            for one in store.quantities():
                had = found.get((one.name, one.day))
                found[one.name, one.day] = replace(one, quantity=had.quantity + one.quantity) if had else one
        found |= {(one.name, one.day): one for one in (self.shared.quantities() if self.shared else ())}
        return self._by(tuple(sorted(found.values(), key=lambda q: (q.name, q.day))))

    def decisions(self) -> tuple[Decision, ...]:
        """Return the latest decision about each saving, oldest first, without those that were dropped."""
        found = sorted((d for s in self._all for d in s.decisions()), key=lambda d: d.written_at or _NEVER)
        latest = {decision.saving: decision for decision in found}
        return self._by(tuple(sorted(latest.values(), key=lambda d: d.written_at or _NEVER)))

    def statement_checks(self) -> tuple[StatementCheck, ...]:
        """Return every check of a statement of all together, oldest first: each has invoices of its own."""
        return self._by(self.shared.statement_checks()) if self.shared else ()

    def saved_views(self) -> tuple[SavedView, ...]:
        """Return every view that is kept anywhere, by name."""
        return tuple(
            sorted((v for s in self._all for v in s.saved_views()), key=lambda v: (v.name.casefold(), v.name))
        )

    def write_saved_view(self, view: SavedView, at: dt.datetime) -> None:
        """Record a view at `at` where that of the same owner and name is, else beside what is about all."""
        same = (
            store
            for store in self._all
            if any((v.owner, v.name) == (view.owner, view.name) for v in store.saved_views())
        )
        # Whoever sees a part only keeps views for themself, and any store can hold those.
        usual = self.shared or next(iter(self.members.values()))
        (next(same, None) or usual).write_saved_view(view, at)

    def write_note(self, note: Note, at: dt.datetime) -> None:
        """Record a note written at `at`, in place of the one with the same `note_id`, where that is."""
        holding = next((s for s in self._all if any(n.note_id == note.note_id for n in s.notes())), None)
        (holding or self._for_all()).write_note(note, at)

    def write_budget(self, budget: Budget, at: dt.datetime) -> None:
        """Record that a budget was set or removed at `at`, with the organization whose it is."""
        if budget.dimension == ORGANIZATION and budget.about in self.members:
            self.members[budget.about].write_budget(replace(budget, dimension="", about=""), at)
            return
        self._whose(budget.about).write_budget(budget, at)

    def write_quantities(self, quantities: Iterable[Quantity], at: dt.datetime) -> None:
        """Record quantities at `at` as those of all together; what is removed is so of everyone."""
        every = list(quantities)
        removed = {(q.name, q.day) for q in every if q.removed}
        self._for_all().write_quantities(every, at)
        for store in self.members.values():
            if held := [q for q in store.quantities() if (q.name, q.day) in removed]:
                store.write_quantities([replace(q, removed=True) for q in held], at)

    def write_decision(self, decision: Decision, at: dt.datetime) -> None:
        """Record what was decided about a saving at `at`, with the organization whose project it is about."""
        self._whose(decision.project).write_decision(decision, at)

    def write_statement_check(self, check: StatementCheck, at: dt.datetime) -> None:
        """Record that somebody looked at a statement of all together, or entered its invoice's total."""
        self._for_all().write_statement_check(check, at)

    @property
    def _all(self) -> tuple[Store, ...]:
        return (*self.members.values(), *([self.shared] if self.shared else ()))

    def _for_all(self) -> Store:
        """Return where what is about all of the organizations is kept."""
        if self.shared is None:
            msg = (
                "What is written about several organizations is about all of them. Choose all of them in the "
                "sidebar, or one. Nothing was changed."
            )
            raise StoreError(msg)
        return self.shared

    def _whose(self, thing: str) -> Store:
        """Return the store of the organization that has a name for `thing`, else where all write."""
        named = (s for s in self.members.values() if thing and any(n.id == thing for n in s.real_names()))
        return next(named, None) or self._for_all()


def _seen_from_outside(organization: str, budget: Budget) -> Budget:
    """Return a budget of an organization as it is among several: for the whole of it by its name."""
    return budget if budget.dimension else replace(budget, dimension=ORGANIZATION, about=organization)
