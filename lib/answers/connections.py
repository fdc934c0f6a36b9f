"""Connections: which key each organization is asked with, how fresh its bill is, and what goes wrong."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lib.answers import instance
from lib.catalog.sources import COSTS
from lib.periods.widths import Width
from lib.settings import Settings


@dataclass(frozen=True)
class Connection:
    """The settings of one organization, when the last day of its bill was fetched (UTC), and what fails.

    `failing` holds a sentence for each source that could not be fetched when that was last tried.
    """

    settings: Settings
    fetched_at: dt.datetime | None
    failing: Mapping[str, str]


def connections(settings: Settings) -> list[Connection]:
    """Return the connection of each organization of `settings`; raise StoreError where a store fails."""
    found = []
    for each in settings.organizations or (settings,):
        backend = instance.backend_of(each)
        days = backend.store.coverage(COSTS, Width.DAY)
        found.append(Connection(each, days[max(days)] if days else None, backend.syncer.failing))
    return found
