"""Whose spend it is, against the compared period, and how each dollar came to its owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pandas as pd

from lib.analysis import breakdown, ranking
from lib.analysis.allocation import shares
from lib.analysis.allocation.shares import Basis
from lib.answers import spending
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import Labels, TwoWay, with_other
from lib.answers.spending import SPEND, SPENDERS
from lib.catalog.dimensions import DIMENSIONS, UNATTRIBUTED, Dimension


@dataclass(frozen=True, eq=False)
class AllocatedSpend:
    """Spend by whom it belongs to: `rows` are spenders (`lib.analysis.allocation.shares.spenders`).

    `now` and `before` are the allocated lines behind them; `compared_with` names the other period, None
    where there is none that is known.
    """

    about: Dimension
    now: pd.DataFrame
    before: pd.DataFrame
    rows: pd.DataFrame
    labels: Labels
    compared_with: str | None

    @cached_property
    def any(self) -> bool:
        """Return whether anything was spent."""
        return any(self.rows["now"])

    @cached_property
    def by_basis(self) -> Mapping[Basis, Decimal]:
        """Return the dollars by how it is known whose they are."""
        return shares.by_basis(self.now)

    @cached_property
    def unnamed(self) -> Decimal:
        """Return the dollars of rows without an id, which the bill gives to nobody; below zero, credits."""
        named = zip(self.rows[self.about.name], self.rows["now"], strict=True)
        return sum((amount for i, amount in named if i == UNATTRIBUTED), Decimal(0))

    @cached_property
    def has_estimates(self) -> bool:
        """Return whether any of it is allocated."""
        return any(self.rows["estimated"])

    @cached_property
    def allocated_before(self) -> Decimal | None:
        """Return which part of the compared spend is allocated, None where nothing is."""
        return shares.allocated_share(self.before)

    @cached_property
    def nameable(self) -> Labels:
        """Return the labels of what can be narrowed to."""
        return shares.nameable(self.labels)

    @cached_property
    def left_over(self) -> pd.DataFrame:
        """Return what could not be allocated, and why."""
        return shares.left_over(self.now)

    def ranked(self, most: int) -> pd.DataFrame:
        """Return the first `most` as a chart takes them, the rest as Other, and what is nobody's apart."""
        few = shares.ranked(self.rows, self.about.name, self.labels, most, self.about.plural)
        return ranking.drawn(few, compared=self.compared_with is not None)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return all rows under their labels, each with its part of the whole."""
        return ranking.labelled(self.rows, self.about.name, self.labels, ("now",))


@remembered
def allocated_spend(reading: Reading, by: tuple[str, ...]) -> AllocatedSpend:
    """Return the view's spend by the first of `by`, an id of `SPENDERS`."""
    now, before = spending.spent(reading, by), spending.spent_before(reading, by)
    rows = shares.spenders(now, before, by[0])
    labels = spending.labels_of(reading, by[0], rows[by[0]])
    return AllocatedSpend(SPENDERS[by[0]], now, before, rows, labels, reading.compared_with)


@remembered
def by_two(reading: Reading, found: AllocatedSpend, also: str) -> TwoWay:
    """Return the spend of `found` by its owner and then by `also`."""
    rows = breakdown.by_two(shares.parts(found.now), SPEND, found.about.name, also)
    seconds = spending.labels_of(reading, also, rows["second"])
    firsts = with_other(found.labels, found.about, found.now[found.about.name], rows["first"])
    seconds = with_other(seconds, DIMENSIONS[also], found.now[also], rows["second"])
    return TwoWay(SPEND, found.about, DIMENSIONS[also], rows, firsts, seconds, reading.ranks(also))
