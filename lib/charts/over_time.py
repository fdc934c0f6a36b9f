"""Values over time: stacked bars, lines or areas, with days that may still change marked as such."""

from collections.abc import Mapping, Sequence
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from lib.analysis.marks import CREDITED, NOTED, REVISED
from lib.catalog.units import Unit
from lib.charts import bucket_words, canvas, palette, time_axis
from lib.charts.bucket_words import SETTLING
from lib.periods.grains import Grain
from lib.periods.zones import UTC

_LIGHTER = 0.45
_SIGNS = {NOTED: "diamond", REVISED: "triangle-down", CREDITED: "square"}
_SIGN = "#c2410c"
_ABOVE = 1.05
"""How far the axis goes on above the highest value, where that is fixed."""
_DRAWN = np.float32
"""What is only drawn needs no more digits than pixels."""


def time_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    grain: Grain,
    value_title: str,
    kind: Literal["bars", "lines", "area"] = "bars",
    group_title: str | None = None,
    order: list[str] | None = None,
    comparison: pd.DataFrame | None = None,
    comparison_title: str = "Previous period",
    height: int = 300,
    shades: Mapping[str, str] | None = None,
    highest: float | None = None,
    note: str = SETTLING,
    marks: pd.DataFrame | None = None,
    share: bool = False,
    log: bool = False,
    zoom: bool = False,
    zone: str = UTC,
) -> alt.LayerChart:
    """Return a chart of `frame` (start, group, value, and provisional where known) in buckets of `zone`.

    `kind` is bars, lines or area; bars and areas are stacked. `order` says which group gets which colour
    and may name groups that are absent. `comparison` (start moved onto this period, value, and `was` where
    known) is one dashed line. `marks` (start, kind, text; see `lib.analysis.marks`) stand at the top.
    With `share` sums are drawn as their parts of what is above zero, without the rest and the comparison.
    With `log` there are lines on a logarithmic axis, which break where a value is not above zero.
    A click on a bar, point or area selects its `group` as `pick`, or where there is one group its `start`.
    With `zoom` days can be marked.
    """
    rows = _rows(frame, grain, unit, order, zone, before=comparison, marks=marks)
    axis_unit, axis_title = (Unit.SHARE, f"Share of {value_title.lower()}") if share else (unit, value_title)
    if share:
        rows, comparison = _in_parts(rows), None
    if log:
        kind = "lines"
        rows = _above_zero(rows)
        comparison = None if comparison is None else _above_zero(comparison)
    present = set(rows["group"])
    everyone = palette.ordered([*(order or []), *rows["group"]])
    groups = [g for g in everyone if g in present]
    colours = shades or palette.colours(everyone)
    symbol = "stroke" if kind == "lines" else "square"
    named = canvas.colour("group", groups, group_title, colours, symbol)
    base = alt.Chart(rows).encode(
        x=alt.X(
            "left:T" if kind == "bars" else "middle:T",
            scale=time_axis.scale(),
            axis=time_axis.axis(rows, grain, zone),
        ),
        color=named,
        tooltip=bucket_words.tooltip(rows, unit, grain, value_title, group_title, zone),
    )
    draw = {"bars": _bars, "lines": _lines, "area": _area}[kind]
    at = "high" if kind != "lines" else "part" if share else "value"
    values = _values(at, axis_title, axis_unit, 1 / _ABOVE if share else highest, log=log)
    selections = [canvas.pick("group" if len(groups) > 1 else "start"), *([canvas.marked()] if zoom else [])]
    layers = draw(base, values, selections)
    if log:
        layers.insert(-1, base.mark_point(size=14, filled=True).encode(y=values))
    drawn_over = _comparison(comparison, grain, unit, comparison_title)
    flags = _flags(marks, rows)
    return canvas.layered(
        [*_settling(rows, note), *layers, *drawn_over, *flags, time_axis.bounds(rows)], height
    )


