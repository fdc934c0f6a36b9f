"""Breakdowns: a measure by one or two dimensions, small parts folded into `Other`."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.parts import folded, leaders, measured, small, summed
from lib.catalog.dimensions import OTHER
from lib.catalog.measures import Measure


@exactly()
def by_two(parts: pd.DataFrame, measure: Measure, first: str, second: str, most: int = 9) -> pd.DataFrame:
    """Return `first`, `second` (ids or `Other`) and `value` (exact); the parts sum to the whole."""
    keys = [first, second]
    few = folded(parts, first, leaders(parts, measure, first, 2 * most), keys)
    few = folded(few, second, leaders(parts, measure, second, most), keys)
    frame = measured(few, [measure])
    return pd.DataFrame({"first": frame[first], "second": frame[second], "value": frame[measure.slug]})


@exactly()
def shares(
    parts: pd.DataFrame, measure: Measure, key: str, *, days: int = 1, floor: float = 0.05
) -> pd.DataFrame:
    """Return `group` (ids, `Other` last), `value` (exact) and `share` of the whole, largest first.

    Everything below `floor` of the whole is in `Other`; what is at or below zero has no share of it.
    Levels are averaged over the `days` that the parts cover.
    """
    values = _positive(parts, measure, key)
    below = set(small(values, measure, key, floor))
    few = folded(values, key, set(values[key]) - below, [key])
    return _shared(few, measure, key, days)


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


def _positive(parts: pd.DataFrame, measure: Measure, key: str) -> pd.DataFrame:
    values = summed(parts, [key])
    return values.loc[[bool(v) and v > 0 for v in measure.of(values)]].reset_index(drop=True)


def _shared(parts: pd.DataFrame, measure: Measure, key: str, days: int) -> pd.DataFrame:
    values = list(measured(parts, [measure], days)[measure.slug])
    whole = sum(values, start=0)
    rows = sorted(zip(parts[key], values, strict=True), key=lambda row: (row[0] == OTHER, -row[1], row[0]))
    frame = pd.DataFrame(rows, columns=["group", "value"]).astype(object)
    return frame.assign(share=[float(v) / float(whole) for v in frame["value"]])
