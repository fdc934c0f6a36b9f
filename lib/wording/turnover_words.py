"""Turnover in words: how many are new, back or gone, and how far back that is known."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from lib.analysis.turnover import State
from lib.catalog.dimensions import DIMENSIONS
from lib.periods.windows import ONE_DAY, runs
from lib.wording import dates


def counted(found: pd.DataFrame) -> str:
    """Return how many did what: 2 new, 1 gone."""
    states = list(found["state"])
    return ", ".join(f"{states.count(state)} {state.lower()}" for state in State if state in states)


def known_words(stored: Sequence[dt.date], late: Mapping[str, dt.date]) -> str:
    """Return how far back is known.

    `stored` are the days before this period that are in the store, `late` the dimensions that the bill
    knows only from a day after the compared period's first.
    """
    spans = [dates.day_range(w.first, w.end - ONE_DAY) for w in runs(stored)]
    if not spans:
        said = "No day before this period is stored, so what is called new may be older."
    elif len(spans) <= 3:
        said = (
            f"New is what was not billed before this period, as far as it is stored: {' and '.join(spans)}."
        )
    else:
        said = (
            "New is what was not billed before this period, as far as it is stored: "
            f"{len(stored)} days since {dates.day(min(stored))}."
        )
    for dimension, day in late.items():
        said += (
            f" The bill knows {DIMENSIONS[dimension].plural} only from {dates.day(day)} on, so nobody can "
            "tell which of them are new."
        )
    return said
