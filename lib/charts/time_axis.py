"""The time axis: whole UTC buckets, labelled in their middle where one label stands for one bucket."""

from itertools import pairwise
from typing import cast

import altair as alt
import pandas as pd

from lib.periods.grains import Grain

_MARGIN = 0.08
"""How much of a bucket's span is left free on either side of its bar."""

_EVERY = 62
"""Up to so many buckets are labelled one by one; beyond, the axis picks round dates."""

_LABELS = {
    Grain.MONTH: "utcFormat(datum.value, '%b %Y')",
    Grain.WEEK: "utcFormat(datum.value - 302400000, '%-d %b')",
    Grain.DAY: "utcFormat(datum.value, '%-d %b')",
}
_ROUND_DATE = "utcFormat(datum.value, utcdate(datum.value) == 1 ? '%b %Y' : '%-d %b')"
_ROUND_TIME = (
    "utcFormat(datum.value, utchours(datum.value) + utcminutes(datum.value) == 0 ? '%-d %b' : '%H:%M')"
)


def with_sides(rows: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    """Return `rows` with each bucket's `end` and `middle`, and the `left` and `right` of its bar."""
    starts = rows["start"]
    ends = starts.map({start: grain.next(start) for start in starts.unique()}).astype(starts.dtype)
    span = ends - starts
    return rows.assign(
        end=ends, middle=starts + span / 2, left=starts + span * _MARGIN, right=ends - span * _MARGIN
    )


def scale() -> alt.Scale:
    """Return the UTC scale; the bounds come from the data, for which see `bounds`."""
    return alt.Scale(type="utc", nice=False)


def bounds(rows: pd.DataFrame) -> alt.Chart:
    """Return an unseen layer that stretches the axis from the first bucket's start to the last one's end."""
    span = pd.DataFrame({"first": [rows["start"].min()], "last": [rows["end"].max()]})
    unseen = alt.Chart(span).mark_rect(opacity=0, tooltip=None)
    return cast("alt.Chart", unseen.encode(x=alt.X("first:T", scale=scale()), x2=alt.X2("last:T")))


def _moments(middles: list[int]) -> list[int] | alt.ExprRef:
    """Return moments in milliseconds, or where they are equally far apart, what counts them up."""
    steps = {later - earlier for earlier, later in pairwise(middles)}
    if len(steps) != 1:
        return middles
    return alt.ExprRef(f"sequence({middles[0]}, {middles[-1] + 1}, {steps.pop()})")


def axis(rows: pd.DataFrame, grain: Grain) -> alt.Axis:
    """Return the axis without title or grid, with no more labels than fit side by side."""
    middles = sorted(rows["middle"].unique())
    labels = alt.Axis(title=None, grid=False, labelOverlap="parity", labelSeparation=8, labelFlush=True)
    if grain in _LABELS and len(middles) <= _EVERY:
        labels.values = _moments([int(middle.timestamp() * 1000) for middle in middles])
        labels.labelExpr = _LABELS[grain]
        labels.ticks = False
    else:
        labels.tickCount = alt.ExprRef("max(2, floor(width / 90))")
        labels.labelExpr = _ROUND_DATE if grain in _LABELS else _ROUND_TIME
    return labels
