"""From one total to another: a bar for each total, and a step for each thing that changed it."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, named_rows, palette
from lib.wording.numbers import MINUS, axis_labels, by_unit, titled

_COLOURS = {"before": palette.GREY, "up": palette.BRICK, "down": palette.SAGE, "now": palette.BLUE}
_SIGNS = {"up": "▲ +", "down": f"▼ {MINUS}"}
_BREAK = "M-0.7,0.9L-0.1,-0.9M0.1,0.9L0.7,-0.9"
_BREAK_AT = 14
"""How many pixels from the axis a bar is broken."""
_ENOUGH = 0.3
"""Where all steps together take up less than this part of the axis, it does not begin at zero."""


def waterfall_chart(
    frame: pd.DataFrame, *, unit: Unit, value_title: str, group_title: str = "Group"
) -> alt.LayerChart:
    """Return the steps of `frame` (`lib.analysis.contributions.waterfall`), from the top down.

    A click selects the step's `group` as `pick`. The axis begins near the steps, and says so, where they
    would be too small to see from zero; the bars of the totals have a sign that they are broken off there.
    """
    drawn, low = _drawn(frame, unit)
    groups = list(drawn["group"])
    picked = canvas.pick("group")
    title = titled(value_title, unit) + (f" (axis begins at {by_unit(low, unit)})" if low > 0 else "")
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=named_rows.BAR, yOffset=named_rows.LOWER)
        .encode(
            y=named_rows.places("group", groups),
            x=alt.X("begin:Q", axis=_axis(title, unit), scale=alt.Scale(zero=not low, nice=not low)),
            x2="end:Q",
            color=_colour(),
            opacity=canvas.faded(picked),
            tooltip=_tooltip(drawn, unit, group_title),
        )
        .add_params(picked)
    )
    marks = [bars, *_breaks(drawn, low, groups), *named_rows.words(drawn, "group", groups)]
    return canvas.layered(marks, named_rows.HEIGHT * len(groups))


def broken_axis(frame: pd.DataFrame, unit: Unit) -> str:
    """Return a sentence on where the axis begins, "" where that is at zero."""
    low = _axis_begin(frame)
    if not low:
        return ""
    return f"The axis begins at {by_unit(low, unit)}, so the totals are larger than their bars look."


def describe_waterfall(frame: pd.DataFrame, unit: Unit, *, value_title: str) -> str:
    """Return both totals of `frame` and each step between them, in one sentence."""
    shown = dict(zip(frame["group"], _shown(frame, unit), strict=True))
    (first, before), *steps, (last, now) = shown.items()
    between = ", ".join(f"{name} {text}" for name, text in steps) or "no change"
    return f"{value_title}: {before} ({first}) to {now} ({last}); {between}."


def _axis_begin(frame: pd.DataFrame) -> float:
    ends = [float(v) for v in frame["to"]]
    low, high = min(ends), max(ends)
    span = high - low
    return low - span / 2 if low > 0 and 0 < span < _ENOUGH * high else 0.0


def _breaks(drawn: pd.DataFrame, low: float, groups: Sequence[str]) -> list[alt.Chart]:
    """Return two slanted strokes near the beginning of the bar of each total; none where it is not cut."""
    if not low:
        return []
    base = alt.Chart(drawn[~drawn["kind"].isin(list(_SIGNS))])
    strokes = base.mark_point(
        shape=_BREAK, size=100, color=canvas.TEXT, strokeWidth=1.5, yOffset=named_rows.LOWER, opacity=1
    )
    y = named_rows.places("group", groups)
    return [strokes.encode(y=y, x=alt.XValue(_BREAK_AT), tooltip=alt.TooltipValue(None))]


def _drawn(frame: pd.DataFrame, unit: Unit) -> tuple[pd.DataFrame, float]:
    """Return the steps as floats with their words, and where the axis begins."""
    begin, end = ([float(v) for v in frame[column]] for column in ("from", "to"))
    cut = _axis_begin(frame)
    drawn = frame[["group", "kind"]].assign(
        begin=[b if k in _SIGNS else max(b, cut) for b, k in zip(begin, frame["kind"], strict=True)],
        end=end,
        value=[float(v) for v in frame["value"]],
        shown=_shown(frame, unit),
    )
    return drawn, cut


def _shown(frame: pd.DataFrame, unit: Unit) -> list[str]:
    return [
        _SIGNS[kind] + by_unit(abs(value), unit) if kind in _SIGNS else by_unit(value, unit)
        for kind, value in zip(frame["kind"], frame["value"], strict=True)
    ]


def _colour() -> alt.Color:
    scale = alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
    return alt.Color("kind:N", scale=scale, legend=None)


def _axis(title: str, unit: Unit) -> alt.Axis:
    return alt.Axis(
        title=title,
        labelExpr=axis_labels(unit),
        tickCount=alt.ExprRef("max(2, floor(width / 130))"),
        domain=False,
        ticks=False,
    )


def _tooltip(drawn: pd.DataFrame, unit: Unit, group_title: str) -> list[alt.Tooltip]:
    exact = canvas.exact(drawn["value"], unit)
    return [
        alt.Tooltip("group:N", title=group_title),
        alt.Tooltip("shown:N", title="Change"),
        alt.Tooltip("end:Q", title="Total after it", format=exact),
    ]
