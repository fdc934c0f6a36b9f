"""Teams: whose money a row is, as a file of the company's own declares it."""

import datetime as dt
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from lib.catalog.dimensions import CREDITS, OTHER, UNATTRIBUTED

VERSION = 1
_LONGEST = 80
_NO_TEAM = "No team"
_TAKEN = frozenset(word.casefold() for word in (UNATTRIBUTED, OTHER, CREDITS, "Total", _NO_TEAM))


@dataclass(frozen=True)
class Rule:
    """What belongs to `team` from `start` to `end` (days in UTC, both inclusive; None for always).

    Keys, users and projects are ids, names, or patterns in which * stands for anything.
    """

    team: str
    keys: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True)
class Team:
    """A team: its name, and who answers for it and where it is booked, "" where that is not said."""

    name: str
    owner: str = ""
    cost_center: str = ""


@dataclass(frozen=True)
class DeclaredTeams:
    """What a file declares: all of it, or nothing and a sentence for everything that is wrong in it.

    A rule that is left out would give its dollars to somebody else. So one problem is enough.
    """

    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Return the hash, which a page asks for twenty times: of 300 rules it takes a while."""
        return hash((self.teams, self.rules, self.problems))


def folded(text: str) -> str:
    """Return `text` as names are compared: in one spelling of its letters, without capitals."""
    return unicodedata.normalize("NFC", text).casefold()


def _name(name: str) -> str:
    if not name.isprintable():
        msg = "must be one line of printable text."
        raise ValueError(msg)
    if folded(name) in _TAKEN or (name.startswith("(") and name.endswith(")")):
        msg = f"cannot be {name}, which pages use for something else. Choose another name."
        raise ValueError(msg)
    return unicodedata.normalize("NFC", name)


class _Entry(BaseModel):
    """A table of the file; a field's description is the rule that a bad value breaks."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def _patterns() -> Any:
    return Field(
        default_factory=list,
        description='must be a list of ids, names or patterns in quotes, such as ["a*"].',
    )


def _day() -> Any:
    return Field(default=None, description="must be a day (UTC) without quotes, such as 2026-11-01.")


_Pattern = Annotated[str, Field(min_length=1)]


class _Rule(_Entry):
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


class _Team(_Entry):
    name: Annotated[str, AfterValidator(_name)] = Field(
        min_length=1,
        max_length=_LONGEST,
        description=f"must be text of 1 to {_LONGEST} characters in quotes.",
    )
    owner: str = Field(default="", max_length=_LONGEST, description="must be a name or an address in quotes.")
    cost_center: str = Field(default="", max_length=_LONGEST, description="must be text in quotes.")


_E = TypeVar("_E", bound=_Entry)


def read_teams(path: Path, *, needed: bool) -> DeclaredTeams | None:
    """Return what the file declares; None where it is not there and not `needed`."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except FileNotFoundError:
        if not needed:
            return None
        said = f"There is no team file at {path}. Create it, or change [teams] file in the settings."
        return DeclaredTeams(problems=(said,))
    except (OSError, UnicodeDecodeError):
        return DeclaredTeams(problems=(f"{path} cannot be read as UTF-8 text. Save it as such.",))


@lru_cache(maxsize=8)
def parse(text: str, file: str) -> DeclaredTeams:
    """Return what `text` declares; `file` is what its problems call it."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        return DeclaredTeams(problems=(f"{file}: this is not TOML: {wrong}.",))
    except (ValueError, ArithmeticError, RecursionError):
        said = f"{file}: a number in it is too large, or its tables are nested too deep."
        return DeclaredTeams(problems=(said,))
    if content.get("version") != VERSION or isinstance(content["version"], bool):
        return DeclaredTeams(problems=(f"{file}: the first line must be version = {VERSION}.",))
    problems = [
        f"{file}: there is nothing called {name}; it takes version and [[team]]."
        for name in sorted(content.keys() - {"version", "team"})
    ]
    teams: list[Team] = []
    rules: list[Rule] = []
    for nth, table in enumerate(_tables(content, "team", f"{file}, [[team]]", problems), 1):
        place = f"{file}, [[team]] number {nth}"
        ours = {key: value for key, value in table.items() if key != "rule"}
        declared = _read(_Team, ours, place, problems, also=("[[team.rule]]",))
        within = enumerate(_tables(table, "rule", f"{place}, [[team.rule]]", problems), 1)
        named = declared.name if declared else ""
        found = (_read(_Rule, rule, f"{place}, rule {at}", problems) for at, rule in within)
        rules += [rule.rule(named) for rule in found if rule]
        if declared:
            teams.append(Team(declared.name, declared.owner, declared.cost_center))
    problems += _twice(teams, file)
    return DeclaredTeams(problems=tuple(problems)) if problems else DeclaredTeams(tuple(teams), tuple(rules))


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


def _read(
    model: type[_E], table: Mapping[str, Any], place: str, problems: list[str], also: tuple[str, ...] = ()
) -> _E | None:
    try:
        return model.model_validate(table)
    except ValidationError as invalid:
        problems.append(f"{place}: {_problem(invalid, model, also)}")
    return None


def _problem(invalid: ValidationError, model: type[_Entry], also: tuple[str, ...]) -> str:
    """Return the first problem as a sentence without the value, which may be of any length."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    if not error["loc"]:
        return str(error["ctx"]["error"])
    key = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{key} means nothing here; it takes {', '.join((*model.model_fields, *also))}."
    if error["type"] == "value_error":
        return f"{key} {error['ctx']['error']}"
    rule = model.model_fields[key].description
    return f"{key} is missing; it {rule}" if error["type"] == "missing" else f"{key} {rule}"
