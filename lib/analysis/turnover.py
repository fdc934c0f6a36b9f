"""Turnover: what is new, what is gone and what came back, as far as the stored days know."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from lib.catalog.dimensions import UNATTRIBUTED
from lib.periods.windows import Window

Amounts = Mapping[str, Decimal]
"""What was billed in a period (USD), by id."""


class State(StrEnum):
    """What something did between two periods."""

    NEW = "New"
    """Billed in this period, and never before it as far as is known."""
    RETURNING = "Returning"
    """Billed in this period, not in the compared one, but before that."""
    BETWEEN = "Began in between"
    """Billed in this period, not in the compared one or earlier, but between the two."""
    GONE = "Gone"
    """Billed in the compared period, and not in this one."""


def turnover(
    dimension: str, now: Amounts, before: Amounts, between: Amounts, earlier: Amounts | None
) -> pd.DataFrame:
    """Return `dimension` (id), `state`, `before`, `now` (USD): what came or went, dearest first in a state.

    `between` holds the days from the compared period's end to this period, `earlier` those before the
    compared one. `earlier` is None where the compared days do not know the dimension throughout: then
    nobody can tell what is new. A sum of zero is no spend; rows without an id are nobody.
    """
    rows = []
    for name in {*now, *before} - {UNATTRIBUTED}:
        amounts = (before.get(name) or Decimal(0), now.get(name) or Decimal(0))
        state = _state(name, *amounts, between, earlier)
        if state:
            rows.append((name, state, *amounts))
    rows.sort(key=lambda r: (list(State).index(r[1]), -r[3], -r[2], r[0]))
    return pd.DataFrame(rows, columns=[dimension, "state", "before", "now"]).astype(object)


def changed(now: Amounts, before: Amounts) -> list[str]:
    """Return, in order, the ids that were billed in one of two periods only."""
    return sorted(
        name for name in {*now, *before} - {UNATTRIBUTED} if bool(now.get(name)) != bool(before.get(name))
    )


def amounts(daily: pd.DataFrame, dimension: str, slug: str, window: Window | None) -> Amounts:
    """Return what `daily` (see `dated`) comes to in `window`; nothing without one."""
    found: dict[str, Decimal] = {}
    for start, name, value in zip(daily["start"], daily[dimension], daily[slug], strict=True):
        if window and window.first <= start.date() < window.end:
            found[name] = found.get(name, Decimal(0)) + value
    return found


def dated(found: pd.DataFrame, daily: pd.DataFrame, dimension: str, slug: str) -> pd.DataFrame:
    """Return `found` with `first` and `last`: the first and last day on which there was any of `slug`.

    `daily` holds `start` (UTC), `dimension` and `slug` of every stored day.
    """
    days: dict[str, list[dt.date]] = {}
    for start, name, value in zip(daily["start"], daily[dimension], daily[slug], strict=True):
        if value:
            days.setdefault(name, []).append(start.date())
    first, last = ([pick(days[name]) for name in found[dimension]] for pick in (min, max))
    return found.assign(first=pd.Series(first, dtype=object), last=pd.Series(last, dtype=object))


def around(
    stored: Sequence[dt.date], compared: Window, window: Window
) -> tuple[Window | None, Window | None]:
    """Return the days between the two periods, and the stored ones before both; None for no days."""
    first = min(stored, default=compared.first)
    between = Window(compared.end, window.first) if compared.end < window.first else None
    return between, Window(first, compared.first) if first < compared.first else None


def _state(
    name: str, before: Decimal, now: Decimal, between: Amounts, earlier: Amounts | None
) -> State | None:
    if before:
        return None if now else State.GONE
    if not now or earlier is None:
        return None
    if earlier.get(name):
        return State.RETURNING
    return State.BETWEEN if between.get(name) else State.NEW
