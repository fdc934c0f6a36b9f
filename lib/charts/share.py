"""Shares of a whole: a ring with the total in its middle."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, palette
from lib.wording.numbers import by_unit, share


def donut_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    value_title: str,
    group_title: str = "Group",
    order: list[str] | None = None,
    height: int = 260,
    shades: Mapping[str, str] | None = None,
) -> alt.LayerChart:
    """Return a ring of `frame` (group, value, share), the shares in its legend, the total in its middle.

    Rows are drawn in `order` (the frame's own without it), "Other" grey and last. A click selects the
    part's `group` as `pick`. Values below zero have no place in a ring: then the total is said to be
    before credits.
    """
    before_credits = bool((frame["value"] < 0).any())
    frame = frame.loc[frame["value"] > 0]
    everyone = palette.ordered([*(order or []), *frame["group"]])
    shares = {group: share(part) for group, part in zip(frame["group"], frame["share"], strict=True)}
    drawn, colour = canvas.totalled(frame, "group", everyone, shares, None, shades)
    picked = canvas.pick("group")
    radius = "min(width, height) / 2"
    ring = (
        alt.Chart(drawn)
        .mark_arc(
            outerRadius=alt.ExprRef(radius), innerRadius=alt.ExprRef(f"{radius} * 0.64"), padAngle=0.012
        )
        .encode(
            theta=alt.Theta("value:Q", stack="zero"),
            order=alt.Order("rank:Q"),
            color=colour,
            opacity=canvas.faded(picked),
            tooltip=[
                alt.Tooltip("group:N", title=group_title),
                alt.Tooltip("value:Q", title=value_title, format=canvas.exact(frame["value"], unit)),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
        .add_params(picked)
    )
    title = f"{value_title} before credits" if before_credits else value_title
    return canvas.layered([ring, *_middle(float(frame["value"].sum()), unit, title)], height)


def _middle(total: float, unit: Unit, title: str) -> list[alt.Chart]:
    words = pd.DataFrame({"total": [by_unit(total, unit)], "title": [title]})
    base = alt.Chart(words)
    return [
        base.mark_text(fontSize=22, fontWeight=600, dy=-6, color=canvas.TEXT).encode(
            text=alt.Text("total:N")
        ),
        base.mark_text(fontSize=12, dy=16, color=canvas.TEXT).encode(text=alt.Text("title:N")),
    ]
