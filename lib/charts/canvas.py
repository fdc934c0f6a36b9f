"""What every chart shares: its canvas, its legend, its colours, its axis titles, its selection.

Channels take all they need as arguments: Altair looks up each method chained to one, for half a millisecond.
"""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import palette
from lib.wording.escaping import in_order
from lib.wording.numbers import axis_labels, titled, tooltip_format

PICK = "pick"
"""The name of the selection of marks that the page reads."""

MARKED = "marked"
"""The name of the selection of a stretch of time that the page reads."""

_CLICKED = "clicked"

TEXT = "currentColor"
"""The colour of words among the marks: what the page around the chart writes in."""

FADED = 0.25
"""The opacity of what is not picked."""


def pick(*fields: str) -> alt.Parameter:
    """Return the selection of marks by the values of `fields`."""
    return alt.selection_point(name=PICK, fields=list(fields))


def marked() -> alt.Parameter:
    """Return the selection of a stretch of time, drawn with the pointer."""
    return alt.selection_interval(name=MARKED, encodings=["x"])


def faded(picked: alt.Parameter, shown: float = 1) -> alt.OpacityValue:
    """Return the opacity `shown` for what is picked, or while nothing is, and FADED for the rest.

    Spelt out, because Altair takes 15 ms to find the class for each `alt.when` or `alt.value`.
    """
    return alt.OpacityValue(FADED, condition={"param": picked.name, "value": shown})


def layered(layers: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    """Return `layers` over each other, as wide as its container, its plot `height` pixels high."""
    for layer in layers:
        if layer.params is not alt.Undefined:
            layer.name = _CLICKED  # else Altair names it by all of its data, which takes as long as the chart
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    return alt.LayerChart(layer=list(layers), width="container", height=height, autosize=fit)


def legend(title: str | None, widest: str = "", symbol: str = "square") -> alt.Legend:
    """Return a legend below the plot, in as many columns as the labels leave room for."""
    entry = 40 + 7 * min(len(widest), 40)
    return alt.Legend(
        title=title,
        titleAnchor="start",
        orient="bottom",
        direction="horizontal",
        columns=alt.ExprRef(f"max(1, floor(width / {entry}))"),
        labelLimit=280,
        symbolType=symbol,
        symbolSize=100,
        symbolLimit=0,
    )


def exact(values: "pd.Series[float]", unit: Unit) -> str:
    """Return the d3 format in which tooltips write `values`."""
    return tooltip_format(unit, float(values.abs().max()) if len(values) else 1.0)


def colour(
    field: str,
    groups: Sequence[str],
    title: str | None,
    shades: Mapping[str, str] | None = None,
    symbol: str = "square",
) -> alt.Color:
    """Return the colour of `field`: by place in `groups`, or as `shades` says; no legend for one group."""
    shades = shades or palette.colours(groups)
    shown = palette.ordered(groups)
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=shown, range=[shades[g] for g in shown]),
        legend=legend(title, max(shown, key=len), symbol) if len(shown) > 1 else None,
    )


def totalled(
    rows: pd.DataFrame,
    field: str,
    everyone: Sequence[str],
    totals: Mapping[str, str],
    title: str | None,
    shades: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, alt.Color]:
    """Return `rows` ranked by `everyone`, and their colour with a legend that adds each total to its name."""
    names = {group: f"{in_order(group)} · {totals[group]}" for group in everyone if group in totals}
    ranks = {group: rank for rank, group in enumerate(everyone)}
    hues = shades or palette.colours(everyone)
    scale = alt.Scale(domain=list(names.values()), range=[hues[group] for group in names])
    widest = max(names.values(), key=len, default="")
    colour = alt.Color("series:N", scale=scale, legend=legend(title, widest))
    return rows.assign(series=rows[field].map(names), rank=rows[field].map(ranks)), colour


def value_axis(title: str, unit: Unit, ticks: int = 5) -> alt.Axis:
    """Return a vertical axis with its title above it, where it costs no width."""
    return alt.Axis(
        title=titled(title, unit),
        titleAngle=0,
        titleAlign="left",
        titleBaseline="bottom",
        titleX=0,
        titleY=-8,
        labelExpr=axis_labels(unit),
        tickCount=ticks,
        domain=False,
        ticks=False,
    )
