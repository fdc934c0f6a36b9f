"""Pictures: what an answer over time looks like where there is no page."""

from collections.abc import Iterable

import pandas as pd

from lib import charts
from lib.analysis import series
from lib.answers.results import OverTime
from lib.charts.picture import PictureFormat, picture
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
        zone=answer.zone,
    )
    return rows, Drawing(chart)


def png_over_time(answer: OverTime, value_title: str, heading: str, about: Iterable[str]) -> bytes | None:
    """Return an answer as a picture (PNG) under a heading; None where there is nothing to draw.

    Below the heading stand what it is `about`, and what it shows in words.
    """
    if not answer.any:
        return None
    rows, drawing = drawn_over_time(answer, value_title)
    said = charts.describe(rows, answer.measure.unit, grain=answer.grain, value_title=value_title)
    lines = [" · ".join(filter(None, about)), said]
    return picture({"": drawing.to_dict()}, heading, lines, PictureFormat.PNG)
