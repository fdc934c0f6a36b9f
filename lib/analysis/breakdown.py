"""Breakdowns: a measure by one or two dimensions, small parts folded into `Other`, credits apart."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis import credited
from lib.analysis.exact import exactly
from lib.analysis.parts import folded, leaders, measured, small, summed
from lib.catalog.dimensions import CREDITS, OTHER
from lib.catalog.measures import Measure

_LAST = (OTHER, CREDITS)


@exactly()
def by_two(parts: pd.DataFrame, measure: Measure, first: str, second: str, most: int = 9) -> pd.DataFrame:
    """Return `first`, `second` (ids, `Other` or `Credits`) and `value` (exact); the parts sum to the whole.

    What is below zero is `Credits` in both.
    """
    keys = [first, second]
    parts = _credits_by_two(parts, measure, first, second)
    few = folded(parts, first, leaders(parts, measure, first, 2 * most), keys)
    few = folded(few, second, leaders(parts, measure, second, most), keys)
    frame = measured(few, [measure])
    return pd.DataFrame({"first": frame[first], "second": frame[second], "value": frame[measure.slug]})


@exactly()
def shares(
    parts: pd.DataFrame, measure: Measure, key: str, *, days: int = 1, floor: float = 0.05
) -> pd.DataFrame:
    """Return `group` (ids), `value` (exact) and `share`, largest first, then `Other`, then `Credits`.

    Values sum to the whole. Shares are of what is above zero, so `Credits` has none. Everything whose share
    is below `floor` is in `Other`. Levels are averaged over the `days` that the parts cover.
    """
    parts = credited.grouped(parts, measure, key)
    values = _positive(parts, measure, key)
    below = set(small(values, measure, key, floor))
    few = folded(values, key, set(values[key]) - below, [key])
    given = summed(parts.loc[parts[key] == CREDITS], [key])
    return _shared(pd.concat([few, given], ignore_index=True), measure, key, days)


@exactly()
def others(
    parts: pd.DataFrame, measure: Measure, key: str, *, days: int = 1, floor: float = 0.05
) -> pd.DataFrame:
    """Return `group`, `value` and `share` of what `shares` folds into `Other`, largest first."""
    values = _positive(parts, measure, key)
    below = set(small(values, measure, key, floor))
    whole = _shared(values, measure, key, days)
    return whole.loc[[g in below for g in whole["group"]]].reset_index(drop=True)


def relabelled(frame: pd.DataFrame, columns: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return `frame` as a chart takes it: labels for the ids of `columns`, `value` as float."""
    named = {c: [labels.get(v, v) for v in frame[c]] for c, labels in columns.items()}
    return frame.assign(value=[float(v) for v in frame["value"]], **named)


def _credits_by_two(parts: pd.DataFrame, measure: Measure, first: str, second: str) -> pd.DataFrame:
    if not credited.can_hold(measure):
        return parts
    cells = summed(parts, [first, second])
    values = zip(cells[first], cells[second], measure.of(cells), strict=True)
    below = [CREDITS in (one, other) or value < 0 for one, other, value in values]
    named = {
        key: [CREDITS if is_below else name for is_below, name in zip(below, cells[key], strict=True)]
        for key in (first, second)
    }
    return cells.assign(**named)


def _positive(parts: pd.DataFrame, measure: Measure, key: str) -> pd.DataFrame:
    values = summed(parts, [key])
    return values.loc[[bool(v) and v > 0 for v in measure.of(values)]].reset_index(drop=True)


def _shared(parts: pd.DataFrame, measure: Measure, key: str, days: int) -> pd.DataFrame:
    values = list(measured(parts, [measure], days)[measure.slug])
    whole = sum((v for v in values if v > 0), start=0)
    rows = sorted(zip(parts[key], values, strict=True), key=lambda row: (_place(row[0]), -row[1], row[0]))
    frame = pd.DataFrame(rows, columns=["group", "value"]).astype(object)
    of_whole = [float(v) / float(whole) if v > 0 else None for v in frame["value"]]
    return frame.assign(share=pd.Series(of_whole, dtype=object))


def _place(group: str) -> int:
    return _LAST.index(group) + 1 if group in _LAST else 0
