"""A series day by day over the band around its baseline, its unusual days marked."""

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, time_axis
from lib.charts.palette import BLUE, BRICK, GREY
from lib.periods.grains import Grain
from lib.wording.dates import bucket

_UNUSUAL, _EXPECTED = "unusual", "as expected"


def baseline_chart(frame: pd.DataFrame, *, unit: Unit, value_title: str, height: int = 280) -> alt.LayerChart:
    """Return a chart of `frame` (start, value, baseline, low, high, unusual), one row a day.

    The band runs from `low` to `high`, the dashed line is `baseline`; unusual days are large red points.
    """
    rows = _rows(frame)
    exact = canvas.exact(rows["value"], unit)
    base = alt.Chart(rows).encode(
        x=alt.X("middle:T", scale=time_axis.scale(), axis=time_axis.axis(rows, Grain.DAY)),
        tooltip=[
            alt.Tooltip("when:N", title="Day (UTC)"),
            alt.Tooltip("value:Q", title=value_title, format=exact),
            alt.Tooltip("baseline:Q", title="Baseline (median)", format=exact),
            alt.Tooltip("low:Q", title="Unusual below", format=exact),
            alt.Tooltip("high:Q", title="Unusual above", format=exact),
        ],
    )
    values = alt.Y("value:Q", axis=canvas.value_axis(value_title, unit))
    shade = alt.Color(
        "state:N", scale=alt.Scale(domain=[_EXPECTED, _UNUSUAL], range=[BLUE, BRICK]), legend=None
    )
    size = alt.Size("state:N", scale=alt.Scale(domain=[_EXPECTED, _UNUSUAL], range=[25, 130]), legend=None)
    layers = [
        base.mark_area(color=GREY, opacity=0.22).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")),
        base.mark_line(color=GREY, strokeDash=[4, 3], strokeWidth=1.5).encode(y=alt.Y("baseline:Q")),
        base.mark_line(color=BLUE, strokeWidth=1.5).encode(y=values),
        base.mark_point(filled=True, opacity=1).encode(y=values, color=shade, size=size),
    ]
    return canvas.layered([*layers, time_axis.bounds(rows)], height)


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    names = ("value", "baseline", "low", "high")
    numbers = {
        n: pd.Series([None if pd.isna(v) else float(v) for v in frame[n]], dtype="float64") for n in names
    }
    rows = frame.reset_index(drop=True).assign(
        **numbers,
        when=[bucket(start, Grain.DAY) for start in frame["start"]],
        state=[_UNUSUAL if unusual else _EXPECTED for unusual in frame["unusual"]],
    )
    return time_axis.with_sides(rows, Grain.DAY)
