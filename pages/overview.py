"""What was spent in the period, on what, and what changed."""

import streamlit as st

from lib import ui
from lib.answers import trends
from lib.answers.address import Choices, written
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import HEADLINES, MEASURES
from lib.periods.presets import Period
from lib.wording import summary

SPEND = MEASURES["spend"]
TOP = ("model", "api_key_id")

view = ui.current_view()
reading = ui.require(view, [s for m in HEADLINES for s in m.sources])

headlines = reading.headlines(HEADLINES)
if not any(h.change and (h.change.now or h.change.before) for h in headlines):
    ui.show_empty(view, "usage or costs", reading.any_rows(SPEND))
    ui.halt()

status = st.container()
spent = trends.of(reading, SPEND)
projects = reading.ranking(SPEND, "project_id")
movers = summary.movers_of(projects.rows, "project_id", projects.labels) if projects.compared_with else []
ui.sentence(
    summary.sentence(
        reading.change(SPEND),
        reading.compared_with,
        movers,
        unsettled=bool(spent.provisional),
        who=ui.filter_words(view.kept, reading.labels),
    )
)
ui.show_metrics(headlines, reading.compared_with)
with st.container(horizontal=True):
    ui.show_page_link("changes", "Why did it change?")
    ui.show_page_link("costs", "Who spent it?", stack="project_id")
    ui.show_page_link("anomalies", "Is anything unusual?")
    ui.show_page_link("budgets", "Where does the month end?")
    yesterday = written(Choices(Period.YESTERDAY, filters=view.kept))
    ui.show_page_link("usage", "Yesterday, hour by hour", shared=yesterday)
by_day = "What did we spend, day by day?"
ui.over_time_card(
    by_day if spent.grain == "day" else f"What did we spend, by {spent.grain}?",
    spent,
    name="spend",
    looks=True,
    value_title="Billed",
    note=ui.SETTLING if spent.provisional else None,
)
grid = st.grid(3, min_column_width=280)
rankings = {"project_id": projects} | {d: reading.ranking(SPEND, d) for d in TOP}
beside = {}
for dimension, ranking in rankings.items():
    with grid.cell():
        ui.ranking_card(
            f"Which {DIMENSIONS[dimension].plural} cost most?",
            ranking,
            name=f"top-{dimension.removesuffix('_id')}",
        )
        beside[dimension] = st.container()
ui.show_status(status, reading, beside)
