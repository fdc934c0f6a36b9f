"""A month as it was billed: by project, credits, budgets with their variance, and beside the invoice."""

from decimal import Decimal

import streamlit as st

from lib import tables, ui
from lib.answers import loading, statement, stored_data, the_bill
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import dates
from lib.wording import numbers as fmt

SPEND = statement.SPEND

today = ui.current_view().today
months = statement.months(today)
with st.container(horizontal=True, vertical_alignment="bottom"):
    month = ui.choose("Month", months, name="month", default=months[0], words=dates.month, menu=True)
    typed = ui.ask("Total of the invoice (USD)", name="invoice")
reading = ui.require(statement.view_of(ui.current_view(), month), [COSTS])
ui.about(reading.view.filters, reading.view.window)
lines = reading.ranking(SPEND, "line_item")
if not lines.any:
    ui.show_empty(reading.view, "costs", reading.any_rows(SPEND))
    ui.halt()

spend, credited = reading.change(SPEND), the_bill.credits_given(lines)
credit = sum(credited["now"], Decimal(0))
invoice = statement.dollars(typed) if typed else None
compared_with = reading.compared_with
with st.grid(4, min_column_width=190):
    ui.metric("Billed", fmt.usd(spend.now, 2))
    ui.metric("Of that, credits", fmt.usd(credit, 2))
    if compared_with:
        ui.metric(f"In {compared_with}", fmt.usd(spend.before, 2))
    if invoice is not None:
        ui.metric("Bill less invoice", fmt.usd(Decimal(spend.now) - invoice, 2))
if typed and invoice is None:
    ui.warning(f"“{typed}” is no amount. Type it like 39,703.93.")
if still_open := statement.open_days(reading):
    ui.info(f"{still_open} days of {dates.month(month)} can still change: the statement is not final.")
else:
    ui.caption(f"Every day of {dates.month(month)} is final.")

ui.ranking_table_card(
    "The bill by project",
    reading.ranking(SPEND, "project_id"),
    name=f"statement-{month}",
    note=ui.total_words(reading, SPEND),
)
budgets = tuple(loading.load_declared(reading.backend).budgets)
if budgets:
    ui.show_table(
        "What was billed against each budget?",
        statement.variances(reading, budgets),
        tables.VARIANCES,
        name=f"variance-{month}",
        note="Against the budgets as they are set now.",
    )
if len(credited):
    columns = {"line_item": tables.text_column("Line item"), "now": tables.column("Credit (USD)", Unit.USD)}
    ui.show_table("Which credits were given?", credited, columns, name=f"credits-{month}")
revised = stored_data.revisions(reading)
if len(revised):
    ui.show_table("Which days were revised?", revised, tables.REVISIONS, name=f"revisions-{month}")
ui.show_page_link("costs", "Whose dollars are they?", stack="project_id")
