"""Rhythm: when in the week something happens."""

import datetime as dt
from collections import Counter

import pandas as pd

from lib.analysis.parts import summed
from lib.catalog.measures import Measure
from lib.periods.grains import Grain
from lib.periods.windows import Window


def weekday_hours(parts: pd.DataFrame, measure: Measure, window: Window, now: dt.datetime) -> pd.DataFrame:
    """Return `weekday` (0 is Monday), `hour` (UTC) and `value`: the mean of an additive measure per hour.

    `parts` come by hour. Hours without rows count as zero, those after `now` not at all.
    """
    by_hour = summed(parts, ["start"])
    sums: Counter[tuple[int, int]] = Counter()
    for start, value in zip(by_hour["start"], measure.of(by_hour), strict=True):
        sums[start.weekday(), start.hour] += value
    hours = Counter((s.weekday(), s.hour) for s in Grain.HOUR.buckets(window.first, window.end) if s < now)
    rows = [(weekday, hour, float(sums[weekday, hour]) / n) for (weekday, hour), n in sorted(hours.items())]
    return pd.DataFrame(rows, columns=["weekday", "hour", "value"])
