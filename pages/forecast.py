"""Where the month ends, what the next months cost, and how far such forecasts were off."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import forecasts, loading
from lib.answers.forecasts import FEWEST_DAYS, NEXT
from lib.catalog.sources import COSTS
from lib.wording import dates
from lib.wording import numbers as fmt
from lib.wording.forecast_words import band_words, verdict

view = forecasts.view_of(ui.current_view())
reading = ui.require(view, [COSTS])
ui.caption(
    f"Looks ahead from today at the bill since {dates.day(view.window.first)}. "
    "The filters at the left count here, the dates do not."
)
ui.say_left_out(reading, forecasts.SPEND)
found = loading.load_forecast(reading.backend, view.filters)
if not found.has_spend:
    ui.show_empty(view, "costs", reading.any_rows(forecasts.SPEND))
    ui.halt()
if reading.coverage.fetching:
    ui.info(
        f"The bill of {len(reading.coverage.fetching)} days is still being fetched. The forecast is made "
        "from them, and is shown once they are there."
    )
    ui.halt()
if not found.is_enough:
    ui.info(
        f"A forecast needs the final bill of {FEWEST_DAYS} days in a row; there are {found.final_days}. "
        "Take filters away, or come back when there are more."
    )
    ui.halt()
if not found.has_bands:
    ui.info(
        f"The final bill of only {found.final_days} days is known: the forecast is their average a day, "
        "and nobody can say yet how far off it is."
    )

end = found.month_end()
name, earlier = f"{end.month.first:%B}", f"{end.last.first:%B}"
bands = band_words(end.ends.bands)
with st.grid(4, min_column_width=190):
    st.metric(
        f"{name}, forecast",
        fmt.usd(end.ends.forecast, 0),
        f"{fmt.change(end.ends.forecast, end.ended.forecast).replace(fmt.MINUS, '-')} on {earlier}",
        delta_color="off",
        border=True,
        help=bands,
    )
    st.metric(f"{name}, billed so far", fmt.usd(end.ends.billed, 0), border=True)
    st.metric(
        f"Next {NEXT} days, forecast",
        fmt.usd(end.quarter.forecast, 0),
        border=True,
        help=band_words(end.quarter.bands),
    )
    st.metric(earlier, fmt.usd(end.ended.forecast, 0), border=True)
ui.sentence(f"{name} ends at about {fmt.usd(end.ends.forecast, 0)}, as forecast. {bands}")

ui.show_figure(
    f"Where does {name} end?",
    charts.course_chart(end.course, before=end.before, before_title=earlier),
    end.course,
    tables.FORECAST_COURSE,
    name="month-end",
    alt_text=charts.describe_course(end.course),
    note="The running total of the month. Solid is billed, dashed is forecast; the shades hold what comes in "
    "80 % and 95 % of the cases, going by how earlier forecasts turned out. Days whose bill is not final "
    "count as forecast, or as billed where that is more.",
)
ui.show_figure(
    "What do the next three months cost?",
    charts.months_chart(end.months),
    end.months,
    tables.FORECAST_MONTHS,
    name="months",
    alt_text=charts.describe_months(end.months),
    note="Full colour is billed, lighter is forecast. The lines span the 80 % (thick) and 95 % (thin) bands.",
)
judged = verdict(found.scores)
if found.tried.empty:
    ui.info(judged)
    ui.halt()
ui.show_figure(
    "How far off were such forecasts?",
    charts.errors_chart(found.by_day),
    found.tried.assign(on_day=found.tried["on_day"].astype(str)),
    tables.BACK_TEST,
    name="back-test",
    alt_text=judged,
    note=f"{judged} Each forecast knew only the days whose bill was final by then.",
)
