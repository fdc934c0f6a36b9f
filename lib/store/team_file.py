"""Teams: whose money a row is, as a file of the company's own declares it."""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED
from lib.store.declaration_file import VERSION, Entry, Unreadable, entry, has_version, tables_of, text_of
from lib.store.team_declarations import DeclaredTeams, Method, Rule, Shared, Team, folded

_LONGEST = 80
_NO_TEAM = "No team"
MOST_WEIGHT = 10**9
_METHODS = '"evenly", "by spend" or "by weights"'
_TAKEN = frozenset(word.casefold() for word in (UNATTRIBUTED, OTHER, CREDITS, "Total", _NO_TEAM))


def _name(name: str) -> str:
    if not name.isprintable():
        msg = "must be one line of printable text."
        raise ValueError(msg)
    if folded(name) in _TAKEN or (name.startswith("(") and name.endswith(")")):
        msg = f"cannot be {name}, which pages use for something else. Choose another name."
        raise ValueError(msg)
    return unicodedata.normalize("NFC", name)


def _method(method: object) -> Method:
    if not isinstance(method, str) or method not in list(Method):
        msg = f"must be {_METHODS}."
        raise ValueError(msg)
    return Method(method)


def _patterns() -> Any:
    return Field(
        default_factory=list,
        description='must be a list of ids, names or patterns in quotes, such as ["a*"].',
    )


def _day() -> Any:
    return Field(default=None, description="must be a day (UTC) without quotes, such as 2026-11-01.")


_Pattern = Annotated[str, Field(min_length=1)]


class _Rule(Entry):
    keys: list[_Pattern] = _patterns()
    users: list[_Pattern] = _patterns()
    projects: list[_Pattern] = _patterns()
    start: dt.date | None = _day()
    end: dt.date | None = _day()

    @model_validator(mode="after")
    def _says_something(self) -> "_Rule":
        if not (self.keys or self.users or self.projects):
            msg = "it matches nothing; give it keys, users or projects."
            raise ValueError(msg)
        if self.start and self.end and self.end < self.start:
            msg = f"its end, {self.end}, is before its start, {self.start}; both days are part of it."
            raise ValueError(msg)
        return self

    def rule(self, team: str) -> Rule:
        return Rule(team, tuple(self.keys), tuple(self.users), tuple(self.projects), self.start, self.end)


class _Team(Entry):
    name: Annotated[str, AfterValidator(_name)] = Field(
        min_length=1,
        max_length=_LONGEST,
        description=f"must be text of 1 to {_LONGEST} characters in quotes.",
    )
    owner: str = Field(default="", max_length=_LONGEST, description="must be a name or an address in quotes.")
    cost_center: str = Field(default="", max_length=_LONGEST, description="must be text in quotes.")


