"""What a customer, a document or a ticket costs: the bill over quantities that a team uploads."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import unit_costs
from lib.answers import data
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]

view = ui.current_view()
reading = ui.require(view, [COSTS])
backend = reading.backend
quantities = data.load_quantities(backend)
names = list(dict.fromkeys(q.name for q in quantities))
st.caption(
    "What one of anything costs: the bill, as the filters at the left narrow it, over quantities that your "
    "team uploads below. Choose the project that serves them, and a grain for which there are quantities."
)
if not names:
    st.info(
        "There are no quantities yet. Upload how many customers, documents or tickets there were each day."
    )
    ui.show_quantity_editor(backend, "", [])
    ui.halt()

name = ui.choose("Cost of", names, name="unit", default=names[0])
held = [q for q in quantities if q.name == name]
counted = unit_costs.of(held, name)
grain = reading.grain(SPEND)
costs = unit_costs.over_time(reading.over_time(SPEND), counted, grain, view.window)
drawn = unit_costs.drawn(costs, name, reading.provisional(SPEND))
missing = len(costs) - len(drawn)
spend = reading.change(SPEND)
quantity = unit_costs.within(counted, view.window)
before = unit_costs.within(counted, view.compared) if view.compared else unit_costs.NOTHING
now, then = unit_costs.unit_cost(spend.now, quantity), unit_costs.unit_cost(spend.before, before)
with st.grid(3, min_column_width=190):
    st.metric(
        "Billed per unit",
        fmt.MISSING if now is None else fmt.usd(now, 4 if now < 10 else 2),
        fmt.change(now, then).replace(fmt.MINUS, "-") if now is not None and then is not None else None,
        delta_color="inverse",
        border=True,
        help=f"All that was billed in the period over all its {name}.",
    )
    st.metric("Billed", fmt.usd(spend.now, 2), border=True)
    st.metric(name.capitalize(), fmt.count(quantity), border=True)
if missing and len(drawn):
    st.caption(
        f"{missing} of {len(costs)} {grain}s have no quantity. Their dollars count in the number for the "
        "whole period, and the chart leaves them out."
    )
if backend.settings.is_demo and all(q.who == "Demo" for q in held):
    st.caption("These quantities are made up, as the demo organization is. Upload your own below.")

if drawn.empty:
    st.info(
        f"No {grain} of this period has a quantity of {name}. Choose another period, or upload some below."
    )
else:
    ui.show_figure(
        f"What do {name} cost apiece, by {grain}?",
        charts.time_chart(drawn, unit=Unit.USD, grain=grain, value_title="Billed per unit", kind="lines"),
        costs,
        {
            "start": tables.start_column(grain),
            "spend": tables.column("Billed (USD)", Unit.USD),
            "quantity": tables.Column("Quantity", tables.Kind.NUMBER, "localized"),
            "cost": tables.Column("Billed per unit (USD)", tables.Kind.NUMBER, "$%.4f"),
        },
        name="unit-costs",
        alt_text=f"Billed per unit of {name}, by {grain}: {fmt.usd(drawn['value'].iloc[0])} at first, "
        f"{fmt.usd(drawn['value'].iloc[-1])} at last.",
    )
ui.show_quantity_editor(backend, name, [q for q in held if q.who != "Demo"])
