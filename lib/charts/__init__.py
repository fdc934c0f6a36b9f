"""Frames → Altair charts. Nothing here draws, and no text colour is fixed: the theme's is used.

Charts share a plot width set by their container and a fixed plot height, so legends below them grow
downwards on a phone. A chart that can be drilled into has a selection called `pick`.
"""

from lib.charts.alt_text import describe, describe_ranking
from lib.charts.course import course_chart, describe_course, describe_months, errors_chart, months_chart
from lib.charts.heatmap import heatmap_chart
from lib.charts.multiples import multiples_charts
from lib.charts.over_time import time_chart
from lib.charts.palette import TOKEN_CLASSES, by_rank
from lib.charts.ranking_bars import ranking_chart
from lib.charts.share import donut_chart
from lib.charts.side_by_side import what_if_chart
from lib.charts.two_way import stacked_chart
from lib.charts.waterfall import broken_axis, describe_waterfall, waterfall_chart

__all__ = [
    "TOKEN_CLASSES",
    "broken_axis",
    "by_rank",
    "course_chart",
    "describe",
    "describe_course",
    "describe_months",
    "describe_ranking",
    "describe_waterfall",
    "donut_chart",
    "errors_chart",
    "heatmap_chart",
    "months_chart",
    "multiples_charts",
    "ranking_chart",
    "stacked_chart",
    "time_chart",
    "waterfall_chart",
    "what_if_chart",
]
