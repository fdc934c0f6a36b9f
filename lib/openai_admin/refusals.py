"""What the API refuses an organization: found while syncing, remembered, shown on the data page."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
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
    holds a dimension, or the missing scope. `learned_at` is aware, in UTC. `asker` is the `fingerprint`
    of who was refused, None where that was not recorded. `recorded_at` is set when it is recorded: of
    two about the same, the one recorded later holds.
    """

    source: str
    kind: RefusalKind
    message: str
    learned_at: dt.datetime
    dimension: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    asker: str | None = None
    recorded_at: dt.datetime | None = field(default=None, compare=False)

    def is_about(self, day: dt.date) -> bool:
        """Return whether `day` is one of those that it speaks of."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


ASKED_AGAIN = frozenset({RefusalKind.ENDPOINT, RefusalKind.SCOPE})
"""What is asked again as soon as somebody wants to know, which takes a request or two."""
MEMORY = dt.timedelta(days=1)
"""How long a refusal holds before the API is asked again.

A lookback date only ever moves forward, so it never expires.
"""


def fresh(refusals: Iterable[Refusal], now: dt.datetime) -> tuple[Refusal, ...]:
    """Return the refusals that have not expired at `now`; one learned later than that proves nothing."""
    return tuple(
        r for r in refusals if r.kind is RefusalKind.LOOKBACK or r.learned_at <= now < r.learned_at + MEMORY
    )


def fingerprint(key: str, base_url: str) -> str:
    """Return what tells one key at one base URL from others, and does not give the key away."""
    return hashlib.sha256(f"{key}\n{base_url.rstrip('/')}".encode()).hexdigest()[:16]