def _rows(
    frame: pd.DataFrame,
    grain: Grain,
    unit: Unit,
    order: list[str] | None,
    zone: str,
    **beside: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return the rows that are drawn: with the bar's sides, what the tooltip says, and the stacking rank."""
    rows = frame.copy()
    if "provisional" not in rows:
        rows["provisional"] = False
    rows["provisional"] = rows["provisional"].astype(bool)
    places = {g: n for n, g in enumerate(palette.ordered([*(order or []), *rows["group"]]))}
    rows = rows.assign(rank=rows["group"].map(places)).sort_values(["start", "rank"], kind="stable")
    rows["low"], rows["high"] = _stacked(rows, "value")
    rows = bucket_words.with_words(rows, unit, grain, zone=zone, **beside)
    if "part" in rows:
        rows = rows.astype({"part": _DRAWN})
    return time_axis.with_sides(rows.astype({"low": _DRAWN, "high": _DRAWN}), grain)


def _stacked(rows: pd.DataFrame, what: str) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """Return where each value begins and ends on its bucket's stack; credits hang below zero."""
    sides = [rows["start"], rows["value"] < 0]
    high = rows.groupby(sides)[what].cumsum()
    return high - rows[what], high


def _in_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a part of their bucket, stacked by it."""
    shown = rows.dropna(subset=["part"])
    low, high = _stacked(shown, "part")
    return shown.assign(low=low, high=high)


def _above_zero(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(value=rows["value"].where(rows["value"] > 0))


def _values(field: str, title: str, unit: Unit, highest: float | None, *, log: bool = False) -> alt.Y:
    values = alt.Y(f"{field}:Q", axis=canvas.value_axis(title, unit))
    if log:
        return values.scale(type="log")
    return values if highest is None else values.scale(domainMax=highest * _ABOVE)


def _bars(base: alt.Chart, values: alt.Y, selections: Sequence[alt.Parameter]) -> list[alt.Chart]:
    bars = (
        base.mark_bar()
        .encode(
            x2=alt.X2("right:T"),
            y=values,
            y2=alt.Y2("low:Q"),
            fillOpacity=alt.FillOpacityValue(1, condition={"test": "datum.provisional", "value": _LIGHTER}),
            opacity=canvas.faded(selections[0]),
        )
        .add_params(*selections)
    )
    return [bars]


def _area(base: alt.Chart, values: alt.Y, selections: Sequence[alt.Parameter]) -> list[alt.Chart]:
    area = (
        base.mark_area()
        .encode(
            y=values,
            y2=alt.Y2("low:Q"),
            opacity=canvas.faded(selections[0], 0.9),
        )
        .add_params(*selections)
    )
    return [area]


def _lines(base: alt.Chart, values: alt.Y, selections: Sequence[alt.Parameter]) -> list[alt.Chart]:
    """Return dashed lines for everything under solid ones for what is settled, and points to hover."""
    line = base.encode(y=values, opacity=canvas.faded(selections[0]))
    # Coloured points would lend the legend their size.
    unseen = line.mark_point(size=90, filled=True)
    points = unseen.encode(color=alt.ColorValue("transparent"), detail=alt.Detail("group:N")).add_params(
        *selections
    )
    return [
        line.mark_line(strokeDash=[3, 3], strokeWidth=1.5),
        line.transform_filter("!datum.provisional").mark_line(strokeWidth=2),
        points,
    ]


def _settling(rows: pd.DataFrame, note: str) -> list[alt.Chart]:
    """Return a shade behind the provisional buckets, and a note above it; nothing where all are settled."""
    open_rows = rows[rows["provisional"]]
    if open_rows.empty:
        return []
    span = pd.DataFrame({"first": [open_rows["start"].min()], "last": [rows["end"].max()], "note": [note]})
    shade = (
        alt.Chart(span)
        .mark_rect(color=palette.GREY, opacity=0.12)
        .encode(x=alt.X("first:T"), x2=alt.X2("last:T"))
    )
    words = (
        alt.Chart(span)
        .mark_text(align="right", baseline="bottom", dy=-8, color=canvas.TEXT, opacity=0.75, fontSize=12)
        .encode(x=alt.X("last:T"), y=alt.YValue(0), text=alt.Text("note:N"))
    )
    return [shade, words]


def _flags(marks: pd.DataFrame | None, rows: pd.DataFrame) -> list[alt.Chart]:
    """Return a line and a sign for each mark: kinds differ in shape, words come on hover."""
    if marks is None or marks.empty:
        return []
    middles = dict(zip(rows["start"], rows["middle"], strict=True))
    placed = marks.assign(middle=marks["start"].map(middles)).dropna(subset=["middle"])
    kinds = [kind for kind in _SIGNS if kind in set(placed["kind"])]
    if not kinds:
        return []
    base = alt.Chart(placed).encode(
        x=alt.X("middle:T"),
        tooltip=[alt.Tooltip("kind:N", title="Mark"), alt.Tooltip("text:N", title="Says")],
    )
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=kinds, range=[_SIGNS[kind] for kind in kinds]),
        legend=alt.Legend(
            orient="top",
            title=None,
            symbolFillColor=_SIGN,
            symbolStrokeColor=_SIGN,
            direction="vertical",  # beside the compared period's name a phone has no room for two
        ),
    )
    return [
        base.mark_rule(color=_SIGN, strokeDash=[2, 3], opacity=0.6),
        base.mark_point(size=110, filled=True, color=_SIGN, opacity=1).encode(y=alt.YValue(2), shape=shape),
    ]


def _comparison(frame: pd.DataFrame | None, grain: Grain, unit: Unit, title: str) -> list[alt.Chart]:
    """Return a dashed line; its white edge parts it from bars of any colour, on light and on dark."""
    if frame is None or frame.empty:
        return []
    rows = time_axis.with_sides(frame.assign(series=title), grain)
    exact = canvas.exact(rows["value"], unit)
    base = alt.Chart(rows).encode(x=alt.X("middle:T"), y=alt.Y("value:Q"))
    dash = alt.StrokeDash(
        "series:N",
        scale=alt.Scale(domain=[title], range=[[4, 3]]),
        legend=alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeColor=palette.GREY),
    )
    said = alt.Tooltip("value:Q", title=title, format=exact)
    return [
        base.mark_line(color="#ffffff", strokeWidth=3, opacity=0.7),
        base.mark_line(color="#20242c", strokeWidth=1.5).encode(strokeDash=dash, tooltip=[said]),
    ]
