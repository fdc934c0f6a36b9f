"""Keeping tokens: where an instance's are, and how one is made, found and revoked."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from lib.access import tokens
from lib.access.tokens import ApiToken
from lib.configuration.store_address import ObjectAccess
from lib.settings import Settings
from lib.store.log import Log
from lib.store.usage_store import Store

Tokens = Log[ApiToken, tuple[ApiToken, ...]]
Names = Sequence[str] | None


def kept_tokens(settings: Settings) -> Tokens:
    """Return the log of the tokens of an instance, whose `settings` are all that it has."""
    return _log(settings.instance_store, settings.object_access)


# Every request looks whether the log has changed, and reads what has not from memory.
@lru_cache(maxsize=4)
def _log(uri: str, access: ObjectAccess | None) -> Tokens:
    return Store(uri, access=access).api_tokens


def make(
    log: Tokens,
    name: str,
    days: int,
    *,
    by: str,
    now: dt.datetime,
    projects: Names = None,
    teams: Names = None,
    organizations: Names = None,
) -> tuple[ApiToken, str]:
    """Keep a new token that lets in for so many days, and return it with what is to be brought.

    That is kept nowhere. Raises StoreError where the token cannot be kept.
    """
    secret = tokens.new_secret()
    token = ApiToken(
        tokens.new_id(),
        name,
        tokens.digest_of(secret),
        by,
        now,
        now + dt.timedelta(days=days),
        _listed(projects),
        _listed(teams),
        _listed(organizations),
    )
    log.write([token], now)
    return token, secret


def called(log: Tokens, name: str, now: dt.datetime) -> ApiToken | None:
    """Return the token of an id, or the one of a name that lets in at `now`; None without one."""
    found = log.read()
    by_id = (token for token in found if token.token_id == name)
    return next(by_id, None) or next((t for t in found if t.name == name and t.holds(now)), None)


def revoke(log: Tokens, token: ApiToken, *, by: str, now: dt.datetime) -> None:
    """Let nobody in by a token any more, from this moment on; raises StoreError where that cannot be kept."""
    log.write([token.revoked(by, now)], now)


def _listed(names: Names) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
