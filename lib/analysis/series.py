"""Series: a measure over time, whole or by group, with no bucket left out."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pandas as pd

from lib.analysis import credited
from lib.analysis.exact import exactly
from lib.analysis.parts import folded, leaders, measured, summed
from lib.catalog.dimensions import CREDITS, OTHER
from lib.catalog.measures import Measure
from lib.periods.finality import bucket_days
from lib.periods.grains import Grain
from lib.periods.windows import Window

TOTAL = "Total"
_TWO_WEEKS = 14


def over_time(parts: pd.DataFrame, measure: Measure, grain: Grain, window: Window) -> pd.DataFrame:
    """Return `start`, `group` (always "Total"), `value` (exact): one row for each bucket of the window.

    Buckets without rows are zero for sums, and left out for ratios, which have no value there.
    """
    days = _buckets(grain, window)
    summed_up = measured(summed(parts, ["start"]), [measure], days)
    values = dict(zip(summed_up["start"], summed_up[measure.slug], strict=True))
    rows = [(start, TOTAL, values.get(start, None if measure.is_ratio else 0)) for start in days]
    return _frame([r for r in rows if r[2] is not None])


def by_group(
    parts: pd.DataFrame,
    measure: Measure,
    grain: Grain,
    window: Window,
    key: str,
    most: int = 9,
) -> tuple[pd.DataFrame, list[str]]:
    """Return `start`, `group`, `value` (exact) and the groups, largest first, then `Other`, then `Credits`.

    A group without rows in a bucket is zero there for sums, and left out for ratios.
    """
    parts = credited.grouped(parts, measure, key)
    order = leaders(parts, measure, key, most)
    few = folded(parts, key, order, ["start", key])
    days = _buckets(grain, window)
    frame = measured(few, [measure], days)
    values = {(s, g): v for s, g, v in zip(frame["start"], frame[key], frame[measure.slug], strict=True)}
    groups = [*order, *(last for last in (OTHER, CREDITS) if last in set(few[key]) and last not in order)]
    empty = None if measure.is_ratio else 0
    rows = [(start, group, values.get((start, group), empty)) for start in days for group in groups]
    return _frame([r for r in rows if r[2] is not None]), groups


def stacked(members: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return several series as one, each under its name as `group`."""
    named = [s.assign(group=name) for name, s in members.items()]
    return pd.concat(named, ignore_index=True) if named else _frame([])


@exactly()
def together(series: pd.DataFrame) -> pd.DataFrame:
    """Return a series of several groups as one of their sums."""
    sums = series.groupby("start", as_index=False)["value"].sum()
    return _frame([(start, TOTAL, value) for start, value in zip(sums["start"], sums["value"], strict=True)])


@exactly()
def running(series: pd.DataFrame) -> pd.DataFrame:
    """Return the series with each group's total so far as `value`: the exact sum up to its bucket."""
    so_far: dict[str, Any] = {}
    values = []
    for group, value in zip(series["group"], series["value"], strict=True):
        so_far[group] = so_far.get(group, 0) + value
        values.append(so_far[group])
    return series.assign(value=pd.Series(values, index=series.index, dtype=object))


@exactly()
def in_parts(series: pd.DataFrame) -> pd.DataFrame:
    """Return the series with parts of all that is above zero in the bucket as `value`.

    What is below zero is no part, and nothing has a part of nothing: both are None.
    """
    whole: dict[Any, Any] = {}
    for start, value in zip(series["start"], series["value"], strict=True):
        whole[start] = whole.get(start, 0) + max(value, 0)
    pairs = zip(series["start"], series["value"], strict=True)
    parts = [float(v) / float(whole[s]) if whole[s] and v >= 0 else None for s, v in pairs]
    return series.assign(value=pd.Series(parts, index=series.index, dtype=object))


