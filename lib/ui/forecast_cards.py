"""Cards of the Forecast page: where the month ends, the next months, and how far off forecasts were."""

import streamlit as st

from lib import charts, tables
from lib.answers.forecasts import NEXT, Forecast, MonthEnd
from lib.ui import text
from lib.ui.cards import show_figure
from lib.ui.drawing import drawn
from lib.wording import numbers as fmt
from lib.wording.forecast_words import band_words


def show_month_end(end: MonthEnd) -> None:
    """Draw where the month and the next ones end: four numbers, and a sentence."""
    name, earlier = f"{end.month.first:%B}", f"{end.last.first:%B}"
    bands = band_words(end.ends.bands)
    with st.grid(4, min_column_width=190):
        text.metric(
            f"{name}, forecast",
            fmt.usd(end.ends.forecast, 0),
            f"{fmt.change(end.ends.forecast, end.ended.forecast).replace(fmt.MINUS, '-')} on {earlier}",
            delta_color="off",
            help=bands,
        )
        text.metric(f"{name}, billed so far", fmt.usd(end.ends.billed, 0))
        text.metric(
            f"Next {NEXT} days, forecast",
            fmt.usd(end.quarter.forecast, 0),
            help=band_words(end.quarter.bands),
        )
        text.metric(earlier, fmt.usd(end.ended.forecast, 0))
    text.sentence(f"{name} ends at about {fmt.usd(end.ends.forecast, 0)}, as forecast. {bands}")


def month_end_card(end: MonthEnd) -> None:
    """Draw the running total of the month to its end, beside that of the month before."""
    show_figure(
        f"Where does {end.month.first:%B} end?",
        drawn(charts.course_chart, end.course, before=end.before, before_title=f"{end.last.first:%B}"),
        end.course,
        tables.FORECAST_COURSE,
        name="month-end",
        alt_text=charts.describe_course(end.course),
        note="The running total of the month. Solid is billed, dashed is forecast; the shades hold what "
        "comes in 80 % and 95 % of the cases, going by how earlier forecasts turned out. Days whose bill is "
        "not final count as forecast, or as billed where that is more.",
    )


def next_months_card(end: MonthEnd) -> None:
    """Draw what the next months cost."""
    show_figure(
        "What do the next three months cost?",
        drawn(charts.months_chart, end.months),
        end.months,
        tables.FORECAST_MONTHS,
        name="months",
        alt_text=charts.describe_months(end.months),
        note="Full colour is billed, lighter is forecast. The lines span the 80 % (thick) and 95 % (thin) "
        "bands.",
    )


def back_test_card(found: Forecast, judged: str) -> None:
    """Draw how far off earlier forecasts were; `judged` says it in words."""
    show_figure(
        "How far off were such forecasts?",
        drawn(charts.errors_chart, found.by_day),
        found.tried.assign(on_day=found.tried["on_day"].astype(str)),
        tables.BACK_TEST,
        name="back-test",
        alt_text=judged,
        note=f"{judged} Each forecast knew only the days whose bill was final by then.",
    )
