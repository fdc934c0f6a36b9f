"""Teams: what each rule matched, what rules compete for, what nobody has, what another file would move."""

from decimal import Decimal

import streamlit as st

from lib import tables, ui
from lib.access.rules import Role
from lib.answers import statement, team_costs, team_rules
from lib.catalog.sources import COSTS
from lib.ui.identity import may
from lib.wording import dates, team_words
from lib.wording import numbers as fmt

SPEND = statement.SPEND

view = ui.current_view()
months = statement.months(view.today)
month = ui.choose("Month", months, name="month", default=months[0], words=dates.month, menu=True)
reading = ui.require(statement.view_of(view, month), [COSTS])
ui.about(reading.view.filters, reading.view.window)
declared = team_rules.declared(reading)
if declared is not None and reading.backend.store.projects is not None:
    ui.info("The rules are about the whole organization, of which you see a part. Your own are on Costs.")
    ui.halt()

for problem in declared.problems if declared else ():
    ui.warning(problem)
if declared and declared.problems:
    ui.info(team_words.NOT_USED)
elif declared is None or not declared.teams:
    ui.info(team_words.ABSENT)
else:
    nobodys = team_rules.without_team(reading)
    unclaimed = sum((amount for amount in nobodys["billed"] if amount > 0), Decimal(0))
    whole = Decimal(reading.change(SPEND).now)
    with st.grid(3, min_column_width=170):
        ui.metric("Teams", str(len(declared.teams)))
        ui.metric("Billed", fmt.usd(whole, 2))
        ui.metric("With no team", fmt.usd(unclaimed, 2), help="Credits are left aside.")
    costs = team_costs.team_costs(reading)
    if costs is None:
        ui.ranking_table_card(
            "What did each team spend?",
            reading.ranking(SPEND, "team"),
            name="team-spend",
            note=ui.total_words(reading, SPEND),
        )
    else:
        ui.show_table(
            "What did each team cost, shared costs split?",
            costs.rows,
            tables.TEAM_COSTS,
            name="team-costs",
            note=team_words.split(costs.pools),
        )
        ui.show_table("How were shared costs split?", costs.pools, tables.SHARED_COSTS, name="shared-costs")
    ui.show_table(
        "What did each rule match?",
        team_rules.rules_matched(reading, declared),
        tables.TEAM_RULES,
        name="team-rules",
        note="In the order of the file. A key goes before a user and a user before a project.",
    )
    competing = team_rules.competing(reading, declared)
    if len(competing):
        ui.show_table(
            "What do rules of two teams match?",
            competing,
            tables.COMPETING_RULES,
            name="team-competing",
            note="On days on which both rules hold, the first one of the file gets it.",
        )
    if len(nobodys):
        ui.show_table("What belongs to no team?", nobodys, tables.WITHOUT_TEAM, name="no-team")
if may(Role.EDITOR):
    ui.show_team_preview(reading)
