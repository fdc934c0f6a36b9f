"""Access: who is let in, as what, and for how long."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from lib.access.people import Person, signed_in

_AHEAD = dt.timedelta(minutes=5)
"""How far the clock of who signs people in may be ahead of ours."""


class Role(IntEnum):
    """What somebody may do; each role may do what those before it may."""

    VIEWER = auto()
    """Look, and take files."""
    EDITOR = auto()
    """Write notes, marks, budgets, quantities and invoices."""
    ADMIN = auto()
    """Fetch again, and see and change the connection."""


class SignIn(Enum):
    """How people say who they are."""

    NONE = "none"
    OIDC = "oidc"
    HEADER = "header"


@dataclass(frozen=True)
class Rule:
    """Whom a rule is about, and their role. Where it names addresses and groups, both must fit."""

    role: Role
    emails: tuple[str, ...] = ()
    """Addresses in small letters, in which * stands for anything."""
    groups: tuple[str, ...] = ()
    projects: frozenset[str] | None = None
    """Ids and names of the projects that may be seen, None for all."""
    organizations: frozenset[str] | None = None
    """Names of the organizations that may be seen, None for all."""
    teams: frozenset[str] | None = None
    """Names of the teams whose rows may be seen, None for all."""

    def fits(self, person: Person) -> bool:
        """Return whether the rule is about `person`."""
        email, given = person.email, person.groups
        named = not self.emails or (email is not None and any(_like(email, each) for each in self.emails))
        return named and (not self.groups or not given.isdisjoint(self.groups))


class Denial(Enum):
    """Why somebody is not let in."""

    NOT_SIGNED_IN = "not signed in"
    SIGN_IN_IS_OLD = "signed in too long ago"
    NO_TIME_OF_SIGN_IN = "the sign-in does not say when it was made"
    NO_RULE = "no rule names them"


@dataclass(frozen=True)
class Grant:
    """Somebody is let in; `role` is None where no rules are declared, `person` where nobody signs in.

    `projects` are ids and names of those whose numbers may be seen, None for all of the organization.
    `organizations` are the names of those that may be seen, and `teams` of those whose rows may be seen,
    None for all.
    """

    person: Person | None = None
    role: Role | None = None
    projects: frozenset[str] | None = None
    organizations: frozenset[str] | None = None
    teams: frozenset[str] | None = None

    def is_at_least(self, role: Role) -> bool:
        """Return whether they may do what `role` may; without rules everybody may."""
        return self.role is None or self.role >= role


@dataclass(frozen=True)
class Access:
    """What the secrets file declares: how people sign in, and who may do what."""

    sign_in: SignIn = SignIn.NONE
    providers: tuple[str, ...] = ()
    """Names of several providers, none where there is one without a name."""
    rules: tuple[Rule, ...] = ()
    groups_claim: str = "groups"
    session: dt.timedelta = dt.timedelta(hours=12)
    is_open: bool = False
    """Whether everybody who reaches the app may see it where nobody signs in."""
    email_header: str | None = None
    groups_header: str | None = None
    hosts: tuple[str, ...] = ()
    """Names that the app is reached by, beside those of this machine."""
    audit_log: Path | None = None

    def decide(self, claims: Mapping[str, Any], now: dt.datetime) -> Grant | Denial:
        """Return what somebody with `claims` is let in as, or why not. The first rule that fits counts."""
        if self.sign_in is SignIn.NONE:
            return Grant()
        person = signed_in(claims, self.groups_claim)
        if person is None:
            return Denial.NOT_SIGNED_IN
        if person.since is None:
            return Denial.NO_TIME_OF_SIGN_IN
        if not now - self.session <= person.since <= now + _AHEAD:
            return Denial.SIGN_IN_IS_OLD
        if not self.rules:
            return Grant(person)
        fitting = next((rule for rule in self.rules if rule.fits(person)), None)
        if fitting is None:
            return Denial.NO_RULE
        return Grant(person, fitting.role, fitting.projects, fitting.organizations, fitting.teams)

    def proxied(self, values: Callable[[str], Sequence[str]], since: dt.datetime) -> Mapping[str, Any]:
        """Return the claims of somebody whom a proxy named when they came, at `since`.

        `values` gives all that is said under the name of a header. There are no claims where nobody is named,
        or more than one: then one of the names is not the proxy's.
        """
        emails = values(self.email_header) if self.email_header else ()
        groups = values(self.groups_header) if self.groups_header else ()
        if len(emails) != 1 or not emails[0].strip():
            return {}
        said = [group.strip() for line in groups for group in line.split(",") if group.strip()]
        claims = {"is_logged_in": True, "email": emails[0], "iat": since.timestamp()}
        return {**claims, self.groups_claim: said if len(groups) <= 1 else []}


def _like(email: str, pattern: str) -> bool:
    # A bracket is a bracket: an address may hold one, and nobody means a set of letters by it.
    return fnmatchcase(email, pattern.replace("[", "[[]"))
