"""Cards of the forecast: where the month ends, the next months, and how far off forecasts were."""

import streamlit as st

from lib import charts, tables
from lib.answers import forecasts, loading
from lib.answers.forecasts import FEWEST_DAYS, NEXT, Forecast, MonthEnd
from lib.answers.view import View
from lib.catalog.sources import COSTS
from lib.ui import text
from lib.ui.cards import show_figure
from lib.ui.drawing import drawn
from lib.ui.fetching import require
from lib.ui.messages import say_left_out, show_empty
from lib.wording import dates
from lib.wording import numbers as fmt
from lib.wording.forecast_words import band_words, verdict


def show_forecast(view: View) -> Forecast | None:
    """Draw where the month ends, within the view's filters; return None where nothing can be forecast."""
    view = forecasts.view_of(view)
    reading = require(view, [COSTS])
    text.caption(
        f"A forecast of what the filters keep, made from the bill since {dates.day(view.window.first)}."
    )
    say_left_out(reading, forecasts.SPEND)
    found = loading.load_forecast(reading.backend, view.filters)
    if found.has_credits_alone:
        text.info("Only credits were billed on these days, so there is no spending to forecast.")
        return None
    if not found.has_spend:
        show_empty(view, "costs", reading.any_rows(forecasts.SPEND))
        return None
    if reading.coverage.fetching:
        text.info(
            f"The bill of {fmt.counted(len(reading.coverage.fetching), 'day')} is still being fetched. The "
            "forecast needs it, and is shown once it is there."
        )
        return None
    if not found.is_enough:
        text.info(
            f"A forecast needs the final bill of {FEWEST_DAYS} days in a row; there are "
            f"{found.final_days} so far. Remove filters, or come back later."
        )
        return None
    if not found.has_bands:
        text.info(
            f"The final bill of only {fmt.counted(found.final_days, 'day')} is known. The forecast is the "
            "average of a day so far, and nobody can say yet how far off it is."
        )
    end = found.month_end()
    show_month_end(end)
    month_end_card(end)
    return found


def show_next_months(found: Forecast) -> None:
    """Draw what the next months cost, and how far off such forecasts were."""
    next_months_card(found.month_end())
    judged = verdict(found.scores)
    if found.tried.empty:
        text.info(judged)
        return
    back_test_card(found, judged)


def show_month_end(end: MonthEnd) -> None:
    """Draw where the month and the next ones end: four numbers, and a sentence."""
    name, earlier = f"{end.month.first:%B}", f"{end.last.first:%B}"
    bands = band_words(end.ends.bands)
    moved = fmt.change(end.ends.forecast, end.ended.forecast).replace(fmt.MINUS, "-")
    with st.grid(4, min_column_width=190):
        text.metric(
            f"{name}, forecast",
            fmt.usd(end.ends.forecast, 0),
            None if moved == fmt.MISSING else f"{moved} on {earlier}",
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
        f"Where will {end.month.first:%B} end?",
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
        "What will the next three months cost?",
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
        "How far off were earlier forecasts?",
        drawn(charts.errors_chart, found.by_day),
        found.tried.assign(on_day=found.tried["on_day"].astype(str)),
        tables.BACK_TEST,
        name="back-test",
        alt_text=judged,
        note=f"{judged} Each forecast knew only the days whose bill was final by then.",
    )
