"""Pictures: what an answer over time looks like where there is no page."""

import pandas as pd

from lib import charts
from lib.analysis import series
from lib.answers.results import OverTime
from lib.charts.specification import Drawing


def drawn_over_time(answer: OverTime, value_title: str) -> tuple[pd.DataFrame, Drawing]:
    """Return the rows that are drawn of an answer, its groups by their labels, and the bars of them."""
    labels = dict(answer.labels)
    rows = series.drawn(answer.rows, labels, answer.provisional)
    chart = charts.time_chart(
        rows,
        unit=answer.measure.unit,
        grain=answer.grain,
        value_title=value_title,
        group_title=answer.dimension.label if answer.dimension else None,
        order=[labels.get(group, group) for group in answer.groups],
        marks=answer.marks,
    )
    return rows, Drawing(chart)
