"""The time axis: whole buckets, labelled in their middle where one label stands for one bucket.

The scale is that of UTC; labels of hours show the clocks of a zone.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import altair as alt
import pandas as pd

from lib.periods.grains import Grain
from lib.periods.zones import UTC

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


_ROUND_HOURS = {2: 3, 4: 6, 8: 12}
"""Of ranges shorter than so many days, every so many hours are labelled; of longer ones, midnights."""


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


def _moments(moments: list[int]) -> alt.ExprRef:
    """Return moments in milliseconds, or where they are equally far apart, what counts them up.

    They are an expression in any case: of plain numbers browsers draw no labels on an axis of moments.
    """
    steps = {later - earlier for earlier, later in pairwise(moments)}
    if len(steps) != 1:
        return alt.ExprRef(f"{moments}")
    return alt.ExprRef(f"sequence({moments[0]}, {moments[-1] + 1}, {steps.pop()})")


def _local_hours(starts: "pd.Series[pd.Timestamp]", zone: str) -> tuple[alt.ExprRef, str]:
    """Return at which moments round hours of `zone` are, in milliseconds, and what labels say there."""
    local = [start.tz_convert(zone) for start in sorted(starts.unique())]
    days = (local[-1] - local[0]).days
    step = next((hours for longest, hours in _ROUND_HOURS.items() if days < longest), 24)
    moments = [int(m.timestamp() * 1000) for m in local if m.minute == 0 and m.hour % step == 0]
    # A label's value is a date, to which nothing can be added, but of which milliseconds can be taken.
    return _moments(moments), _ROUND_TIME.replace("datum.value", f"(datum.value - {_behind(local)})")


def _behind(local: Sequence[pd.Timestamp]) -> str:
    """Return how many milliseconds the clocks are behind UTC at a label, which may change in the range."""
    behind = [
        int((m.tz_convert("UTC").tz_localize(None) - m.tz_localize(None)).total_seconds()) * 1000
        for m in local
    ]
    shown = str(behind[-1])
    for (before, after), moment in reversed(list(zip(pairwise(behind), local[1:], strict=True))):
        if before != after:
            shown = f"(datum.value < {int(moment.timestamp() * 1000)} ? {before} : {shown})"
    return shown


def axis(rows: pd.DataFrame, grain: Grain, zone: str = UTC) -> alt.Axis:
    """Return the axis without title or grid, with no more labels than fit side by side.

    Hours and minutes are labelled as the clocks of `zone` show them.
    """
    middles = sorted(rows["middle"].unique())
    labels = alt.Axis(title=None, grid=False, labelOverlap="parity", labelSeparation=8, labelFlush=True)
    if grain in _LABELS and len(middles) <= _EVERY:
        labels.values = _moments([int(middle.timestamp() * 1000) for middle in middles])
        labels.labelExpr = _LABELS[grain]
        labels.ticks = False
    elif middles and grain not in _LABELS and zone != UTC:
        labels.values, labels.labelExpr = _local_hours(rows["start"], zone)
    else:
        labels.tickCount = alt.ExprRef("max(2, floor(width / 90))")
        labels.labelExpr = _ROUND_DATE if grain in _LABELS else _ROUND_TIME
    return labels
