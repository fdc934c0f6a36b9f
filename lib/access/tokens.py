"""Tokens: what programs bring in place of a sign-in, who is let in by one, and for how long."""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from lib.access.rules import Grant, Role

PREFIX = "usage_"
"""What every token begins with, so that one that got lost is recognized."""
LONGEST_NAME = 60
MOST_DAYS = 730
USUAL_DAYS = 90


@dataclass(frozen=True)
class ApiToken:
    """A token as it is kept: `digest` is the SHA-256 of what is brought, which is kept nowhere.

    `projects`, `teams` and `organizations` are what may be seen by it, as in a rule; None for all.
    `written_at` is when this was recorded.
    """

    token_id: str
    name: str
    digest: str
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    projects: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    organizations: tuple[str, ...] | None = None
    revoked_by: str | None = None
    revoked_at: dt.datetime | None = None
    written_at: dt.datetime | None = None

    @property
    def called(self) -> str:
        """Return what to call it in the audit log."""
        return f"token “{self.name}” ({self.token_id})"

    @property
    def grant(self) -> Grant:
        """Return what whoever brings it may see."""
        projects, organizations, teams = (
            None if named is None else frozenset(named)
            for named in (self.projects, self.organizations, self.teams)
        )
        return Grant(None, Role.VIEWER, projects, organizations, teams)

    def holds(self, now: dt.datetime) -> bool:
        """Return whether it lets anybody in at `now`."""
        return self.revoked_at is None and now < self.expires_at

    def revoked(self, by: str, now: dt.datetime) -> "ApiToken":
        """Return it as it lets nobody in any more; one that was revoked before stays as it is."""
        return self if self.revoked_at else replace(self, revoked_by=by, revoked_at=now)


class Refused(Enum):
    """Why nobody is let in by what was brought."""

    MISSING = "no token was brought"
    UNKNOWN = "there is no such token"
    EXPIRED = "the token has expired"
    REVOKED = "the token was revoked"


def new_secret() -> str:
    """Return a token that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def new_id() -> str:
    """Return by what a token is told from others, in lists and logs."""
    return secrets.token_hex(4)


def digest_of(secret: str) -> str:
    """Return what is kept of a token. No salt is needed where there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def brought(authorization: str | None) -> str | None:
    """Return the token in a header `Authorization: Bearer …`; None where there is none."""
    kind, _, secret = (authorization or "").partition(" ")
    return secret.strip() or None if kind.lower() == "bearer" else None


def identified(tokens: Iterable[ApiToken], secret: str | None) -> ApiToken | None:
    """Return the token that `secret` is, None where it is none; each is compared in the same time."""
    if secret is None:
        return None
    digest, found = digest_of(secret), None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found


def refusal(token: ApiToken | None, secret: str | None, now: dt.datetime) -> Refused | None:
    """Return why nobody is let in at `now` by a token as it was identified; None where they are."""
    if secret is None:
        return Refused.MISSING
    if token is None:
        return Refused.UNKNOWN
    if token.revoked_at is not None:
        return Refused.REVOKED
    return None if token.holds(now) else Refused.EXPIRED


def problem(name: str, days: int, tokens: Iterable[ApiToken], now: dt.datetime) -> str:
    """Return why no token can be made of that name for so many days, "" where one can."""
    if not name.strip():
        return "Give the token a name, such as what will use it."
    if len(name) > LONGEST_NAME or not name.isprintable():
        return f"The name must be at most {LONGEST_NAME} letters, digits and signs, in one line."
    if not 1 <= days <= MOST_DAYS:
        return f"A token can be made for 1 to {MOST_DAYS} days, not for {days}."
    if any(token.name == name and token.holds(now) for token in tokens):
        return f"There is a token called “{name}” already. Revoke it, or take another name."
    return ""
