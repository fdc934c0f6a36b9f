"""The days around an anomaly, and those that it was compared with."""

import datetime as dt
from collections.abc import Collection

import pandas as pd

from lib.analysis.anomalies.baseline import HISTORY, THRESHOLD, baseline
from lib.analysis.anomalies.detection import Anomaly
from lib.analysis.anomalies.findings import AnomalyKind, Finding, smallest_spread
from lib.analysis.anomalies.panel import Panel, Scope
from lib.periods.windows import Window


def around(anomaly: Anomaly) -> Window:
    """Return the days to show of an anomaly: those it is compared with, its own, and four weeks more."""
    return Window(anomaly.first - HISTORY, anomaly.last + HISTORY / 2)


def course(of: Panel, found: Finding, anomaly: Anomaly) -> pd.DataFrame:
    """Return the days around an anomaly as `plain_course`, those on which it was found marked unusual."""
    unusual = {f.baseline.day for f in anomaly.findings if (f.kind, f.scope) == (found.kind, found.scope)}
    rows = plain_course(of, found.scope, found.kind, around(anomaly), early=unusual & anomaly.early)
    return rows.assign(unusual=[start.date() in unusual for start in rows["start"]])


def plain_course(
    of: Panel, scope: Scope, kind: AnomalyKind, window: Window, *, early: Collection[dt.date] = ()
) -> pd.DataFrame:
    """Return the days of a scope that count: `start` (UTC), `value`, `baseline`, `low`, `high`, `unusual`.

    `baseline` is the median; between `low` and `high`, six spreads off, a day is not unusual. All three
    are None where the series is too young. `unusual` is False throughout. Days that are `early` are there
    with what they have come to so far.
    """
    counted, rows = dict(of.counted(scope)), []
    for day in early:
        counted |= of.counted_until(scope, day)
    for day in (d for d in sorted(counted) if window.first <= d < window.end):
        normal = baseline(counted, day, smallest_spread(kind))
        middle = float(normal.median) if normal else None
        reach = THRESHOLD * normal.spread if normal else 0.0
        low, high = (None, None) if middle is None else (_low(middle, reach), middle + reach)
        rows.append((pd.Timestamp(day, tz="UTC"), counted[day], middle, low, high, False))
    return pd.DataFrame(rows, columns=["start", "value", "baseline", "low", "high", "unusual"])


def _low(middle: float, reach: float) -> float:
    """Return where the band begins: what is usually above zero, as all but credits is, ends there."""
    return max(0.0, middle - reach) if middle >= 0 else middle - reach


def compared(found: Finding) -> pd.DataFrame:
    """Return the days that a finding's day was compared with, latest first: `day`, `value`, `distance`.

    `distance` is how far the value lies from the median of them all.
    """
    middle = found.baseline.median
    rows = [(day, value, abs(value - middle)) for day, value in found.baseline.before]  # type: ignore[operator]
    return pd.DataFrame(rows, columns=["day", "value", "distance"], dtype=object)
