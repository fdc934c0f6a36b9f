"""Rhythm: when in the week something happens."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pandas as pd

from lib.analysis.parts import summed
from lib.catalog.measures import Measure
from lib.periods.grains import Grain
from lib.periods.local_days import bucket_starts
from lib.periods.windows import Window


def weekday_hours(parts: pd.DataFrame, measure: Measure, window: Window, now: dt.datetime) -> pd.DataFrame:
    """Return `weekday` (0 is Monday), `hour` and `value`: the mean of an additive measure per hour.

    `parts` come by hour, which is that of the window's zone. Hours without rows count as zero, those after
    `now` not at all.
    """
    zone = ZoneInfo(window.zone)

    def place(start: dt.datetime) -> tuple[int, int]:
        local = start.astimezone(zone)
        return local.weekday(), local.hour

    by_hour = summed(parts, ["start"])
    sums: Counter[tuple[int, int]] = Counter()
    for start, value in zip(by_hour["start"], measure.of(by_hour), strict=True):
        sums[place(start)] += value
    hours = Counter(place(start) for start in bucket_starts(Grain.HOUR, window) if start < now)
    rows = [(weekday, hour, float(sums[weekday, hour]) / n) for (weekday, hour), n in sorted(hours.items())]
    return pd.DataFrame(rows, columns=["weekday", "hour", "value"])
