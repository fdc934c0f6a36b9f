"""What changed between two periods: who, why, and what is new, back or gone."""

import streamlit as st

from lib import tables, ui
from lib.answers import loading
from lib.answers.period_change import SPLITS, period_change
from lib.answers.results import Headline
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.wording.price_volume_mix_words import COLUMNS, METHOD
from lib.wording.turnover_words import counted, known_words

SPEND = MEASURES["spend"]
STEPS = "Each bar begins where the one above it ends: ▲ added to the bill, ▼ took away from it."

view = ui.current_view()
reading = ui.require(view, [COSTS])
ui.say_left_out(reading, SPEND)
if view.compared is None:
    ui.info("A change needs two periods. Choose what to compare with under “Compare with” in the sidebar.")
    ui.halt()
spend = reading.change(SPEND)
if not spend.now and not spend.before:
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()

splits = loading.offered(reading.backend, SPLITS)
split = ui.choose("Explain by", splits, name="explain", default=splits[0], words=ui.dimension_words)
found = period_change(reading, split)
if found is None:
    ui.info("A change is shown once every day of both periods is known. Choose days that are.")
    ui.halt()
about, labels = DIMENSIONS[split], found.ranking.labels
ui.show_metrics([Headline(SPEND, found.spend, [])], reading.compared_with)
if found.caution:
    ui.warning(found.caution, icon=":material/schedule:")
with st.container(border=True):
    ui.subheading("The change in words")
    st.code(found.story, language=None, wrap_lines=True)
    ui.caption("Every number here is in a figure on this page, too.")

if found.ranking.compared_with is None:
    ui.info(f"The bill does not name {about.plural} for all of these days, so what changed it is not known.")
else:
    ui.waterfall_card(
        f"Which {about.plural} changed the bill?",
        found.steps,
        tables.steps_columns(about.label),
        title=about.label,
        value_title="Billed",
        name="who",
        note=f"{STEPS} Together the steps are exactly the change.",
        pick=ui.pick_of(split, labels),
    )
ui.waterfall_card(
    "Was it more use, another mix, or other prices?",
    found.causes,
    tables.steps_columns("Cause"),
    title="Cause",
    value_title="Billed",
    name="why",
    note=f"{STEPS} {METHOD}",
)

ui.show_table(
    f"Why did each {about.in_words} change?",
    found.effects,
    tables.price_volume_mix_columns(about, COLUMNS),
    name="effects",
    note="The same split for each row by itself, so a shift from one row to another is volume here. "
    "“Mix, all” is the sum of the mix columns.",
    pick=ui.pick_of(split, labels),
)

ui.heading("What is new, and what is gone?")
ui.caption(
    known_words(found.stored, found.late)
    + (" Only what the filters keep is counted." if view.filters else "")
)
for dimension, rows in found.turnover.items():
    if len(rows):
        ui.show_table(
            f"{DIMENSIONS[dimension].label}: {counted(rows)}",
            ui.named(rows, dimension, found.names[dimension]),
            tables.turnover_columns(DIMENSIONS[dimension]),
            name=f"turnover-{dimension.removesuffix('_id')}",
            pick=ui.pick_of(dimension, found.names[dimension]),
        )
if not any(map(len, found.turnover.values())):
    ui.caption("Nothing is new and nothing is gone, as far as is known.")