class _Shared(Entry):
    name: str = Field(
        min_length=1,
        max_length=_LONGEST,
        description=f"must be text of 1 to {_LONGEST} characters in quotes.",
    )
    projects: list[_Pattern] = _patterns()
    line_items: list[_Pattern] = _patterns()
    credits: bool = Field(default=False, description="must be true or false.")
    teams: list[_Pattern] = Field(default_factory=list, description="must be a list of names of teams.")
    method: Annotated[Method, PlainValidator(_method)] = Field(description=f"must be {_METHODS}.")
    weights: dict[str, Annotated[int | Decimal, Field(gt=0, lt=MOST_WEIGHT)]] = Field(
        default_factory=dict,
        description=f"must be numbers above 0 and below {MOST_WEIGHT:,} by team, such as {{ Growth = 2 }}.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> "_Shared":
        if not (self.projects or self.line_items or self.credits):
            msg = "it names no costs; give it projects, line_items or credits = true."
            raise ValueError(msg)
        if (self.method is Method.BY_WEIGHTS) != bool(self.weights):
            msg = f'weights go with method = "{Method.BY_WEIGHTS}", and that with weights.'
            raise ValueError(msg)
        if self.weights and self.teams:
            msg = "weights name the teams already; take the line with teams out."
            raise ValueError(msg)
        return self

    def shared(self, called: Mapping[str, str]) -> Shared:
        """Return what is declared; `called` has the name of each team by its folded one."""
        weights = tuple((called[folded(team)], Decimal(part)) for team, part in self.weights.items())
        teams = [called[folded(team)] for team in self.teams] or [team for team, _ in weights]
        return Shared(
            self.name,
            self.method,
            tuple(self.projects),
            tuple(self.line_items),
            self.credits,
            tuple(dict.fromkeys(teams)),
            weights,
        )


def read_teams(path: Path, *, needed: bool) -> DeclaredTeams | None:
    """Return what the file declares; None where it is not there and not `needed`."""
    try:
        return parse(text_of(path), path.name)
    except FileNotFoundError:
        if not needed:
            return None
        said = f"There is no team file at {path}. Create it, or change [teams] file in the settings."
        return DeclaredTeams(problems=(said,))
    except Unreadable as why:
        return DeclaredTeams(problems=(str(why),))


@lru_cache(maxsize=8)
def parse(text: str, file: str) -> DeclaredTeams:
    """Return what `text` declares; `file` is what its problems call it."""
    try:
        content = tables_of(text, file)
    except Unreadable as why:
        return DeclaredTeams(problems=(str(why),))
    if not has_version(content):
        return DeclaredTeams(problems=(f"{file}: the first line must be version = {VERSION}.",))
    problems = [
        f"{file}: there is nothing called {name}; it takes version, [[team]] and [[shared]]."
        for name in sorted(content.keys() - {"version", "team", "shared"})
    ]
    teams: list[Team] = []
    rules: list[Rule] = []
    for nth, table in enumerate(_tables(content, "team", f"{file}, [[team]]", problems), 1):
        place = f"{file}, [[team]] number {nth}"
        ours = {key: value for key, value in table.items() if key != "rule"}
        declared = entry(_Team, ours, place, problems, also=("[[team.rule]]",))
        within = enumerate(_tables(table, "rule", f"{place}, [[team.rule]]", problems), 1)
        named = declared.name if declared else ""
        found = (entry(_Rule, rule, f"{place}, rule {at}", problems) for at, rule in within)
        rules += [rule.rule(named) for rule in found if rule]
        if declared:
            teams.append(Team(declared.name, declared.owner, declared.cost_center))
    problems += _twice(teams, file)
    called = {folded(team.name): team.name for team in teams}
    shared = _shared(_tables(content, "shared", f"{file}, [[shared]]", problems), called, file, problems)
    if problems:
        return DeclaredTeams(problems=tuple(problems))
    return DeclaredTeams(tuple(teams), tuple(rules), tuple(shared))


def _shared(
    tables: Iterable[Mapping[str, Any]], called: Mapping[str, str], file: str, problems: list[str]
) -> list[Shared]:
    found: list[Shared] = []
    for nth, table in enumerate(tables, 1):
        place = f"{file}, [[shared]] number {nth}"
        read = entry(_Shared, table, place, problems)
        named = [*read.teams, *read.weights] if read else []
        unknown = [team for team in named if folded(team) not in called]
        twice = read and any(folded(read.name) == folded(other.name) for other in found)
        if unknown:
            problems.append(f"{place}: there is no team called {unknown[0][:_LONGEST]}.")
        elif read and twice:
            problems.append(f"{file}: two [[shared]] are called {read.name}. Rename one.")
        elif read:
            found.append(read.shared(called))
    return found


def _twice(teams: Iterable[Team], file: str) -> list[str]:
    seen: set[str] = set()
    said = []
    for team in teams:
        if folded(team.name) in seen:
            said.append(
                f"{file}: two teams are called {team.name}. Put the rules of both under one [[team]]."
            )
        seen.add(folded(team.name))
    return said


def _tables(content: Mapping[str, Any], key: str, place: str, problems: list[str]) -> list[Mapping[str, Any]]:
    tables = content.get(key, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    problems.append(f"{place}: write it with two brackets, once for each.")
    return []
