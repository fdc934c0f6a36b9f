"""One dimension by another: a bar for each of the first, cut by the second."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, named_rows, palette
from lib.wording.numbers import by_unit


def stacked_chart(
    frame: pd.DataFrame,
    *,
    unit: Unit,
    value_title: str,
    first_title: str,
    second_title: str,
    order: list[str] | None = None,
    shades: Mapping[str, str] | None = None,
) -> alt.LayerChart:
    """Return one bar for each `first` of `frame` (first, second, value), coloured by `second`.

    The legend holds the totals of `second`, the rows those of `first`. `order` says which `second` gets
    which colour. A click selects `first` and `second` as `pick`.
    """
    firsts = named_rows.largest_first(frame, "first")
    everyone = palette.ordered([*(order or []), *named_rows.largest_first(frame, "second")])
    sums = {
        str(second): by_unit(float(total), unit)
        for second, total in frame.groupby("second")["value"].sum().items()
    }
    drawn, colour = canvas.totalled(_with_parts(frame), "second", everyone, sums, second_title, shades)
    picked = canvas.pick("first", "second")
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=named_rows.BAR, yOffset=named_rows.LOWER)
        .encode(
            y=named_rows.places("first", firsts),
            x=named_rows.values(value_title, unit).stack("zero"),
            order=alt.Order("rank:Q"),
            color=colour,
            opacity=canvas.faded(picked),
            tooltip=_tooltip(drawn, unit, first_title, second_title, value_title),
        )
        .add_params(picked)
    )
    ends = drawn.drop_duplicates("first")
    ends = ends.assign(shown=[by_unit(float(total), unit) for total in ends["total"]])
    return canvas.layered(
        [bars, *named_rows.words(ends, "first", firsts)], named_rows.HEIGHT * max(1, len(firsts))
    )


def _with_parts(frame: pd.DataFrame) -> pd.DataFrame:
    total = frame.groupby("first")["value"].transform("sum")
    positive = frame["value"].where(frame["value"] > 0, 0.0).groupby(frame["first"]).transform("sum")
    return frame.assign(
        total=total, part=(frame["value"] / positive).where((positive > 0) & (frame["value"] >= 0))
    )


def _tooltip(
    frame: pd.DataFrame, unit: Unit, first_title: str, second_title: str, value_title: str
) -> list[alt.Tooltip]:
    exact = canvas.exact(frame["value"], unit)
    return [
        alt.Tooltip("first:N", title=first_title),
        alt.Tooltip("second:N", title=second_title),
        alt.Tooltip("value:Q", title=value_title, format=exact),
        alt.Tooltip("total:Q", title="Total", format=exact),
        alt.Tooltip("part:Q", title="Share", format=".1%"),
    ]
