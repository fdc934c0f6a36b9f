"""What was spent in the period, on what, and what changed."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import series
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.wording import summary

SPEND = MEASURES["spend"]
HEADLINES = [MEASURES[m] for m in ("spend", "requests", "tokens", "cost_per_million", "cached_share")]
TOP = ("project_id", "model", "api_key_id")

view = ui.current_view()
reading = ui.require(view, [s for m in HEADLINES for s in m.sources])

unsettled = reading.provisional(SPEND)
headlines = reading.headlines(HEADLINES)
if not any(h.change and (h.change.now or h.change.before) for h in headlines):
    ui.show_empty(view, "usage or costs", reading.any_rows(SPEND))
    ui.halt()

projects = reading.movers(SPEND, "project_id")
who = summary.movers_of(projects, "project_id", reading.labels.apart("project_id", projects["project_id"]))
ui.sentence(summary.sentence(reading.change(SPEND), reading.compared_with, who, unsettled=bool(unsettled)))
ui.show_metrics(headlines, reading.compared_with)
ui.show_page_links(
    changes="Why did it change?",
    who="Who spent it?",
    anomalies="Is anything odd?",
    forecast="Where does the month end?",
)

spent, before = reading.over_time(SPEND), reading.before(SPEND)
marks = reading.marks(SPEND)
grain = reading.grain(SPEND)
drawn = series.drawn(spent, {series.TOTAL: SPEND.label}, unsettled)
ui.show_figure(
    "What did we spend, day by day?" if grain == "day" else f"What did we spend, by {grain}?",
    charts.time_chart(
        drawn,
        unit=SPEND.unit,
        grain=grain,
        value_title="Billed",
        comparison=reading.drawn_before(SPEND),
        comparison_title=reading.compared_with or "",
        marks=marks,
    ),
    series.marked(spent, unsettled, marks, before),
    {
        "start": tables.start_column(grain),
        "value": tables.column("Billed (USD)", SPEND.unit),
        **(
            {"before": tables.column(f"{reading.compared_with} (USD)", SPEND.unit)}
            if before is not None
            else {}
        ),
        "state": tables.text_column("State", "Provisional days can still change"),
        "marks": tables.text_column("Notes and revisions"),
    },
    name="spend",
    alt_text=charts.describe(drawn, SPEND.unit, grain=grain, value_title="Billed"),
    note="Paler days are provisional: fetched before the bill for them is final." if unsettled else None,
)

grid = st.grid(3, min_column_width=280)
for dimension in TOP:
    about = DIMENSIONS[dimension]
    movers = reading.movers(SPEND, dimension)
    with grid.cell():
        ui.ranking_card(
            f"Which {about.plural} cost most?",
            movers,
            dimension=about,
            measure=SPEND,
            labels=reading.labels.apart(dimension, movers[dimension]),
            compared_with=reading.compared_with,
            name=f"top-{dimension.removesuffix('_id')}",
            value_title="Billed",
        )
