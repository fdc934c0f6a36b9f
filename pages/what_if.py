"""What the next months would cost with other models, more batches, more cached input, more traffic."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import instance, savings_found
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.periods.windows import ONE_DAY
from lib.wording import dates
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]
MONTHS = 6

view = savings_found.view_of(ui.current_view(), instance.open_backend().settings.settle)
reading = ui.require(view, savings_found.READ)
days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
ui.caption(
    f"Everything here is an estimate: the tokens of {days}, taken for an average month, at list prices. "
    "Choose projects or keys at the left; the dates there do not count. The address of this page holds "
    "all of it: send it to show somebody what you see."
)
found = savings_found.simulated(reading)
if found.is_empty:
    ui.show_empty(view, "tokens with a list price", reading.any_rows(MEASURES["tokens"]))
    ui.halt()

board = found.months(ui.choose_moves(found), MONTHS)
now, then = sum(board["as_is"]), sum(board["then"])
with st.grid(3, min_column_width=190):
    st.metric(f"{MONTHS} months as it is (estimate)", fmt.usd(now, 0), border=True)
    st.metric(f"{MONTHS} months then (estimate)", fmt.usd(then, 0), border=True)
    st.metric("Difference (estimate)", fmt.usd(then - now, 0), border=True, help=fmt.change(then, now))
ui.show_figure(
    "What would the next months cost?",
    ui.drawn(charts.what_if_chart, board),
    board,
    {
        "month": tables.Column("Month", tables.ColumnType.DATE, "MMM YYYY"),
        "as_is": tables.column("As it is, estimate (USD)", Unit.USD),
        "then": tables.column("Then, estimate (USD)", Unit.USD),
        "difference": tables.column("Difference, estimate (USD)", Unit.USD),
    },
    name="what-if",
    alt_text=f"Spend by month: {fmt.usd(now, 0)} in {MONTHS} months as it is, {fmt.usd(then, 0)} then.",
    note="A token moved costs what the price list says of its new model, class and tier. Quality, longer "
    "answers and prices to come are not in it.",
)
