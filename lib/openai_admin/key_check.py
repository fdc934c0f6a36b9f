"""What a key may do: each permission tried with the smallest request, and what it looks like before that."""

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from lib.catalog.sources import COSTS, SOURCES
from lib.errors import AdminApiError, BadKey, MissingScope
from lib.openai_admin.api_errors import ADMIN_KEYS, NAMES_SCOPE, USAGE_SCOPE
from lib.openai_admin.connection import Connection, Parameters, Timing
from lib.openai_admin.retries import Patience

_ADMIN = "sk-admin-"
_OTHERS = {
    "sk-proj-": "a project key (sk-proj-…)",
    "sk-svcacct-": "a service account's key (sk-svcacct-…)",
    "sk-None-": "a user's key (sk-None-…)",
    "sk-": "a user's key (sk-…)",
}
_SHOWN = 4
_HIDDEN_BELOW = 20


@dataclass(frozen=True)
class Permission:
    """Something that a key needs: what it `gives`, and what is `lost` without it.

    `granted` is None where an answer did not tell; `said` is the API's reason where it is not granted.
    """

    name: str
    gives: str
    lost: str
    granted: bool | None
    said: str = ""


def last_letters(key: str) -> str:
    """Return the last four letters of a key, by which people tell keys apart; none of a short one."""
    return f"…{key[-_SHOWN:]}" if len(key) >= _HIDDEN_BELOW else "…"


def not_an_admin_key(key: str) -> str | None:
    """Return in a sentence what a key is instead of an admin key, by its look; None where it may be one."""
    if key.startswith(_ADMIN):
        return None
    kind = next((words for start, words in _OTHERS.items() if key.startswith(start)), None)
    if kind is None:
        return None
    return f"This is {kind}, which cannot read usage or costs. Make an admin key at {ADMIN_KEYS}."


def permissions(
    key: str, base_url: str, now: dt.datetime, *, sleep: Callable[[float], None] = time.sleep
) -> tuple[Permission, ...]:
    """Return which permissions a key has, by asking for as little as there is.

    Raises SettingsError for a key that no header can carry, and BadKey where the API refuses it altogether.
    """
    timing = Timing(sleep, time.monotonic, lambda: now, random.random)
    connection = Connection(key, base_url, pool=1, patience=Patience(2, 20.0), timing=timing)
    yesterday = int((now - dt.timedelta(days=1)).timestamp()) // 86400 * 86400
    bucket: Parameters = {"start_time": yesterday, "end_time": yesterday + 86400, "limit": 1}
    try:
        return (
            _tried(
                connection,
                SOURCES["completions"].path,
                bucket,
                (f"{USAGE_SCOPE}, usage", "Tokens, requests and every other unit.", "No usage is shown."),
            ),
            _tried(
                connection,
                COSTS.path,
                bucket,
                (f"{USAGE_SCOPE}, costs", "The bill.", "No dollars are shown."),
            ),
            _tried(
                connection,
                "/organization/projects",
                {"limit": 1},
                (
                    NAMES_SCOPE,
                    "Names of projects, people and keys.",
                    "Ids stand in for names that are not known.",
                ),
            ),
        )
    finally:
        connection.close()


def _tried(
    connection: Connection, path: str, parameters: Parameters, about: tuple[str, str, str]
) -> Permission:
    try:
        connection.get(path, parameters, counted_as="key check")
    except BadKey:
        raise
    except MissingScope as missing:
        return Permission(*about, granted=False, said=str(missing))
    except AdminApiError as failure:
        return Permission(*about, granted=None, said=str(failure))
    return Permission(*about, granted=True)
