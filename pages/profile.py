"""One project, one person, one key or one team: what it spends, on what, since when, and beside its peers."""

import streamlit as st

from lib import tables, ui
from lib.answers import loading, one_spender, trends
from lib.answers.address import SHORT
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES

SPEND = MEASURES["spend"]
WORDS = {"project": "Project", "user": "Person", "key": "API key", "team": "Team"}

view = ui.current_view()
reading = ui.require(view, one_spender.READ)
kinds = {SHORT[dimension]: dimension for dimension in loading.offered(reading.backend, SHORT)}
kind = ui.choose("What", list(kinds), name="kind", default="project", words=lambda k: WORDS[k])
dimension = kinds[kind]
about = DIMENSIONS[dimension]
known = one_spender.known_ids(reading, list(kinds.values()))
asked = ui.asked_for("id")
if asked and asked not in set().union(*known.values()):
    ui.warning(f"No {about.in_words} here goes by {asked}. Choose one below.")
names = one_spender.listed(reading, dimension, known[dimension])
if not names:
    if view.filters:
        ui.show_empty(view, f"known {about.plural}", reading.any_rows(SPEND))
    else:
        ui.info(f"No {about.in_words} is known yet: none is listed, and none has usage or costs.")
    ui.halt()
one = ui.choose(
    WORDS[kind], list(names), name="id", default=next(iter(names)), words=lambda i: names[i], menu=True
)

spender = one_spender.spender(reading, dimension, one)
own = spender.own
ui.about(own.view.filters, own.view.window)
ui.heading(names[one])
said = spender.about(WORDS[kind])
ui.caption(f"{said} {spender.seen}")
st.button(
    "Narrow every page to this",
    icon=":material/filter_alt:",
    on_click=ui.narrow,
    args=(dimension, one),
)
if reading.leaves_out(dimension, one):
    ui.info(f"The filters in the sidebar leave out {names[one]}; it is shown here all the same.")
if spender.unattributed:
    ui.caption(
        f"On {spender.unattributed} of these days the bill does not name {about.plural}, so spend is missing "
        f"there and cost per token is left out. Costs, stacked by {about.in_words}, allocates it by usage."
    )
if not spender.has_any:
    ui.show_empty(own.view, f"usage or costs of {names[one]}", own.any_rows(SPEND))
    ui.halt()

ui.show_metrics(spender.headlines, own.compared_with)
ui.over_time_card(
    "What was it billed for, by model?",
    trends.of(own, SPEND, "model"),
    name="trend",
    looks=True,
    value_title="Billed",
    note=spender.part_of_the_whole,
)
grid = st.grid(2, min_column_width=320)
for other in kinds.values():
    ranking = own.ranking(SPEND, other)
    if other != dimension and ranking.any:
        with grid.cell():
            ui.ranking_card(
                f"Which {DIMENSIONS[other].plural} cost most here?", ranking, name=f"by-{SHORT[other]}"
            )

ui.show_table(
    f"How does it compare with the other {about.plural}?",
    spender.peers,
    tables.peers_columns(names[one]),
    name="peers",
    note="The others: the median for sums; for ratios, the ratio of all their sums. Rank 1 is the largest.",
)
