"""What a chart shows, in one sentence computed from its data, for those who cannot see it."""

import pandas as pd

from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.wording.dates import bucket
from lib.wording.numbers import RATIOS, by_unit


def describe(frame: pd.DataFrame, unit: Unit, *, grain: Grain, value_title: str) -> str:
    """Return the first, last and highest bucket of `frame` (start, value), and the total where one exists."""
    if frame.empty:
        return f"{value_title}: no data."
    ratio = unit in RATIOS
    if ratio and "group" in frame and frame["group"].nunique() > 1:
        return describe_ranking(frame, unit, value_title=value_title)
    sums = frame.groupby("start")["value"].sum().reset_index()
    said = [
        f"{by_unit(float(value), unit)} ({bucket(start, grain)})"
        for start, value in zip(sums["start"], sums["value"], strict=True)
    ]
    # Bytes stored are a level: what is there today was there yesterday too.
    adds_up = not ratio and unit is not Unit.BYTES
    total = f"{by_unit(float(sums['value'].sum()), unit)} in total, " if adds_up else ""
    highest = said[int(sums["value"].to_numpy().argmax())]
    return f"{value_title}: {total}from {said[0]} to {said[-1]}, highest {highest}."


def describe_ranking(frame: pd.DataFrame, unit: Unit, *, value_title: str, field: str = "group") -> str:
    """Return the largest value of `frame` and whose it is (`field`), among how many, and the total."""
    if frame.empty:
        return f"{value_title}: no data."
    ratio = unit in RATIOS
    by = frame.groupby(field)["value"]
    values = by.max() if ratio else by.sum()
    total = "" if ratio else f"{_total(values, unit)}, "
    top = f"{values.idxmax()} with {by_unit(float(values.max()), unit)}"
    return f"{value_title}: {total}the largest of {len(values)} is {top}."


def _total(values: "pd.Series[float]", unit: Unit) -> str:
    """Return the total, and what it was before credits where there are any."""
    whole = f"{by_unit(float(values.sum()), unit)} in total"
    before = float(values[values > 0].sum())
    return f"{whole} ({by_unit(before, unit)} before credits)" if (values < 0).any() else whole
