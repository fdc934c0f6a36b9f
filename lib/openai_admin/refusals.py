"""What the API refuses an organization: found while syncing, remembered, shown on the data page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RefusalKind(StrEnum):
    """What was refused."""

    ENDPOINT = "endpoint"
    """The endpoint is unknown to this organization."""
    LOOKBACK = "lookback"
    """Days before `until` are no longer served."""
    FLOOR = "floor"
    """Grouping by `dimension` is refused for days before `until`."""
    DIMENSION = "dimension"
    """Grouping by `dimension` is refused for the days from `since` to before `until`."""
    COMBINATION = "combination"
    """The finest grouping is refused for the days from `since` to before `until`; the next rung answers."""
    SCOPE = "scope"
    """The key lacks the permission named in `dimension`."""


@dataclass(frozen=True)
class Refusal:
    """One thing that the API refused, for one source, and what it said.

    `source` is a source's name, or `names` for the lists of projects, users and keys. `dimension`
    holds a dimension, or the missing scope. `learned_at` is aware, in UTC.
    """

    source: str
    kind: RefusalKind
    message: str
    learned_at: dt.datetime
    dimension: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


MEMORY = dt.timedelta(days=1)
"""How long a refusal holds before the API is asked again.

A lookback date only ever moves forward, so it never expires.
"""


def fresh(refusals: Iterable[Refusal], now: dt.datetime) -> tuple[Refusal, ...]:
    """Return the refusals that have not expired at `now`."""
    return tuple(r for r in refusals if r.kind is RefusalKind.LOOKBACK or now - r.learned_at < MEMORY)
