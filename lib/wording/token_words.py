"""Tokens in words: how one stands, and what is seen by it."""

import datetime as dt
from collections.abc import Mapping

from lib.access.tokens import ApiToken

Names = Mapping[str, str]
ONCE = "It is not shown again: keep it where only the program that uses it can read it."


def state(token: ApiToken, now: dt.datetime) -> str:
    """Return whether a token lets anybody in at `now`, and if not, why."""
    if token.revoked_at:
        return "revoked"
    return "holds" if token.holds(now) else "expired"


def scope(token: ApiToken, projects: Names | None = None) -> str:
    """Return what is seen by a token; ids go by their names in `projects`."""
    called = projects or {}
    named = {
        "projects": token.projects and [called.get(one, one) for one in token.projects],
        "teams": token.teams,
        "organizations": token.organizations,
    }
    said = [f"{what} {', '.join(names)}" for what, names in named.items() if names is not None]
    return "; ".join(said) or "everything"


def made(token: ApiToken, projects: Names | None = None) -> str:
    """Return what to tell whoever made a token."""
    until = f"{token.expires_at:%-d %B %Y, %H:%M} UTC"
    shown = scope(token, projects)
    return f"The token “{token.name}” ({token.token_id}) holds until {until} and shows {shown}. {ONCE}"
