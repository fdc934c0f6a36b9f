"""Budgets: what a month may cost and what was paid in advance, as a file declares it or the app sets it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator

from lib.catalog.dimensions import DIMENSIONS, TEAM
from lib.openai_admin.name_lists import Name
from lib.store.declaration_file import VERSION, Entry, Unreadable, entry, has_version, tables_of, text_of
from lib.store.records.budgets import SUBJECTS, Budget
from lib.store.team_declarations import folded

MOST = Decimal(10) ** 12
Content = Mapping[str, Any]
_LEAST = Decimal("1e-18")  # the last decimal that stored money has


@dataclass(frozen=True)
class Deposit:
    """US dollars that were paid in on `day`, or are going to be."""

    day: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Balance:
    """A prepaid balance: `amount` US dollars at the beginning of `day` (UTC), and what came on top since."""

    day: dt.date
    amount: Decimal
    top_ups: tuple[Deposit, ...] = ()


@dataclass(frozen=True)
class Declared:
    """What a file declares, and a sentence for everything in it that is wrong and therefore left out."""

    budgets: tuple[Budget, ...] = ()
    balance: Balance | None = None
    problems: tuple[str, ...] = ()


class _Amount(Entry):
    amount: Annotated[int | Decimal, Field(ge=_LEAST, lt=MOST)] = Field(
        description="must be a number of US dollars above 0, such as amount = 5000."
    )


class _Dated(_Amount):
    date: dt.date = Field(description="must be a day (UTC) without quotes, such as date = 2026-11-01.")

    def deposit(self) -> Deposit:
        return Deposit(self.date, Decimal(self.amount))


def _subject() -> Any:
    return Field(default=None, min_length=1, description="must be an id or a name in quotes.")


class _Monthly(_Amount):
    organization: str | None = _subject()
    project: str | None = _subject()
    user: str | None = _subject()
    key: str | None = _subject()
    model: str | None = _subject()
    team: str | None = _subject()

    @model_validator(mode="after")
    def _is_for_one(self) -> "_Monthly":
        if len(self._subjects) > 1:
            msg = f"it names {' and '.join(self._subjects)}; a budget is for one of them."
            raise ValueError(msg)
        return self

    @property
    def _subjects(self) -> list[str]:
        return [name for name in SUBJECTS if name in self.model_fields_set]

    def budget(self) -> Budget:
        named = [(SUBJECTS[name], getattr(self, name)) for name in self._subjects]
        return Budget(*(named or [("", "")])[0], Decimal(self.amount))


_E = TypeVar("_E", bound=_Amount)
_LIKE = "amount = 5000"


def read_budgets(path: Path, *, needed: bool) -> Declared:
    """Return what the file declares; nothing where it is not there and not `needed`."""
    try:
        return parse(text_of(path), path.name)
    except FileNotFoundError:
        said = f"There is no budget file at {path}. Create it, or change [budgets] file in the settings."
        return Declared(problems=(said,) if needed else ())
    except Unreadable as why:
        return Declared(problems=(str(why),))


def parse(text: str, file: str) -> Declared:
    """Return what `text` declares; `file` is what its problems call it."""
    try:
        content = tables_of(text, file)
    except Unreadable as why:
        return Declared(problems=(f"{why} Nothing was read.",))
    if not has_version(content):
        said = f"{file}: the first line must be version = {VERSION}. Nothing of it was read."
        return Declared(problems=(said,))
    problems = [
        f"{file}: there is nothing called {name}; it takes version, [[budget]], [balance] and [[top_up]]."
        for name in sorted(content.keys() - {"version", "budget", "balance", "top_up"})
    ]
    budgets = [each.budget() for each in _each(content, "budget", _Monthly, file, problems)]
    budgets = _without_repeats(budgets, file, problems)
    top_ups = [each.deposit() for each in _each(content, "top_up", _Dated, file, problems)]
    balance = _balance(content, top_ups, file, problems)
    return Declared(tuple(budgets), balance, tuple(problems))


def resolved(
    budgets: Iterable[Budget], names: Iterable[Name], teams: Iterable[str] = ()
) -> tuple[tuple[Budget, ...], tuple[str, ...]]:
    """Return `budgets` by id where they go by a name or an e-mail address, and what is wrong with others.

    `teams` are the names of those that are declared.
    """
    names, called = tuple(names), {folded(team): team for team in teams}
    found, problems = [], []
    for budget in budgets:
        team = called.get(folded(budget.about))
        if budget.dimension == TEAM and team is None:
            problems.append(
                f"The budget of team {budget.about} is left out, because the team file declares no such team."
            )
            continue
        meant = [team] if budget.dimension == TEAM and team else _meant(budget, names)
        if len(meant) == 1:
            found.append(replace(budget, about=meant[0]))
        else:
            about = DIMENSIONS[budget.dimension]
            problems.append(
                f"The budget of {about.in_words} {budget.about} is left out, because {len(meant)} "
                f"{about.plural} are called that. Write the id instead."
            )
    return tuple(found), tuple(problems)


def _meant(budget: Budget, names: Sequence[Name]) -> list[str]:
    """Return the ids that a budget may mean; what is archived gives way, and an unknown word is an id."""
    kinds = DIMENSIONS[budget.dimension].named_by if budget.dimension else ()
    word = budget.about.casefold()
    called = [
        n for n in names if n.kind in kinds and word in {n.name.casefold(), (n.detail or "").casefold()}
    ]
    if any(n.id == budget.about for n in names if n.kind in kinds):
        return [budget.about]
    active = [n for n in called if not n.archived]
    return sorted({n.id for n in active or called}) or [budget.about]


def _each(content: Content, name: str, model: type[_E], file: str, problems: list[str]) -> list[_E]:
    entries = content.get(name, [])
    if not isinstance(entries, list):
        problems.append(f"{file}: write [[{name}]] with two brackets, once for each.")
        return []
    place = f"{file}, [[{name}]] number"
    found = (
        entry(model, each, f"{place} {nth}", problems, like=_LIKE) for nth, each in enumerate(entries, 1)
    )
    return [each for each in found if each]


def _balance(content: Content, top_ups: Sequence[Deposit], file: str, problems: list[str]) -> Balance | None:
    if "balance" not in content:
        if top_ups:
            problems.append(f"{file}: [[top_up]] needs a [balance] that it adds to.")
        return None
    read = entry(_Dated, content["balance"], f"{file}, [balance]", problems, like=_LIKE)
    if read is None:
        return None
    start = read.deposit()
    problems += [
        f"{file}, [[top_up]] of {deposit.day}: it is before the balance of {start.day}, which includes it. "
        "Take it out, or date the balance earlier."
        for deposit in top_ups
        if deposit.day < start.day
    ]
    later = sorted((d for d in top_ups if d.day >= start.day), key=lambda d: d.day)
    return Balance(start.day, start.amount, tuple(later))


def _without_repeats(budgets: Sequence[Budget], file: str, problems: list[str]) -> list[Budget]:
    found: dict[tuple[str, str], Budget] = {}
    for budget in budgets:
        if budget.key in found:
            what = budget.about or "the whole organization"
            problems.append(f"{file}: {what} has two budgets; the first one is used.")
        found.setdefault(budget.key, budget)
    return list(found.values())
