"""What a customer, a document or a ticket costs: the bill over quantities that a team uploads."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import loading
from lib.answers.cost_per_unit import cost_by_team, cost_per_unit
from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import numbers as fmt

view = ui.current_view()
reading = ui.require(view, [COSTS])
quantities = loading.load_quantities(reading.backend)
names = list(dict.fromkeys(q.name for q in quantities))
ui.caption(
    "What one of anything costs: the bill, as the filters in the sidebar narrow it, over quantities that "
    "your team uploads below. Choose the project that serves them, and an interval that has quantities."
)
if not names:
    ui.info(
        "There are no quantities yet. Upload how many customers, documents or tickets there were each day."
    )
    ui.show_quantity_editor(reading.backend, "", [])
    ui.halt()

name = ui.choose("Cost of", names, name="unit", default=names[0])
held = [q for q in quantities if q.name == name]
found = cost_per_unit(reading, name, held)
grain, now = found.grain, found.now
with st.grid(3, min_column_width=190):
    ui.metric(
        "Billed per unit",
        fmt.MISSING if now is None else fmt.usd(now, 4 if now < 10 else 2),
        fmt.change(now, found.before).replace(fmt.MINUS, "-") if now and found.before else None,
        delta_color="inverse",
        help=f"All that was billed in the period over all its {name}.",
    )
    st.metric("Billed", fmt.usd(found.spend, 2), border=True)
    ui.metric(name.capitalize(), fmt.count(found.quantity))
if found.without_quantity and len(found.drawn):
    ui.caption(
        f"{found.without_quantity} of {len(found.rows)} {grain}s have no quantity. Their dollars count in "
        "the number for the whole period, and the chart leaves them out."
    )
if reading.backend.settings.is_demo and all(q.who == "Demo" for q in held):
    ui.caption("These quantities are made up, as the demo organization is. Upload your own below.")

if found.drawn.empty:
    ui.info(
        f"No {grain} of this period has a quantity of {name}. Choose another period, or upload some below."
    )
else:
    drawn = found.drawn
    ui.show_figure(
        f"What do {name} cost apiece, by {grain}?",
        ui.drawn(
            charts.time_chart, drawn, unit=Unit.USD, grain=grain, value_title="Billed per unit", kind="lines"
        ),
        found.rows,
        {
            "start": tables.start_column(grain),
            "spend": tables.column("Billed (USD)", Unit.USD),
            "quantity": tables.Column("Quantity", tables.ColumnType.NUMBER, "localized"),
            "cost": tables.small_dollars_column("Billed per unit (USD)", 4),
        },
        name="unit-costs",
        alt_text=f"Billed per unit of {name}, by {grain}: {fmt.usd(drawn['value'].iloc[0])} at first, "
        f"{fmt.usd(drawn['value'].iloc[-1])} at last.",
    )
if loading.offered(reading.backend, [TEAM]) and found.spend:
    ui.show_table(
        f"Which team's dollars are in the cost of {name}?",
        cost_by_team(reading, found.quantity),
        {
            "group": tables.text_column("Team", pinned=True),
            "spend": tables.column("Billed (USD)", Unit.USD),
            "cost": tables.small_dollars_column("Billed per unit (USD)", 4),
        },
        name="teams",
        note=f"What each team was billed, over all {name} of the period. Filter by a team to see its cost "
        "over time.",
    )
ui.show_quantity_editor(reading.backend, name, [q for q in held if q.who != "Demo"])
