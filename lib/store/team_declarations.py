"""Teams, their rules and what they share, as they are declared."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property


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


class Method(StrEnum):
    """How shared costs are split over teams."""

    EVENLY = "evenly"
    BY_SPEND = "by spend"
    BY_WEIGHTS = "by weights"


@dataclass(frozen=True)
class Shared:
    """Costs that several teams share, whoever's they would be: projects, line items, or all credits.

    `weights` holds a part for each team where the method is by weights. No `teams` are all teams.
    """

    name: str
    method: Method
    projects: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    credits: bool = False
    teams: tuple[str, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class DeclaredTeams:
    """What a file declares: all of it, or nothing and a sentence for everything that is wrong in it.

    A rule that is left out would give its dollars to somebody else. So one problem is enough.
    """

    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    shared: tuple[Shared, ...] = ()
    problems: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Return the hash, which a page asks for twenty times: of 300 rules it takes a while."""
        return hash((self.teams, self.rules, self.shared, self.problems))


def folded(text: str) -> str:
    """Return `text` as names are compared: in one spelling of its letters, without capitals."""
    return unicodedata.normalize("NFC", text).casefold()
