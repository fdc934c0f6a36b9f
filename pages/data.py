"""What is stored, what the API refused, what was revised, and what every number means."""

import streamlit as st

from lib import tables, ui
from lib.analysis import inventory
from lib.answers import data
from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit
from lib.engine.question import Question
from lib.periods.grains import Grain, allowed
from lib.tables.columns import Column, Kind

view = ui.current_view()
reading = ui.require(view, list(SOURCES.values()))
store = reading.backend.store
days = {"first": "First day", "last": "Last day"}
moment = {"kind": Kind.TIME, "format": "D MMM YYYY, HH:mm"}

ui.show_table(
    "Which days are stored?",
    inventory.covered(
        {s.name: data.load_states(reading.backend, s, view.window) for s in SOURCES.values()},
        {s.name: store.coverage(s, Grain.DAY.width) for s in SOURCES.values()},
    ),
    {
        "source": tables.text_column("Source", pinned=True),
        "settled": tables.column(
            "Settled days", Unit.CALLS, "Fetched long enough after their end to be final"
        ),
        "provisional": tables.column("Provisional days", Unit.CALLS, "Fetched again when they grow old"),
        "missing": tables.column("Missing days", Unit.CALLS, "Not in the store"),
        **{name: Column(f"{label} ever", Kind.DATE, "D MMM YYYY") for name, label in days.items()},
        "fetched_at": Column("Last fetched (UTC)", **moment),
    },
    name="coverage",
    note="Days of the chosen range, and the first and last day that was ever fetched.",
)

refusals = inventory.refused(store.refusals())
if len(refusals):
    ui.show_table(
        "What did the API refuse, and what does it mean?",
        refusals,
        {
            "source": tables.text_column("Source", pinned=True),
            "meaning": tables.text_column("What it means"),
            "said": tables.text_column("What the API said"),
            "learned_at": Column("Learned (UTC)", **moment),
        },
        name="refusals",
    )
else:
    st.caption("The API has refused nothing so far.")
for sentence in reading.backend.syncer.name_failures:
    st.warning(sentence)

revisions = data.load_revisions(reading.backend, view.window)
if len(revisions):
    ui.show_table(
        "Which finished days changed after they were first seen?",
        revisions,
        {
            "source": tables.text_column("Source", pinned=True),
            "width": tables.text_column("Buckets"),
            "day": Column("Day (UTC)", Kind.DATE, "D MMM YYYY"),
            "metric": tables.text_column("Metric"),
            "old": tables.column("Before", Unit.AS_LINE_ITEM),
            "new": tables.column("After", Unit.AS_LINE_ITEM),
            "first_fetched_at": Column("First fetched (UTC)", **moment),
            "seen_at": Column("Seen (UTC)", **moment),
        },
        name="revisions",
    )
else:
    st.caption("No finished day of the chosen range has changed since it was first seen.")

st.header("Explore the rows", anchor=False)
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
        ui.choose("Grain of the rows", grains, name="rows", default=Grain.DAY, words=str.capitalize)
    )
filters = view.filters.only(source.groupable)
question = Question(source.name, view.window, grain, source.dimensions, source.metric_names, filters)
rows = data.load_frame(reading.backend, question)
if not len(rows):
    st.info(f"{source.label} has no rows for these days and filters.")
else:
    ui.show_table(
        f"{source.label}, as stored",
        rows,
        {
            **({} if grain is Grain.TOTAL else {"start": tables.start_column(grain)}),
            **{d: tables.text_column(d) for d in source.dimensions},
            **{m.name: tables.column(m.name, m.unit, m.label) for m in source.metrics},
        },
        name=f"rows-{source.name}",
        note=f"{len(rows):,} rows, ids and field names as the API gives them.",
        height=420,
    )

st.header("What every number means", anchor=False)
ui.show_table(
    "Measures",
    inventory.measure_definitions(),
    {
        "measure": tables.text_column("Measure", pinned=True),
        "unit": tables.text_column("Unit"),
        "definition": tables.text_column("Definition"),
        "computed": tables.text_column("Computed from"),
        "by": tables.text_column("Can be broken down by"),
    },
    name="measures",
)
ui.show_table(
    "Fields",
    inventory.field_definitions(),
    {
        "source": tables.text_column("Source", pinned=True),
        "path": tables.text_column("Endpoint"),
        "field": tables.text_column("Field"),
        "label": tables.text_column("Meaning"),
        "unit": tables.text_column("Unit"),
        "part_of": tables.text_column("Included in", "Never added to it"),
    },
    name="fields",
)
