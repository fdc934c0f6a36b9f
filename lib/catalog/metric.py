"""Metrics: the numbers in a source's results, and what they add up to over all sources."""

from dataclasses import dataclass
from enum import StrEnum

from lib.catalog.units import Unit


class Total(StrEnum):
    """A measure that adds up metrics of all sources."""

    REQUESTS = "requests"
    TOKENS = "tokens"


@dataclass(frozen=True)
class Metric:
    """A number in a result; `part_of` names the total that already includes it, so never add both."""

    name: str
    label: str
    unit: Unit
    part_of: str | None = None
    field: str | None = None
    """The result field where it differs from `name`."""
    needs: str | None = None
    """The dimension without which the metric mixes units and means nothing."""
    total: Total | None = None
    """The measure over all sources that the metric is added to."""


@dataclass(frozen=True)
class UnitMeasure:
    """The measure that shows a source in its own unit: the sum of one `metric`.

    `is_level` says that the metric is a level, which over several buckets is averaged, not added.
    """

    metric: str
    slug: str
    label: str
    definition: str
    is_level: bool = False
