"""Budgets: what a month may cost and what was paid in advance, as a file declares it or the app sets it."""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from lib.catalog.dimensions import DIMENSIONS
from lib.openai_admin.name_lists import Name
from lib.store.records.budgets import SUBJECTS, Budget

VERSION = 1
MOST = Decimal(10) ** 12
_AT = re.compile(r"^(.*) \(at (.*)\)$", re.DOTALL)

Entry = Mapping[str, Any]


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


class _Wrong(Exception):
    """An entry that is left out; says why, to follow the entry's place."""


def read_budgets(path: Path, *, needed: bool) -> Declared:
    """Return what the file declares; nothing where it is not there and not `needed`."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except FileNotFoundError:
        said = f"There is no budget file at {path}. Create it, or change [budgets] file in the settings."
        return Declared(problems=(said,) if needed else ())
    except (OSError, UnicodeDecodeError):
        return Declared(problems=(f"{path} cannot be read as UTF-8 text. Save it as such.",))


def parse(text: str, file: str) -> Declared:
    """Return what `text` declares; `file` is what its problems call it."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except (ArithmeticError, RecursionError):
        said = f"{file}: a number in it is too large, or its tables are nested too deep. Nothing was read."
        return Declared(problems=(said,))
    except ValueError as wrong:  # TOMLDecodeError, or more digits than Python turns into a number
        what, where = _AT.sub(r"\1", str(wrong)), _AT.sub(r", \2", str(wrong))
        where = where if where.startswith(",") else ""
        return Declared(problems=(f"{file}{where}: this is not TOML ({what.lower()}). Nothing was read.",))
    if content.get("version") != VERSION or isinstance(content["version"], bool):
        said = f"{file}: the first line must be version = {VERSION}. Nothing of it was read."
        return Declared(problems=(said,))
    problems = [
        f"{file}: there is nothing called {name}; it takes version, [[budget]], [balance] and [[top_up]]."
        for name in content.keys() - {"version", "budget", "balance", "top_up"}
    ]
    budgets = _each(content, "budget", _budget, file, problems)
    budgets = _without_repeats(budgets, file, problems)
    top_ups = _each(content, "top_up", _deposit, file, problems)
    balance = _balance(content, top_ups, file, problems)
    return Declared(tuple(budgets), balance, tuple(problems))


def resolved(budgets: Iterable[Budget], names: Iterable[Name]) -> tuple[tuple[Budget, ...], tuple[str, ...]]:
    """Return `budgets` by id where they go by a name or an e-mail address, and what is ambiguous."""
    names = tuple(names)
    found, problems = [], []
    for budget in budgets:
        meant = _meant(budget, names)
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


def _each(
    content: Entry, name: str, read: Callable[[Entry], Any], file: str, problems: list[str]
) -> list[Any]:
    entries = content.get(name, [])
    if not isinstance(entries, list):
        problems.append(f"{file}: write [[{name}]] with two brackets, once for each.")
        return []
    found = []
    for nth, entry in enumerate(entries, 1):
        try:
            found.append(read(_table(entry)))
        except _Wrong as wrong:
            problems.append(f"{file}, [[{name}]] number {nth}: {wrong}")
    return found


def _table(entry: Any) -> Entry:
    if not isinstance(entry, dict):
        raise _Wrong("it must be a table with lines such as amount = 5000.")
    return entry


def _budget(entry: Entry) -> Budget:
    _refuse_unknown(entry, ("amount", *SUBJECTS))
    subjects = [name for name in SUBJECTS if name in entry]
    if len(subjects) > 1:
        raise _Wrong(f"it names {' and '.join(subjects)}; a budget is for one of them.")
    if not subjects:
        return Budget("", "", _amount(entry))
    about = entry[subjects[0]]
    if not isinstance(about, str) or not about.strip():
        raise _Wrong(f"{subjects[0]} must be an id or a name in quotes.")
    return Budget(SUBJECTS[subjects[0]], about.strip(), _amount(entry))


def _deposit(entry: Entry) -> Deposit:
    _refuse_unknown(entry, ("amount", "date"))
    return Deposit(_day(entry), _amount(entry))


def _balance(content: Entry, top_ups: Sequence[Deposit], file: str, problems: list[str]) -> Balance | None:
    entry = content.get("balance")
    if entry is None:
        if top_ups:
            problems.append(f"{file}: [[top_up]] needs a [balance] that it adds to.")
        return None
    try:
        start = _deposit(_table(entry))
    except _Wrong as wrong:
        problems.append(f"{file}, [balance]: {wrong}")
        return None
    problems += [
        f"{file}, [[top_up]] of {deposit.day}: it is before the balance of {start.day}, which includes it. "
        "Take it out, or date the balance earlier."
        for deposit in top_ups
        if deposit.day < start.day
    ]
    later = sorted((d for d in top_ups if d.day >= start.day), key=lambda d: d.day)
    return Balance(start.day, start.amount, tuple(later))


def _amount(entry: Entry) -> Decimal:
    value = entry.get("amount")
    if value is None:
        raise _Wrong("amount is missing. Write the US dollars, such as amount = 5000.")
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number or not Decimal(value).is_finite() or not 0 < value < MOST:
        raise _Wrong(f"amount = {_quoted(value)} is not a number of US dollars above 0.")
    return Decimal(value)


def _day(entry: Entry) -> dt.date:
    value = entry.get("date")
    if value is None:
        raise _Wrong("date is missing. Write the day (UTC), such as date = 2026-11-01.")
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise _Wrong(f"date = {_quoted(value)} is not a day. Write it without quotes, as 2026-11-01.")
    return value


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _refuse_unknown(entry: Entry, known: Sequence[str]) -> None:
    extra = sorted(entry.keys() - set(known))
    if extra:
        raise _Wrong(f"{extra[0]} means nothing here; it takes {', '.join(known)}.")


def _without_repeats(budgets: Sequence[Budget], file: str, problems: list[str]) -> list[Budget]:
    found: dict[tuple[str, str], Budget] = {}
    for budget in budgets:
        if budget.key in found:
            what = budget.about or "the whole organization"
            problems.append(f"{file}: {what} has two budgets; the first one is used.")
        found.setdefault(budget.key, budget)
    return list(found.values())