def in_order(series: pd.DataFrame, starts: Iterable[pd.Timestamp]) -> pd.DataFrame:
    """Return the series of another period on `starts`, the first on the first, as far as both go.

    `was` is the bucket's own start.
    """
    place = dict(zip(sorted(set(series["start"])), sorted(set(starts)), strict=False))
    return _placed(series, place)


def moved(series: pd.DataFrame, onto: Window, grain: Grain, window: Window) -> pd.DataFrame:
    """Return the series of another `window` bucket by bucket on the starts of `onto`, as far as both go.

    Days of two weeks and more stand on the same weekdays (see `by_weekday`). `was` is the bucket's own start.
    """
    theirs, ours = (_buckets(grain, w) for w in (window, onto))
    if by_weekday(onto, grain, window):
        apart = dt.timedelta(weeks=round((onto.first - window.first).days / 7))
        place = {start: start + apart for start in theirs if start + apart in ours}
    else:
        place = dict(zip(theirs, ours, strict=False))
    return _placed(series, place)


def by_weekday(onto: Window, grain: Grain, window: Window) -> bool:
    """Return whether the days of `window` are set against the same weekdays of `onto`.

    A week has its own course, which a shift of 30 days would set against another. Of the days at either end
    up to three have no counterpart then.
    """
    return grain is Grain.DAY and min(onto.days, window.days) >= _TWO_WEEKS


def wide(series: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Return `start` and one column for each group, empty where the group has no value."""
    cells = {(s, g): v for s, g, v in zip(series["start"], series["group"], series["value"], strict=True)}
    starts = list(dict.fromkeys(series["start"]))
    frame = pd.DataFrame({"start": pd.Series(starts, dtype=_MOMENT)})
    for group in groups:
        frame[group] = pd.Series([cells.get((s, group)) for s in starts], dtype=object)
    return frame


def drawn(
    series: pd.DataFrame, labels: Mapping[str, str], provisional: Collection[object] = ()
) -> pd.DataFrame:
    """Return the series as a chart takes it: labels for groups, floats for values, `provisional` marked."""
    return series.assign(
        group=[labels.get(g, g) for g in series["group"]],
        value=[float(v) for v in series["value"]],
        provisional=[s in provisional for s in series["start"]],
    )


def marked(
    series: pd.DataFrame,
    provisional: Collection[object],
    marks: pd.DataFrame,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return `start`, `value`, `before` (where compared), `state` and `marks` in words, for a table.

    `marks` holds `start` and `text` (see `lib.analysis.marks`).
    """
    earlier = {} if before is None else dict(zip(before["start"], before["value"], strict=True))
    frame = series[["start", "value"]].copy()
    if before is not None:
        frame["before"] = pd.Series([earlier.get(s) for s in frame["start"]], index=frame.index, dtype=object)
    frame["state"] = ["provisional" if s in provisional else "settled" for s in frame["start"]]
    said = marks.groupby("start")["text"].agg("; ".join).to_dict()
    frame["marks"] = [said.get(s, "").replace("\n", "; ") for s in frame["start"]]
    return frame


def _placed(series: pd.DataFrame, place: Mapping[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    kept = series.loc[[s in place for s in series["start"]]]
    starts = pd.Series([place[s] for s in kept["start"]], index=kept.index, dtype=_MOMENT)
    return kept.assign(start=starts, was=kept["start"])


_MOMENT = "datetime64[us, UTC]"


@lru_cache(maxsize=256)
def _buckets(grain: Grain, window: Window) -> Mapping[pd.Timestamp, int]:
    """Return the days that each bucket of the window holds: a page asks for the same ones all over."""
    return MappingProxyType({pd.Timestamp(start): held for start, held in bucket_days(grain, window).items()})


def _frame(rows: list[tuple[object, str, object]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "start": pd.Series([r[0] for r in rows], dtype=_MOMENT),
            "group": pd.Series([r[1] for r in rows], dtype=object),
            "value": pd.Series([r[2] for r in rows], dtype=object),
        }
    )
