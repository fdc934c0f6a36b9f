"""Whose rows are stored: a store holds those of one organization, and takes none of another's.

Only rows of the bill name their organization. So a key that is new to a store which knows its organization
is asked for a week of the bill before anything is stored.
"""

import datetime as dt
import threading
from collections.abc import Iterable

from lib.catalog.sources import COSTS
from lib.errors import BadRequest, MissingScope, StoreError, UnknownEndpoint
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store
from lib.sync.client_protocol import Client

_WEEK = 7 * ONE_DAY
_one_at_a_time = threading.Lock()


class ForeignRows(StoreError):
    """The key is answered the rows of another organization than the store's."""


def doubles(identities: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the names whose organization is that of an earlier one, and which: it would be counted twice.

    `identities` are names with what their stores know of whose rows they hold.
    """
    first: dict[str, str] = {}
    same = {}
    for name, identity in identities:
        if identity and first.setdefault(identity, name) != name:
            same[name] = first[identity]
    return same


def require_own(client: Client, store: Store, now: dt.datetime) -> None:
    """Raise ForeignRows where the store's key belongs to another organization than its rows.

    The API is asked where this is not known yet. Raises an AdminApiError where it gives no answer.
    """
    with _one_at_a_time:
        if store.organization() is None or store.is_own_asker():
            return
        days = Window(now.date() - _WEEK, now.date() + ONE_DAY)
        try:
            parts = client.fetch(COSTS, Width.DAY, days)
        except (MissingScope, UnknownEndpoint, BadRequest):
            return  # a key that may not read the bill cannot tell
        take_own(store, {one for part in parts for one in part.organizations}, now)


def take_own(store: Store, organizations: Iterable[str], now: dt.datetime) -> None:
    """Record whose rows were answered; raise ForeignRows where they are another organization's."""
    for one in sorted(set(organizations)):
        if (owner := store.organization()) not in (None, one):
            msg = (
                f"The key belongs to the organization {one}, and the store {store.uri} holds the rows of "
                f"{owner}. Nothing was stored. Give {one} a store of its own: name another folder as "
                "[store] uri in .streamlit/secrets.toml or as USAGE_STORE_URI."
            )
            raise ForeignRows(msg)
        if owner is None or not store.is_own_asker():
            store.own(one, now)
