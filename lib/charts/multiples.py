"""Small multiples: one little chart for each group, so that none hides behind another."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import palette
from lib.charts.over_time import time_chart
from lib.periods.grains import Grain
from lib.periods.zones import UTC


def multiples_charts(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    grain: Grain,
    value_title: str,
    order: list[str] | None = None,
    shades: Mapping[str, str] | None = None,
    height: int = 110,
    zone: str = UTC,
) -> dict[str, alt.LayerChart]:
    """Return a chart for each group of `frame` (start, group, value), in `order`, for a page's own grid.

    They share both axes.
    """
    groups = palette.ordered(order or frame["group"])
    colours = shades or palette.colours(groups)
    highest = float(frame["value"].max()) if len(frame) else None
    return {
        group: time_chart(
            rows,
            unit=unit,
            grain=grain,
            value_title=value_title,
            kind="area",
            shades=colours,
            height=height,
            highest=highest,
            note="",
            zone=zone,
        )
        for group in groups
        if not (rows := frame[frame["group"] == group]).empty
    }
