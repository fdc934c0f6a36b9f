"""Shares of a whole: a ring with the total in its middle."""

import altair as alt
import pandas as pd

from lib import palette
from lib.charts import canvas
from lib.format import by_unit, share, tooltip_format
from lib.sources import Unit


def donut_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    value_title: str,
    group_title: str = "Group",
    order: list[str] | None = None,
    height: int = 260,
) -> alt.LayerChart:
    """Return a ring of `frame` (group, value, share), the shares in its legend, the total in its middle.

    Rows are drawn in `order` (the frame's own without it), "Other" grey and last. A click selects the
    part's `group` as `pick`. Values below zero have no place in a ring: leave them out.
    """
    rows = frame.copy()
    everyone = palette.ordered(order or rows["group"])
    shares = dict(zip(rows["group"], rows["share"], strict=True))
    names = {g: f"{g} · {share(shares[g])}" for g in everyone if g in shares}
    rows["series"] = rows["group"].map(names)
    rows["rank"] = rows["group"].map({g: n for n, g in enumerate(everyone)})
    hues = palette.colours(everyone)
    picked = canvas.pick("group")
    exact = tooltip_format(unit, float(rows["value"].max()) if len(rows) else 1.0)
    ring = (
        alt.Chart(rows)
        .mark_arc(
            outerRadius=alt.ExprRef("min(width, height) / 2"),
            innerRadius=alt.ExprRef("min(width, height) / 2 * 0.64"),
            padAngle=0.012,
        )
        .encode(
            theta=alt.Theta("value:Q").stack("zero"),
            order=alt.Order("rank:Q"),
            color=alt.Color("series:N")
            .scale(domain=list(names.values()), range=[hues[g] for g in names])
            .legend(canvas.legend(None, max(names.values(), key=len, default=""))),
            opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(canvas.FADED)),
            tooltip=[
                alt.Tooltip("group:N").title(group_title),
                alt.Tooltip("value:Q").title(value_title).format(exact),
                alt.Tooltip("share:Q").title("Share").format(".1%"),
            ],
        )
        .add_params(picked)
    )
    return canvas.layered([ring, *_middle(float(rows["value"].sum()), unit, value_title)], height)


def _middle(total: float, unit: Unit, title: str) -> list[alt.Chart]:
    words = pd.DataFrame({"total": [by_unit(total, unit)], "title": [title]})
    base = alt.Chart(words)
    return [
        base.mark_text(fontSize=22, fontWeight=600, dy=-6, color=canvas.TEXT).encode(text="total:N"),
        base.mark_text(fontSize=12, dy=16, color=canvas.TEXT).encode(text="title:N"),
    ]
