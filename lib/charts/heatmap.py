"""When in the week: a cell for each weekday and hour."""

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas
from lib.periods.zones import UTC
from lib.wording.numbers import axis_labels, titled

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def heatmap_chart(
    frame: pd.DataFrame, *, unit: Unit, value_title: str, zone: str = UTC, height: int = 220
) -> alt.LayerChart:
    """Return cells of `frame` (weekday, 0 is Monday, hour 0 to 23 of `zone`, value), stronger for more."""
    rows = frame.copy()
    rows["day"] = [WEEKDAYS[w] for w in rows["weekday"]]
    rows["time"] = [
        f"{d} {h:02}:00–{(h + 1) % 24:02}:00" for d, h in zip(rows["day"], rows["hour"], strict=True)
    ]
    exact = canvas.exact(rows["value"], unit)
    hours = alt.Axis(
        title=f"Hour ({zone})", values=list(range(0, 24, 3)), labelAngle=0, domain=False, ticks=False
    )
    ramp = alt.Legend(
        title=titled(value_title, unit),
        titleAnchor="start",
        orient="bottom",
        direction="horizontal",
        gradientLength=alt.ExprRef("min(width, 240)"),
        labelExpr=axis_labels(unit),
        tickCount=3,
    )
    chart = (
        alt.Chart(rows)
        .mark_rect(cornerRadius=2)
        .encode(
            x=alt.X("hour:O", scale=alt.Scale(domain=list(range(24)), padding=0.06), axis=hours),
            y=alt.Y(
                "day:N",
                scale=alt.Scale(domain=list(WEEKDAYS), padding=0.08),
                axis=alt.Axis(title=None, domain=False, ticks=False),
            ),
            color=alt.Color("value:Q", scale=alt.Scale(zero=True), legend=ramp),
            tooltip=[
                alt.Tooltip("time:N", title=f"Hour ({zone})"),
                alt.Tooltip("value:Q", title=value_title, format=exact),
            ],
        )
    )
    return canvas.layered([chart], height)
