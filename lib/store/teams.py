"""Teams by id: whose money a row is, told by its key, its user, its project and its day."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property

from lib.catalog.dimensions import TEAM
from lib.catalog.sources import Source
from lib.openai_admin.name_lists import Name
from lib.periods.windows import ONE_DAY
from lib.store.team_declarations import Rule, folded

KINDS: Mapping[str, tuple[str, ...]] = {
    "keys": ("api_key",),
    "users": ("user", "service_account"),
    "projects": ("project",),
}
"""What a rule is over, the closest first: its word → the kinds of names that it goes by."""


@dataclass(frozen=True)
class Spell:
    """Days before `until` (None: for good), from the end of the spell before on, and whose they are."""

    until: dt.date | None
    team: str | None


Spells = tuple[Spell, ...]
"""All days, in order; the last spell has no end."""
ById = Mapping[str, Spells]


@dataclass(frozen=True, eq=False)
class Teams:
    """Which team each key, user and project belonged to on which days.

    A key's word goes before its user's, and that before the project's, on each day anew. A row that
    names no user goes by the owner of its key: `owned` holds, by key, what the rules say of its owner.
    """

    names: tuple[str, ...]
    keys: ById
    users: ById
    owned: ById
    projects: ById

    @cached_property
    def fingerprint(self) -> str:
        """Return what is the same for teams of the same names to which the same rows belong."""
        parts = (self.keys, self.users, self.owned, self.projects)
        text = repr((self.names, [sorted(part.items()) for part in parts]))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Teams) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the dimensions without which a row's team cannot be told."""
        return ("project_id", *(("api_key_id",) if self.keys or self.users else ()))

    def team_of(self, project: str | None, user: str | None, key: str | None, day: dt.date) -> str | None:
        """Return whose a row of such ids is on a day (UTC), None where no rule is about it."""
        person = self.users.get(user or "") if user else self.owned.get(key or "")
        told = (self.keys.get(key or ""), person, self.projects.get(project or ""))
        return next((team for spells in told if spells and (team := _on(spells, day))), None)


@dataclass(frozen=True)
class TeamView:
    """The `teams` whose rows may be seen, and the ids of `projects` and `keys` that these rows name.

    On `untold` days the bill does not tell whose its rows are, so that none of them may be seen.
    """

    teams: frozenset[str]
    projects: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    untold: frozenset[dt.date] = frozenset()


def dated(by_id: ById) -> Iterator[tuple[str, dt.date | None, dt.date | None, str | None]]:
    """Yield each id with each of its spells: the day it begins, the day before which it ends, and whose."""
    for id_, spells in by_id.items():
        since = None
        for spell in spells:
            yield id_, since, spell.until, spell.team
            since = spell.until


def recorded(source: Source, dimensions: Iterable[str], teams: Teams | None) -> set[str]:
    """Return the dimensions of a source's rows that those asked for are told by."""
    found: set[str] = set()
    for dimension in dimensions:
        if dimension == TEAM:
            found |= set(teams.needs if teams else ()) & set(source.dimensions)
        else:
            found.add(source.derived.get(dimension, dimension))
    return found


def by_team(names: Iterable[str], rules: Sequence[Rule], listed: Iterable[Name]) -> Teams:
    """Return the teams called `names` by the ids that `rules` match of the `listed` names."""
    return _teams(tuple(names), rules, [rule.team for rule in rules], tuple(listed))


def by_rule(rules: Sequence[Rule], listed: Iterable[Name]) -> Teams:
    """Return the same with each rule as a team of its own, called by its number from 0."""
    numbers = [str(n) for n in range(len(rules))]
    return _teams(tuple(numbers), rules, numbers, tuple(listed))


def matched(rules: Sequence[Rule], listed: Iterable[Name]) -> dict[str, list[list[str]]]:
    """Return for each of `KINDS`, and for each rule, the ids that it matches, whoever gets them."""
    listed = tuple(listed)
    return {word: _matched(word, rules, listed) for word in KINDS}


def together(one: Rule, other: Rule) -> bool:
    """Return whether there are days on which both rules hold."""
    latest_start = max((d for d in (one.start, other.start) if d), default=None)
    first_end = min((d for d in (one.end, other.end) if d), default=None)
    return latest_start is None or first_end is None or latest_start <= first_end


def _teams(
    names: tuple[str, ...], rules: Sequence[Rule], labels: Sequence[str], listed: Sequence[Name]
) -> Teams:
    found = {word: _spells(_matched(word, rules, listed), rules, labels) for word in KINDS}
    users = found["users"]
    owners = ((n.id, n.owner_id) for n in listed if n.kind == "api_key" and n.owner_id)
    owned = {key: users[owner] for key, owner in owners if owner in users}
    return Teams(names, found["keys"], users, owned, found["projects"])


def _matched(word: str, rules: Sequence[Rule], listed: Sequence[Name]) -> list[list[str]]:
    called: dict[str, dict[str, None]] = {}
    ids = set()
    for name in listed:
        if name.kind in KINDS[word]:
            ids.add(name.id)
            spelt = (name.name, *([name.detail] if name.kind == "user" and name.detail else ()))
            for text in (name.id, *spelt):
                called.setdefault(folded(text), {})[name.id] = None
    return [
        list(dict.fromkeys(i for pattern in getattr(rule, word) for i in _meant(pattern, ids, called)))
        for rule in rules
    ]


def _meant(pattern: str, ids: set[str], called: Mapping[str, Mapping[str, None]]) -> Iterable[str]:
    """Return the ids that a pattern stands for; a word that nothing is called by is taken for an id."""
    if "*" in pattern:
        wanted = folded(pattern)
        begins, fits = wanted.partition("*")[0], _like(wanted)
        return (i for text, named in called.items() if text.startswith(begins) and fits(text) for i in named)
    return [pattern] if pattern in ids else called.get(folded(pattern), [pattern])


def _like(pattern: str) -> Callable[[str], object]:
    # Only * stands for anything: a bracket is a bracket, as in the patterns of access rules.
    return re.compile(translate(re.sub(r"[?\[]", r"[\g<0>]", pattern))).match


def _spells(matched: Sequence[Sequence[str]], rules: Sequence[Rule], labels: Sequence[str]) -> ById:
    entries: dict[str, list[tuple[Rule, str]]] = {}
    for rule, label, ids in zip(rules, labels, matched, strict=True):
        for i in ids:
            entries.setdefault(i, []).append((rule, label))
    return {i: _resolved(found) for i, found in entries.items()}


def _resolved(entries: Sequence[tuple[Rule, str]]) -> Spells:
    """Return whose each day is: of the rules that hold on it, the first one's."""
    ends = (r.end for r, _ in entries if r.end and r.end < dt.date.max)  # there is no day after the last
    cuts = {r.start for r, _ in entries if r.start} | {end + ONE_DAY for end in ends}
    found: list[Spell] = []
    for first, until in zip([dt.date.min, *sorted(cuts)], [*sorted(cuts), None], strict=True):
        team = next((label for rule, label in entries if _holds(rule, first)), None)
        if found and found[-1].team == team:
            found.pop()
        found.append(Spell(until, team))
    return tuple(found)


def _holds(rule: Rule, day: dt.date) -> bool:
    return (rule.start is None or rule.start <= day) and (rule.end is None or day <= rule.end)


def _on(spells: Spells, day: dt.date) -> str | None:
    return next(spell.team for spell in spells if spell.until is None or day < spell.until)
