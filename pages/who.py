"""Who spent it: billed dollars by project, key, person and key owner."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import spending
from lib.answers.allocated_spend import allocated_spend, by_two
from lib.answers.spending import SPEND, SPENDERS
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import numbers as fmt
from lib.wording.allocation_words import LABELS, MEANINGS, estimated, explained

NOTHING = "nothing"
ALSO = ("model", "project_id", "user_id", "api_key_id")
FIRST_FEW = 15

view = ui.current_view()
with st.container(horizontal=True, vertical_alignment="bottom"):
    whose = ui.choose(
        "Whose spend", list(SPENDERS), name="whose", default="project_id", words=lambda w: SPENDERS[w].label
    )
    others = [NOTHING, *(d for d in ALSO if d != whose)]
    also = ui.choose("Then by", others, name="also", default=NOTHING, words=ui.dimension_words)
about = SPENDERS[whose]
by = (whose,) if also == NOTHING else (whose, also)

reading = ui.require(view, [COSTS], asks_again=True)
reading = ui.require(view, spending.sources_of(reading, by))
ui.say_left_out(reading, SPEND)
found = allocated_spend(reading, by)
if not found.any:
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()

bases = found.by_basis
if len(bases) > 1:
    for column, (basis, dollars) in zip(st.columns(len(bases)), bases.items(), strict=True):
        part = fmt.share(dollars / sum(bases.values()))
        column.metric(f"{LABELS[basis]}, {part}", fmt.usd(dollars, 2), help=MEANINGS[basis], border=True)
    ui.caption(explained(about.in_words))
elif found.unnamed:
    what = "credits" if found.unnamed < 0 else "the bill"
    ui.caption(
        f"All of it is billed. {fmt.usd(abs(found.unnamed), 2)} of {what} belong to no {about.in_words}."
    )
else:
    ui.caption(f"All of it is billed: the bill itself tells every dollar by {about.in_words}.")

pick = ui.pick_of(whose, found.nameable) if whose in DIMENSIONS else None
compared_with = found.compared_with
drawn = found.ranked(FIRST_FEW)
ui.show_figure(
    f"Which {about.plural} spent most?",
    ui.drawn(
        charts.ranking_chart,
        drawn,
        unit=Unit.USD,
        value_title="Spend",
        group_title=about.label,
        previous_title=compared_with or "",
    ),
    found.table,
    tables.spenders_columns(about, SPEND, compared_with, estimated=found.has_estimates),
    name="who",
    alt_text=charts.describe_ranking(drawn, Unit.USD, value_title="Spend"),
    note=f"The grey mark is {compared_with}{estimated(found.allocated_before)}." if compared_with else None,
    pick=pick,
)
if also != NOTHING:
    ui.two_way_card(
        f"On which {DIMENSIONS[also].plural}?",
        by_two(reading, found, also),
        name="who-also",
        value_title="Spend",
        pick=pick,
    )
if len(found.left_over):
    ui.show_table(
        "What could not be allocated, and why?",
        found.left_over,
        {
            "line_item": tables.text_column("Line item", pinned=True),
            "reason": tables.text_column("Why"),
            "costs.cost_usd": tables.column("Billed (USD)", Unit.USD),
        },
        name="not-allocated",
    )
