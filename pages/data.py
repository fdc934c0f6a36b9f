"""What is stored, what the API refused, what was revised, and what every number means."""

import streamlit as st

from lib import tables, ui
from lib.answers import collected, loading, stored_data
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.sources import SOURCES
from lib.periods.grains import Grain, allowed
from lib.wording.refusal_words import in_short

view = ui.current_view()
reading = ui.require(view, list(SOURCES.values()))

ui.show_table(
    "Which days are stored?",
    stored_data.covered(reading),
    tables.COVERAGE,
    name="coverage",
    note="Days of the chosen range, and the first and last day that was ever fetched.",
)
for sentence in stored_data.doubts(reading):
    ui.warning(sentence)
if lost := collected.expiring_words(reading.backend):
    ui.warning(lost)

refusals = stored_data.refused(reading)
if len(refusals):
    ui.show_table(
        "What did the API refuse, and what does it mean?",
        refusals,
        tables.REFUSALS,
        name="refusals",
    )
else:
    ui.caption("The API has refused nothing so far.")
for sentence in in_short(reading.backend.syncer.name_failures):
    ui.warning(sentence)

revisions = stored_data.revisions(reading)
if len(revisions):
    ui.show_table(
        "Which finished days changed after they were first seen?",
        revisions,
        tables.REVISIONS,
        name="revisions",
    )
else:
    ui.caption("No finished day of the chosen range has changed since it was first seen.")

ui.heading("Explore the rows")
for_source, for_grain = st.columns(2)
with for_source:
    source = SOURCES[
        ui.choose(
            "Source",
            list(SOURCES),
            name="table",
            default="completions",
            words=lambda s: SOURCES[s].label,
            menu=True,
        )
    ]
with for_grain:
    grains = [Grain.TOTAL, *(g for g in allowed(view.window.days) if g.width is Grain.DAY.width)]
    grain = Grain(
        ui.choose("Interval of the rows", grains, name="rows", default=Grain.DAY, words=str.capitalize)
    )
rows = stored_data.rows(reading, source, grain)
if not rows.total:
    ui.info(f"{source.label} has no rows for these days and filters.")
else:
    ui.show_rows(
        f"{source.label}, as stored",
        rows,
        {
            **({} if grain is Grain.TOTAL else {"start": tables.start_column(grain)}),
            **{d: tables.text_column(d) for d in source.dimensions},
            **{m.name: tables.column(m.name, m.unit, m.label) for m in source.metrics},
        },
        name=f"rows-{source.name}",
        note="Ids and field names as the API gives them.",
    )

ui.heading("What every number means")
offered = loading.offered(reading.backend, DIMENSIONS)
measures, fields = stored_data.measure_definitions(offered), stored_data.field_definitions()
ui.show_table("Measures", measures, tables.MEASURE_DEFINITIONS, name="measures")
ui.show_table("Fields", fields, tables.FIELD_DEFINITIONS, name="fields")
