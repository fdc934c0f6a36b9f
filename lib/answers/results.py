"""What answers return to pages: the numbers, and everything that is said or drawn about them.

An answer equals itself only, so that a finished figure can be kept with the answer that it draws.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from lib.analysis.comparison import Compared
from lib.catalog.dimensions import CREDITS, OTHER, Dimension, other_of
from lib.catalog.measures import Measure
from lib.periods.grains import Grain
from lib.periods.zones import UTC

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Headline:
    """A measure's change (None where the filters leave it without a source) and its course.

    `contradicts` says that it is a share of more than the whole, by what the API reports;
    `contradicts_before` says so of the compared period.
    """

    measure: Measure
    change: Compared | None
    course: list[float]
    contradicts: bool = False
    contradicts_before: bool = False


@dataclass(frozen=True, eq=False)
class OverTime:
    """A measure by bucket, whole or by group: `rows` hold `start`, `group` (id) and `value` (exact).

    Buckets of which no day is known are left out. `provisional` buckets can still change. `before` is the
    compared period moved onto this one, None where it is not known or not asked for.
    """

    measure: Measure
    grain: Grain
    rows: pd.DataFrame
    groups: tuple[str, ...]
    labels: Labels
    provisional: frozenset[pd.Timestamp] = frozenset()
    before: pd.DataFrame | None = None
    compared_with: str | None = None
    marks: pd.DataFrame | None = None
    dimension: Dimension | None = None
    group_title: str | None = None
    """What the groups are, where they are no values of a dimension."""
    earlier: pd.DataFrame | None = None
    """The compared period on its own buckets, as far as there is one."""
    ranks: tuple[str, ...] = ()
    """The ids of the dimension by what they cost, for their colours."""
    zone: str = UTC
    """The time zone in which the buckets are days, weeks and months."""

    @property
    def any(self) -> bool:
        """Return whether there is any amount."""
        return any(self.rows["value"])


@dataclass(frozen=True, eq=False)
class Ranking:
    """A measure by one dimension, largest first: `rows` are movers (`lib.analysis.comparison`).

    `compared_with` names the other period, None where the rows say nothing about it.
    """

    measure: Measure
    dimension: Dimension
    rows: pd.DataFrame
    labels: Labels
    compared_with: str | None = None
    contradicting: tuple[str, ...] = ()
    """The ids whose share the API contradicts itself about, so that it has no value."""
    contradicting_before: tuple[str, ...] = ()
    """The same of the compared period."""

    @property
    def any(self) -> bool:
        """Return whether there is any amount."""
        return any(self.rows["now"])


@dataclass(frozen=True, eq=False)
class TwoWay:
    """A measure by two dimensions: `rows` hold `first`, `second` (ids or Other) and `value` (exact)."""

    measure: Measure
    first: Dimension
    second: Dimension
    rows: pd.DataFrame
    first_labels: Labels
    second_labels: Labels
    ranks: tuple[str, ...] = ()
    """The ids of the second dimension by what they cost, for their colours."""


@dataclass(frozen=True, eq=False)
class Shares:
    """The parts of a whole: `rows` with everything small as Other, and what is in `other`.

    Both hold `group` (id), `value` (exact) and `share`.
    """

    measure: Measure
    dimension: Dimension
    rows: pd.DataFrame
    other: pd.DataFrame
    labels: Labels = field(default_factory=dict)
    ranks: tuple[str, ...] = ()
    """The ids of the dimension by what they cost, for their colours."""


def with_other(
    labels: Labels, dimension: Dimension, everyone: Iterable[str], shown: Iterable[str]
) -> dict[str, str]:
    """Return `labels`, that of Other saying how many of `everyone` are not `shown`, where there is one."""
    shown = set(shown)
    if OTHER not in shown:
        return dict(labels)
    return {**labels, OTHER: other_of(len(set(everyone) - shown - {CREDITS}), dimension.plural)}
