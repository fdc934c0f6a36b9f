"""Where the month ends, what the next months cost, and how far such forecasts were off."""

from lib import ui
from lib.answers import forecasts, loading
from lib.answers.forecasts import FEWEST_DAYS
from lib.catalog.sources import COSTS
from lib.wording import dates
from lib.wording.forecast_words import verdict

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
ui.show_month_end(end)
ui.month_end_card(end)
ui.next_months_card(end)
judged = verdict(found.scores)
if found.tried.empty:
    ui.info(judged)
    ui.halt()
ui.back_test_card(found, judged)
