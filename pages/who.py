"""Who spent it: billed dollars by project, key, person and key owner."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import breakdown, ranking
from lib.analysis.allocation import shares
from lib.answers import spending
from lib.answers.spending import SPEND, WHOSE
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import allocation_words
from lib.wording import numbers as fmt

NOTHING = "nothing"
ALSO = ("model", "project_id", "user_id", "api_key_id")
FIRST_FEW = 15

view = ui.current_view()
with st.container(horizontal=True, vertical_alignment="bottom"):
    whose = ui.choose(
        "Whose spend", list(WHOSE), name="whose", default="project_id", words=lambda w: WHOSE[w].label
    )
    also = ui.choose(
        "Then by",
        [NOTHING, *(d for d in ALSO if d != whose)],
        name="also",
        default=NOTHING,
        words=ui.dimension_words,
    )
about = WHOSE[whose]
by = (whose,) if also == NOTHING else (whose, also)

reading = ui.require(view, [COSTS])
reading = ui.require(view, spending.sources_of(reading, by))
ui.say_left_out(reading, SPEND)
now = spending.spent(reading, by)
before = spending.spent_before(reading, by)
found = shares.spenders(now, before, whose)
if not any(found["now"]):
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()

bases = shares.by_basis(now)
if len(bases) > 1:
    for column, (basis, dollars) in zip(st.columns(len(bases)), bases.items(), strict=True):
        part = fmt.share(dollars / sum(bases.values()))
        column.metric(
            f"{allocation_words.LABELS[basis]}, {part}",
            fmt.usd(dollars, 2),
            help=allocation_words.MEANINGS[basis],
            border=True,
        )
    st.caption(allocation_words.explained(about.in_words))
else:
    st.caption(f"All of it is billed: the bill itself tells every dollar by {about.in_words}.")

labels = spending.labels_of(reading, whose, found[whose])
pick = ui.pick_of(whose, shares.nameable(labels)) if whose in DIMENSIONS else None
estimated = allocation_words.estimated(shares.allocated_share(before))
drawn = ranking.drawn(
    shares.ranked(found, whose, labels, FIRST_FEW), compared=reading.compared_with is not None
)
ui.show_figure(
    f"Which {about.plural} spent most?",
    charts.ranking_chart(
        drawn,
        unit=Unit.USD,
        value_title="Spend",
        group_title=about.label,
        previous_title=reading.compared_with or "",
    ),
    ranking.labelled(found, whose, labels, ("now",)),
    tables.spenders_columns(about, SPEND, reading.compared_with, estimated=any(found["estimated"])),
    name="who",
    alt_text=charts.describe_ranking(drawn, Unit.USD, value_title="Spend"),
    note=f"The grey mark is {reading.compared_with}{estimated}." if reading.compared_with else None,
    pick=pick,
)

if also != NOTHING:
    second = DIMENSIONS[also]
    two = breakdown.by_two(shares.parts(now), SPEND, whose, also)
    seconds = spending.labels_of(reading, also, two["second"])
    stacked = breakdown.relabelled(two, {"first": labels, "second": seconds})
    ui.show_figure(
        f"On which {second.plural}?",
        charts.stacked_chart(
            stacked,
            unit=Unit.USD,
            value_title="Spend",
            first_title=about.label,
            second_title=second.label,
        ),
        ranking.labelled(ranking.labelled(two, "first", labels), "second", seconds),
        {
            "first": tables.text_column(about.label, pinned=True),
            "second": tables.text_column(second.label),
            "value": tables.column("Spend (USD)", Unit.USD),
        },
        name="who-also",
        alt_text=charts.describe_ranking(stacked, Unit.USD, value_title="Spend", field="first"),
        pick=pick,
    )

left = shares.left_over(now)
if len(left):
    ui.show_table(
        "What could not be allocated, and why?",
        left,
        {
            "line_item": tables.text_column("Line item", pinned=True),
            "reason": tables.text_column("Why"),
            shares.MONEY: tables.column("Billed (USD)", Unit.USD),
        },
        name="not-allocated",
    )
