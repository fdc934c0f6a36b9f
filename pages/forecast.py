"""Where the month ends, what the next months cost, and how far such forecasts were off."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis.forecasting import backtest, forecast, outlook
from lib.answers import forecasts
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.periods.windows import ONE_DAY, Window
from lib.wording import forecast_words
from lib.wording import numbers as fmt

NEXT = 90
SIDES = {
    "low80": tables.column("80 %, from (USD)", Unit.USD),
    "high80": tables.column("80 %, to (USD)", Unit.USD),
    "low95": tables.column("95 %, from (USD)", Unit.USD),
    "high95": tables.column("95 %, to (USD)", Unit.USD),
}
COURSE = {
    "day": tables.Column("Day (UTC)", tables.Kind.DATE, "D MMM YYYY"),
    "state": tables.text_column("State", "Final, provisional (the bill may still change) or forecast"),
    "billed": tables.column("Billed (USD)", Unit.USD),
    "total": tables.column("Running total, forecast (USD)", Unit.USD),
    **SIDES,
}
MONTHS = {
    "month": tables.text_column("Month", pinned=True),
    "billed": tables.column("Billed so far (USD)", Unit.USD),
    "rest": tables.column("Still to come, forecast (USD)", Unit.USD),
    "forecast": tables.column("In all, forecast (USD)", Unit.USD),
    **SIDES,
}
TRIED = {
    "month": tables.Column("Month", tables.Kind.DATE, "MMM YYYY"),
    "on_day": tables.text_column("Made on day"),
    "method": tables.text_column("Method"),
    "forecast": tables.column("Forecast (USD)", Unit.USD),
    "actual": tables.column("What came (USD)", Unit.USD),
    "error": tables.change_column("Off by", "Forecast over what came, minus one"),
    "in80": tables.text_column("In the 80 % band"),
    "in95": tables.text_column("In the 95 % band"),
}

view = forecasts.view_of(ui.current_view())
reading = ui.require(view, [COSTS])
st.caption(
    f"Looks ahead from today at the bill since {fmt.day(view.window.first)}. "
    "The filters at the left count here, the dates do not."
)
ui.say_left_out(reading, forecasts.SPEND)
found = forecasts.ahead(reading)
look, known = found.outlook, found.outlook.known
if not any(known.billed.values()):
    ui.show_empty(view, "costs", reading.any_rows(forecasts.SPEND))
    ui.halt()
if not known.is_enough:
    st.info(
        f"A forecast needs the final bill of {forecast.FEWEST} days in a row; there are "
        f"{len(known.amounts)}. Take filters away, or come back when there are more."
    )
    ui.halt()

if len(known.amounts) < forecast.LEAST:
    st.info(
        f"The final bill of only {len(known.amounts)} days is known: the forecast is their average a day, "
        "and nobody can say yet how far off it is."
    )

month, last = outlook.month_of(view.today), outlook.month_before(view.today)
ends, ended = look.sum(month), look.sum(last)
quarter = look.sum(Window(view.today + ONE_DAY, view.today + (NEXT + 1) * ONE_DAY))
name = f"{month.first:%B}"
with st.grid(4, min_column_width=190):
    st.metric(
        f"{name}, forecast",
        fmt.usd(ends.forecast, 0),
        f"{fmt.change(ends.forecast, ended.forecast).replace(fmt.MINUS, '-')} on {last.first:%B}",
        delta_color="off",
        border=True,
        help=forecast_words.band_words(ends.bands),
    )
    st.metric(f"{name}, billed so far", fmt.usd(ends.billed, 0), border=True)
    st.metric(
        f"Next {NEXT} days, forecast",
        fmt.usd(quarter.forecast, 0),
        border=True,
        help=forecast_words.band_words(quarter.bands),
    )
    st.metric(f"{last.first:%B}", fmt.usd(ended.forecast, 0), border=True)
bands = forecast_words.band_words(ends.bands)
said = f"**{name} ends at about {fmt.usd(ends.forecast, 0)}, as forecast.** {bands}"
st.markdown(said.replace("$", r"\$"))

course = look.course(month)
ui.show_figure(
    f"Where does {name} end?",
    charts.course_chart(
        course, before=outlook.moved(look.course(last), month), before_title=f"{last.first:%B}"
    ),
    course,
    COURSE,
    name="month-end",
    alt_text=charts.describe_course(course),
    note="The running total of the month. Solid is billed, dashed is forecast; the shades hold what comes in "
    "80 % and 95 % of the cases, going by how earlier forecasts turned out. Days whose bill is not final "
    "count as forecast, or as billed where that is more.",
)
coming = look.months([last, month, *outlook.months_after(month.first, 3)])
ui.show_figure(
    "What do the next three months cost?",
    charts.months_chart(coming),
    coming,
    MONTHS,
    name="months",
    alt_text=charts.describe_months(coming),
    note="Full colour is billed, lighter is forecast. The lines span the 80 % (thick) and 95 % (thin) bands.",
)
verdict = forecast_words.verdict(backtest.scores(found.tried))
if found.tried.empty:
    st.info(verdict)
    ui.halt()
ui.show_figure(
    "How far off were such forecasts?",
    charts.errors_chart(backtest.by_day(found.tried)),
    found.tried.assign(on_day=found.tried["on_day"].astype(str)),
    TRIED,
    name="back-test",
    alt_text=verdict,
    note=f"{verdict} Each forecast knew only the days whose bill was final by then.",
)
