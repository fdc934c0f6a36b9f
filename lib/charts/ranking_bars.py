"""Who has how much: one bar each, with where it was before."""

import altair as alt
import pandas as pd

from lib.catalog.dimensions import OTHER, is_other
from lib.catalog.units import Unit
from lib.charts import canvas, named_rows, palette
from lib.wording.numbers import by_unit, change


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
    drawn = frame.assign(shown=_shown(frame, unit))
    groups = named_rows.largest_first(drawn, "group")
    picked = canvas.pick("group")
    base = alt.Chart(drawn).encode(
        y=named_rows.places("group", groups),
        tooltip=_tooltip(drawn, unit, group_title, value_title, previous_title),
    )
    others = [group for group in groups if is_other(group)]
    grey = {"test": f"datum.group == '{others[0] if others else OTHER}'", "value": palette.GREY}
    bars = base.mark_bar(height=named_rows.BAR, yOffset=named_rows.LOWER).encode(
        x=named_rows.values(value_title, unit),
        color=alt.ColorValue(palette.BLUE, condition=grey),
        opacity=canvas.faded(picked),
    )
    marks = [bars.add_params(picked), *_before(base, drawn), *named_rows.words(drawn, "group", groups)]
    return canvas.layered(marks, named_rows.HEIGHT * max(1, len(groups)))


def _before(base: alt.Chart, frame: pd.DataFrame) -> list[alt.Chart]:
    if "previous" not in frame:
        return []
    tick = base.mark_tick(color=palette.GREY, thickness=2, size=named_rows.BAR + 8, yOffset=named_rows.LOWER)
    return [tick.encode(x=alt.X("previous:Q"))]


def _tooltip(
    frame: pd.DataFrame, unit: Unit, group_title: str, value_title: str, previous_title: str
) -> list[alt.Tooltip]:
    exact = canvas.exact(frame["value"], unit)
    lines = [
        alt.Tooltip("group:N", title=group_title),
        alt.Tooltip("value:Q", title=value_title, format=exact),
    ]
    if "share" in frame:
        lines.append(alt.Tooltip("share:Q", title="Share", format=".1%"))
    if "previous" in frame:
        lines.append(alt.Tooltip("previous:Q", title=previous_title, format=exact))
    return lines


def _shown(frame: pd.DataFrame, unit: Unit) -> list[str]:
    """Return what stands at the end of each row: the value and, where there was one before, its change."""
    values = [by_unit(float(value), unit) for value in frame["value"]]
    if "previous" not in frame:
        return values
    pairs = zip(values, frame["value"], frame["previous"], strict=True)
    return [
        text if pd.isna(old) else f"{text} · {change(float(new), float(old))}" for text, new, old in pairs
    ]
