"""A month as it was billed: by project, credits, budgets with their variance, and beside the invoice."""

from decimal import Decimal

import streamlit as st

from lib import tables, ui
from lib.answers import budget_months, loading, statement, stored_data, team_costs, the_bill
from lib.catalog.dimensions import TEAM
from lib.catalog.sources import COSTS
from lib.periods.presets import month_window
from lib.wording import dates, statement_words, team_words
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

name, backend = dates.month(month), reading.backend
spend, credited = reading.change(SPEND), the_bill.credits_given(lines)
named = statement.named_share(reading.ranking(SPEND, "api_key_id"))
standing = statement.standing(backend.store.statement_checks(), month)
asked = statement.dollars(typed) if typed else None
invoice = standing.invoice if asked is None else asked
numbers = statement.numbers(reading)
if named is not None:
    numbers["With a named key"] = fmt.share(named)
if invoice is not None:
    numbers |= {"Invoice": fmt.usd(invoice, 2), "Bill less invoice": fmt.usd(Decimal(spend.now) - invoice, 2)}
with st.grid(len(numbers), min_column_width=170):
    for label, number in numbers.items():
        ui.metric(label, number)
if typed and asked is None:
    ui.warning(f"“{typed}” is not an amount. Type it like 39,703.93.")
if still_open := statement.open_days(reading):
    state = f"{fmt.counted(still_open, 'day')} of {name} can still change: the statement is not final."
    ui.info(state)
else:
    state = f"Every day of {name} is final."
    ui.caption(state)
revised = stored_data.revisions(reading)
kept = statement.standing_words(standing, revised)
ui.show_standing(backend, standing, asked, kept)

projects = reading.ranking(SPEND, "project_id")
ui.ranking_table_card(
    "What did each project cost?", projects, name=f"statement-{month}", note=ui.total_words(reading, SPEND)
)
teams = reading.ranking(SPEND, TEAM) if loading.offered(backend, [TEAM]) else None
if teams:
    ui.ranking_table_card("What did each team cost?", teams, name=f"statement-teams-{month}")
if costs := team_costs.team_costs(reading):
    ui.show_table(
        "What did each team cost, shared costs split?",
        costs.rows,
        tables.TEAM_COSTS,
        name=f"statement-shared-{month}",
        note=team_words.split(costs.pools),
    )
budgets = budget_months.declarations(backend).held_in(month_window(month), today)
variances = statement.variances(reading, budgets)
if budgets:
    ui.show_table(
        "What was billed against each budget?",
        variances,
        tables.VARIANCES,
        name=f"variance-{month}",
        note="Against the budget that held at the end of the month, or the first one after.",
    )
if len(credited):
    ui.show_table("Which credits were given?", credited, tables.CREDITS_GIVEN, name=f"credits-{month}")
if len(revised):
    ui.show_table("Which days were revised?", revised, tables.REVISIONS, name=f"revisions-{month}")
ui.show_page_link("costs", "Whose dollars are they?", stack="project_id")
ui.show_print_sheet(
    f"Statement of {name}",
    [f"Billed by OpenAI, in US dollars, days in UTC. {state}", *statement_words.printed(numbers), *kept],
    [
        tables.PrintedTable("By project", statement.by_label(projects), tables.BILLED_BY_PROJECT),
        *(
            [tables.PrintedTable("By team", statement.by_label(teams), tables.BILLED_BY_TEAM)]
            if teams and not costs
            else []
        ),
        *([tables.PrintedTable("With shared costs split", costs.rows, tables.TEAM_COSTS)] if costs else []),
        tables.PrintedTable("Against budgets", variances, tables.VARIANCES),
        tables.PrintedTable("Credits", credited, tables.CREDITS_GIVEN),
        tables.PrintedTable("Revised days", revised, tables.REVISIONS),
    ],
)
