"""Any measure by any one or two dimensions."""

import streamlit as st

from lib import ui
from lib.answers import instance, loading, trends
from lib.answers.exploring import columns_for
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.periods.zones import UTC
from lib.wording.zone_words import COSTS_ARE_IN_UTC

NOTHING = "nothing"
USUAL = ("spend", "requests", "input_tokens", "output_tokens")

view = ui.current_view()
with st.container(border=True):
    for_measure, for_first, for_second = st.columns(3)
    with for_measure:
        slug = ui.choose(
            "Measure",
            [m.slug for m in MEASURES.values() if m.dimensions],
            name="measure",
            default="spend",
            words=lambda m: MEASURES[m].label,
            menu=True,
        )
    measure = MEASURES[slug]
    by = loading.offered(instance.open_backend(), measure.dimensions)
    with for_first:
        first = ui.choose("By", by, name="by", default=by[0], words=ui.dimension_words, menu=True)
    with for_second:
        others = [NOTHING, *(d for d in by if d != first)]
        second = ui.choose(
            "Then by", others, name="then", default=NOTHING, words=ui.dimension_words, menu=True
        )
    ui.caption(measure.definition)

by_both = (first,) if second == NOTHING else (first, second)
can_stand_beside = columns_for(by_both, measure)
if view.window.zone != UTC:
    can_stand_beside = [slug for slug in can_stand_beside if not MEASURES[slug].is_billed]
    ui.caption(f"No column has dollars in it: {COSTS_ARE_IN_UTC}")
beside = ui.choose_several(
    "Columns",
    can_stand_beside,
    name="columns",
    default=[slug for slug in USUAL if slug in can_stand_beside],
    words=lambda m: MEASURES[m].label,
)
shown = [measure, *(MEASURES[slug] for slug in beside)]
reading = ui.require(view, [source for m in shown for source in m.sources], at_grain=True)
ui.say_left_out(reading, measure)
ranking = reading.ranking(measure, first)
if not ranking.any:
    if ranking.contradicting:
        ui.say_contradictions(ranking)
    else:
        ui.show_empty(view, measure.in_words, reading.any_rows(measure, first))
    ui.halt()

word = DIMENSIONS[first].in_words
ui.explore_card(
    f"Which {' and '.join(DIMENSIONS[d].plural for d in by_both)} lead in {measure.in_words}?",
    reading,
    by_both,
    tuple(m.slug for m in shown),
    name="table",
)
if second != NOTHING and not measure.is_ratio:
    ui.two_way_card(
        f"How does each {word} split by {DIMENSIONS[second].in_words}?",
        reading.two_way(measure, first, second),
        name="two",
        value_title=measure.label,
    )

shapes = ["lines", "side by side"] if measure.is_ratio else ["stacked", "lines", "side by side"]
shape = ui.choose("Draw over time as", shapes, name="draw", default=shapes[0], words=str.capitalize)
over_time = trends.of(reading, measure, first)
ui.over_time_card(
    f"How did {measure.in_words} change over time, by {word}?",
    over_time,
    name="over-time",
    looks=True,
    value_title=measure.label,
    shape=shape,
)
if not measure.is_ratio:
    ui.shares_cards(
        f"What share of {measure.in_words} does each {word} have?",
        reading.shares(measure, first),
        order=[over_time.labels.get(g, g) for g in over_time.groups],
        name="share",
    )
