"""How far a sync is, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """How many days of sources are stored (or given up) of how many, and what is fetched now."""

    done: int
    total: int
    what: str


@dataclass(frozen=True)
class SourceReport:
    """What one source took: requests sent, rows stored and seconds from first to last."""

    requests: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """What a sync did by source name; `failures` and `notes` are sentences."""

    sources: Mapping[str, SourceReport] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
