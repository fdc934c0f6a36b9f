"""What traffic is made of: workloads, the streams that they split into, and incidents."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from lib.demo.organization.directory import Key


class Rhythm(StrEnum):
    """When a workload runs."""

    OFFICE = "office"
    CUSTOMERS = "customers"
    NIGHT = "night"
    STANDING = "standing"
    """Not traffic but a state, reported once a day, at midnight."""


@dataclass(frozen=True)
class Phase:
    """A model in use from `rises` to `falls`, each a change spread over `ramp` days."""

    model: str | None
    rises: dt.date | None = None
    falls: dt.date | None = None
    ramp: int = 21


@dataclass(frozen=True, eq=False)
class Workload:
    """Traffic of one kind. Sizes are for one request, `requests` for a weekday of January 2026.

    `keys` are key names of the project with spaces between, the busiest first; `~name` is that person
    without a key.
    `amount` is the unit of sources that count no tokens: images, seconds, characters, calls, bytes.
    """

    source: str
    project: str
    keys: str
    phases: tuple[Phase, ...]
    requests: float
    tokens_in: float = 0
    tokens_out: float = 0
    cached: float = 0
    written: float = 0
    written_12h: float = 0
    audio_in: float = 0
    audio_out: float = 0
    image_in: float = 0
    amount: float = 0
    rhythm: Rhythm = Rhythm.OFFICE
    batch: bool = False
    tier: str = "default"
    api_source: str = "unlabeled"
    long_percent: int = 0
    presence: float = 1.0
    billed_only: bool = False
    """Whether usage reports nothing of what costs bills."""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Stream:
    """One row a day: a workload through one key and one model, with its `share` of the requests."""

    workload: Workload
    phase: Phase
    share: float
    project_id: str | None
    api_key_id: str | None
    user_id: str | None
    key: Key | None


@dataclass(frozen=True)
class Incident:
    """Something that went wrong, or changed, from `first` to `last` (both included).

    `project` and `key` are ids, `model` is as usage names it; None means all. `requests`, `inputs`
    and `outputs` multiply requests, and the input and output tokens of a request; `cached` replaces
    the cached share. A migration is written in the phases of its workloads, so it multiplies nothing.
    """

    name: str
    first: dt.date
    last: dt.date | None
    project: str | None
    key: str | None
    model: str | None
    what: str
    requests: float = 1.0
    inputs: float = 1.0
    outputs: float = 1.0
    cached: float | None = None

    def touches(self, stream: Stream) -> bool:
        """Return whether the incident changes the stream."""
        return all(
            wanted is None or wanted == actual
            for wanted, actual in (
                (self.project, stream.project_id),
                (self.key, stream.api_key_id),
                (self.model, stream.phase.model),
            )
        )
