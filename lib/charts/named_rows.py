"""Rows of horizontal bars, each under its own name, so that long names fit a phone."""

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, palette
from lib.wording.numbers import axis_labels, titled

HEIGHT = 40
"""How many pixels a name and its bar take together."""

BAR = 12
LOWER = 8
"""How many pixels a bar lies below the middle of its row, to make room for the name."""


def largest_first(frame: pd.DataFrame, field: str) -> list[str]:
    """Return the values of `field` by their totals, the largest first, "Other" last."""
    totals = frame.groupby(field)["value"].sum().sort_values(ascending=False, kind="stable")
    return palette.ordered(totals.index)


def places(field: str, groups: Sequence[str]) -> alt.Y:
    """Return the row of each group, from the top."""
    return alt.Y(f"{field}:N", sort=list(groups), scale=alt.Scale(paddingInner=0, paddingOuter=0), axis=None)


def values(title: str, unit: Unit) -> alt.X:
    """Return the length of a bar, on an axis whose title holds the unit."""
    axis = alt.Axis(
        title=titled(title, unit),
        labelExpr=axis_labels(unit),
        tickCount=alt.ExprRef("max(2, floor(width / 130))"),
        domain=False,
        ticks=False,
    )
    return alt.X("value:Q", axis=axis)


def words(frame: pd.DataFrame, field: str, groups: Sequence[str]) -> list[alt.Chart]:
    """Return the names (`field`) at the left and the values (`shown`) at the right, above their bars."""
    base = alt.Chart(frame).encode(y=places(field, groups), tooltip=alt.TooltipValue(None))
    names = _text(base, "left", limit=alt.ExprRef("width - 150"))
    ends = _text(base, "right", limit=150)
    return [
        names.encode(x=alt.XValue(0), text=alt.Text(f"{field}:N")),
        ends.encode(x=alt.XValue("width"), text=alt.Text("shown:N")),
    ]


def _text(base: alt.Chart, align: Literal["left", "right"], limit: int | alt.ExprRef) -> alt.Chart:
    mark = alt.MarkDef(
        "text", align=align, limit=limit, baseline="middle", dy=-9, fontSize=13, color=canvas.TEXT
    )
    return base.properties(mark=mark)
