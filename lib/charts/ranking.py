"""Who has how much: one horizontal bar each, its name above it, so that long names fit a phone."""

from typing import Literal

import altair as alt
import pandas as pd

from lib import palette
from lib.charts import canvas
from lib.format import axis_labels, by_unit, change, titled, tooltip_format
from lib.sources import Unit

_ROW = 40
"""How many pixels a name and its bar take together."""

_BAR = 12


def ranking_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    value_title: str,
    group_title: str = "Group",
    previous_title: str = "Previous period",
) -> alt.LayerChart:
    """Return bars of `frame` (group, value and, where known, previous and share), largest first.

    A thin mark shows where `previous` was. A click selects the bar's `group` as `pick`.
    """
    rows = frame.copy()
    rows["shown"] = _shown(rows, unit)
    groups = _largest_first(rows, "group")
    picked = canvas.pick("group")
    exact = tooltip_format(unit, float(rows["value"].abs().max()) if len(rows) else 1.0)
    tooltip = [
        alt.Tooltip("group:N").title(group_title),
        alt.Tooltip("value:Q").title(value_title).format(exact),
    ]
    if "share" in rows:
        tooltip.append(alt.Tooltip("share:Q").title("Share").format(".1%"))
    if "previous" in rows:
        tooltip.append(alt.Tooltip("previous:Q").title(previous_title).format(exact))
    base = alt.Chart(rows).encode(y=_places("group", groups), tooltip=tooltip)
    bars = (
        base.mark_bar(height=_BAR, yOffset=8)
        .encode(
            x=_values(value_title, unit),
            color=alt.when(f"datum.group == '{palette.OTHER}'")
            .then(alt.value(palette.GREY))
            .otherwise(alt.value(palette.BLUE)),
            opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(canvas.FADED)),
        )
        .add_params(picked)
    )
    before = base.mark_tick(color=palette.GREY, thickness=2, size=_BAR + 8, yOffset=8).encode(x="previous:Q")
    marks = [bars, *([before] if "previous" in rows else []), *_words(rows, groups, "group", "shown")]
    return canvas.layered(marks, _ROW * max(1, len(groups)))


def stacked_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    value_title: str,
    first_title: str,
    second_title: str,
    order: list[str] | None = None,
) -> alt.LayerChart:
    """Return one bar for each `first` of `frame` (first, second, value), coloured by `second`.

    The legend holds the totals of `second`, the rows those of `first`. `order` says which `second` gets
    which colour. A click selects `first` and `second` as `pick`.
    """
    rows = frame.copy()
    firsts = _largest_first(rows, "first")
    everyone = palette.ordered(order or _largest_first(rows, "second"))
    totals = rows.groupby("second")["value"].sum()
    names = {s: f"{s} · {by_unit(float(totals[s]), unit)}" for s in everyone if s in totals.index}
    rows["series"] = rows["second"].map(names)
    rows["rank"] = rows["second"].map({s: n for n, s in enumerate(everyone)})
    rows["total"] = rows.groupby("first")["value"].transform("sum")
    rows["part"] = (rows["value"] / rows["total"]).where(rows["total"] > 0)
    hues = palette.colours(everyone)
    picked = canvas.pick("first", "second")
    exact = tooltip_format(unit, float(rows["value"].abs().max()) if len(rows) else 1.0)
    bars = (
        alt.Chart(rows)
        .mark_bar(height=_BAR, yOffset=8)
        .encode(
            y=_places("first", firsts),
            x=_values(value_title, unit).stack("zero"),
            order=alt.Order("rank:Q"),
            color=alt.Color("series:N")
            .scale(domain=list(names.values()), range=[hues[s] for s in names])
            .legend(canvas.legend(second_title, max(names.values(), key=len, default=""))),
            opacity=alt.when(picked).then(alt.value(1)).otherwise(alt.value(canvas.FADED)),
            tooltip=[
                alt.Tooltip("first:N").title(first_title),
                alt.Tooltip("second:N").title(second_title),
                alt.Tooltip("value:Q").title(value_title).format(exact),
                alt.Tooltip("total:Q").title("Total").format(exact),
                alt.Tooltip("part:Q").title("Share").format(".1%"),
            ],
        )
        .add_params(picked)
    )
    sums = rows.drop_duplicates("first")
    sums = sums.assign(shown=[by_unit(float(total), unit) for total in sums["total"]])
    return canvas.layered([bars, *_words(sums, firsts, "first", "shown")], _ROW * max(1, len(firsts)))


def _largest_first(rows: pd.DataFrame, field: str) -> list[str]:
    """Return the values of `field` by their totals, the largest first, "Other" last."""
    totals = rows.groupby(field)["value"].sum().sort_values(ascending=False, kind="stable")
    return palette.ordered(totals.index)


def _shown(rows: pd.DataFrame, unit: Unit) -> list[str]:
    """Return what stands at the end of each row: the value and, where there was one before, its change."""
    values = [by_unit(float(value), unit) for value in rows["value"]]
    if "previous" not in rows:
        return values
    pairs = zip(values, rows["value"], rows["previous"], strict=True)
    return [
        text if pd.isna(old) else f"{text} · {change(float(new), float(old))}" for text, new, old in pairs
    ]


def _places(field: str, groups: list[str]) -> alt.Y:
    return alt.Y(f"{field}:N").sort(groups).scale(paddingInner=0, paddingOuter=0).axis(None)


def _values(title: str, unit: Unit) -> alt.X:
    axis = alt.Axis(
        title=titled(title, unit),
        labelExpr=axis_labels(unit),
        tickCount=alt.ExprRef("max(2, floor(width / 130))"),
        domain=False,
        ticks=False,
    )
    return alt.X("value:Q").axis(axis)


def _words(rows: pd.DataFrame, groups: list[str], field: str, shown: str) -> list[alt.Chart]:
    """Return the names at the left and the values at the right, above their bars."""
    base = alt.Chart(rows).encode(y=_places(field, groups), tooltip=alt.value(None))
    names = _text(base, "left", limit=alt.ExprRef("width - 150"))
    values = _text(base, "right", limit=150)
    return [
        names.encode(x=alt.value(0), text=f"{field}:N"),
        values.encode(x=alt.value("width"), text=f"{shown}:N"),
    ]


def _text(base: alt.Chart, align: Literal["left", "right"], limit: int | alt.ExprRef) -> alt.Chart:
    mark = alt.MarkDef(
        "text", align=align, limit=limit, baseline="middle", dy=-9, fontSize=13, color=canvas.TEXT
    )
    return base.properties(mark=mark)
