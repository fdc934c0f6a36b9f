"""Inventory: how many days of each source are in the store, and of which state."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from lib.catalog.sources import SOURCES
from lib.periods.finality import DayState


def covered(
    states: Mapping[str, Mapping[dt.date, DayState]], fetched: Mapping[str, Mapping[dt.date, dt.datetime]]
) -> pd.DataFrame:
    """Return for each source how many days of a range are settled, provisional and missing.

    Columns: `source`, `settled`, `provisional`, `missing` (days), `first`, `last` (days ever fetched) and
    `fetched_at` (the newest fetch, UTC).
    """
    rows = []
    for name, days in states.items():
        count, ever = Counter(days.values()), fetched[name]
        rows.append(
            {
                "source": SOURCES[name].label,
                **{state.value: count[state] for state in DayState},
                "first": min(ever, default=None),
                "last": max(ever, default=None),
                "fetched_at": max(ever.values(), default=None),
            }
        )
    return pd.DataFrame(rows)
