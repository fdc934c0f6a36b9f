"""Unit costs: what one customer, document or ticket costs, as billed dollars over a quantity."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

import pandas as pd

from lib.analysis.exact import exactly, rounded
from lib.periods.grains import Grain
from lib.periods.windows import Window, midnight

NOTHING = Decimal(0)


class Quantity(Protocol):
    """How much of something there was on a day (UTC)."""

    @property
    def name(self) -> str:
        """Return what it counts."""

    @property
    def day(self) -> dt.date:
        """Return the day."""

    @property
    def quantity(self) -> Decimal:
        """Return how much there was."""


def of(quantities: Iterable[Quantity], name: str) -> dict[dt.date, Decimal]:
    """Return the quantity of each day that has one, of what is called `name`."""
    return {q.day: q.quantity for q in quantities if q.name == name}


@exactly()
def within(quantities: Mapping[dt.date, Decimal], window: Window) -> Decimal:
    """Return the sum of the quantities of a window's days."""
    return sum((q for day, q in quantities.items() if window.first <= day < window.end), NOTHING)


@exactly()
def unit_cost(spend: Decimal, quantity: Decimal) -> Decimal | None:
    """Return USD for one: spend over quantity, None where there is no quantity."""
    return rounded(Decimal(spend) / quantity) if quantity else None


@exactly()
def over_time(
    spent: pd.DataFrame, quantities: Mapping[dt.date, Decimal], grain: Grain, window: Window
) -> pd.DataFrame:
    """Return `start`, `spend` (USD), `quantity`, `cost` (USD for one): a row for each bucket of `spent`.

    `spent` is a series (`lib.analysis.series.over_time`). A quantity belongs to the bucket of its day;
    buckets without one have no cost, which is a ratio of sums.
    """
    sums: dict[pd.Timestamp, Decimal] = {}
    for day, quantity in quantities.items():
        if window.first <= day < window.end:
            start = pd.Timestamp(grain.floor(midnight(day)))
            sums[start] = sums.get(start, NOTHING) + quantity
    rows = [
        (start, spend, sums.get(start, NOTHING), unit_cost(spend, sums.get(start, NOTHING)))
        for start, spend in zip(spent["start"], spent["value"], strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["start", "spend", "quantity", "cost"]).astype(
        dict.fromkeys(["spend", "quantity", "cost"], object)
    )
    return frame.assign(start=frame["start"].astype(spent["start"].dtype))


@exactly()
def by_group(spent: Mapping[str, Decimal], quantity: Decimal) -> pd.DataFrame:
    """Return `group`, `spend` (USD) and `cost` (USD for one of all units), the largest first.

    Every unit is everybody's, so the costs of all groups come to that of one unit, but for rounding.
    """
    rows = sorted(
        ((group, spend) for group, spend in spent.items() if spend), key=lambda row: (-row[1], row[0])
    )
    named = [(group, spend, unit_cost(spend, quantity)) for group, spend in rows]
    return pd.DataFrame(named, columns=["group", "spend", "cost"]).astype(object)


def drawn(costs: pd.DataFrame, name: str, provisional: Iterable[object]) -> pd.DataFrame:
    """Return `start`, `group`, `value` (float), `provisional` of the buckets that have a cost."""
    known = costs.loc[[cost is not None for cost in costs["cost"]]]
    unsettled = set(provisional)
    return pd.DataFrame(
        {
            "start": known["start"],
            "group": name,
            "value": [float(cost) for cost in known["cost"]],
            "provisional": [start in unsettled for start in known["start"]],
        }
    ).reset_index(drop=True)
