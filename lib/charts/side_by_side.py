"""Two bars a month: what it costs as it is, and what it would."""

import altair as alt
import pandas as pd

from lib.catalog.units import Unit
from lib.charts import canvas, palette

AS_IS, THEN = "As it is", "Then"


def what_if_chart(board: pd.DataFrame, *, height: int = 280) -> alt.LayerChart:
    """Return bars of `board` (`lib.analysis.savings.simulation.months`): `as_is` grey beside `then`."""
    names = [f"{month:%b %Y}" for month in board["month"]]
    rows = pd.concat(
        [
            pd.DataFrame({"month": names, "which": which, "value": [float(v) for v in board[column]]})
            for which, column in ((AS_IS, "as_is"), (THEN, "then"))
        ]
    )
    shades = {AS_IS: palette.GREY, THEN: palette.BLUE}
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("month:N", sort=names, axis=alt.Axis(title=None, labelAngle=0, ticks=False)),
            xOffset=alt.XOffset("which:N", sort=[AS_IS, THEN]),
            y=alt.Y("value:Q", axis=canvas.value_axis("Estimated spend", Unit.USD)),
            color=canvas.colour("which", [AS_IS, THEN], None, shades),
            tooltip=[
                alt.Tooltip("month:N", title="Month"),
                alt.Tooltip("which:N", title="Which"),
                alt.Tooltip("value:Q", title="Estimate", format=canvas.exact(rows["value"], Unit.USD)),
            ],
        )
    )
    return canvas.layered([bars], height)
