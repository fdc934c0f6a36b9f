"""Any measure by any one or two dimensions."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import breakdown, ranking, series
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.wording.numbers import titled

NOTHING = "nothing"

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
    with for_first:
        first = ui.choose(
            "By",
            measure.dimensions,
            name="by",
            default=measure.dimensions[0],
            words=ui.dimension_words,
            menu=True,
        )
    with for_second:
        second = ui.choose(
            "Then by",
            [NOTHING, *(d for d in measure.dimensions if d != first)],
            name="then",
            default=NOTHING,
            words=ui.dimension_words,
            menu=True,
        )
    st.caption(measure.definition)

reading = ui.require(view, measure.sources, at_grain=True)
ui.say_left_out(reading, measure)
parts = reading.split(measure, (first,))
movers = reading.movers(measure, first)
if not any(movers["now"]):
    ui.show_empty(view, measure.in_words, reading.any_rows(measure, first))
    ui.halt()

label, word = DIMENSIONS[first].label, DIMENSIONS[first].in_words
labels = reading.labels.apart(first, movers[first])
pick = ui.pick_of(first, labels)
grain = reading.grain(measure)
value = tables.column(titled(measure.label, measure.unit), measure.unit, measure.definition)

if second != NOTHING and not measure.is_ratio:
    two = breakdown.by_two(reading.split(measure, (first, second)), measure, first, second)
    seconds = reading.labels.apart(second, two["second"])
    drawn = breakdown.relabelled(two, {"first": labels, "second": seconds})
    ui.show_figure(
        f"Which {DIMENSIONS[second].plural} are in which {DIMENSIONS[first].plural}?",
        charts.stacked_chart(
            drawn,
            unit=measure.unit,
            value_title=measure.label,
            first_title=label,
            second_title=DIMENSIONS[second].label,
        ),
        ranking.labelled(ranking.labelled(two, "first", labels), "second", seconds),
        {
            "first": tables.text_column(label, pinned=True),
            "second": tables.text_column(DIMENSIONS[second].label),
            "value": value,
        },
        name="two",
        alt_text=charts.describe_ranking(drawn, measure.unit, value_title=measure.label, field="first"),
        pick=pick,
    )

over_time, groups = reading.by_group(measure, first)
order = [labels.get(g, g) for g in groups]
drawn = series.drawn(over_time, labels, reading.provisional(measure))
options = {"unit": measure.unit, "grain": grain, "value_title": measure.label, "order": order}
shapes = ["lines", "side by side"] if measure.is_ratio else ["stacked", "lines", "side by side"]
shape = ui.choose("Draw over time as", shapes, name="draw", default=shapes[0], words=str.capitalize)
over_time_charts = (
    charts.multiples_charts(drawn, **options)
    if shape == "side by side"
    else charts.time_chart(
        drawn,
        kind="bars" if shape == "stacked" else "lines",
        group_title=label,
        marks=reading.marks(measure),
        **options,
    )
)
ui.show_figure(
    f"How did {measure.in_words} by {word} develop?",
    over_time_charts,
    series.wide(over_time, groups),
    {"start": tables.start_column(grain)}
    | {g: tables.column(labels.get(g, g), measure.unit) for g in groups},
    name="over-time",
    alt_text=charts.describe(drawn, measure.unit, grain=grain, value_title=measure.label),
    pick=pick,
)

if not measure.is_ratio:
    whole = breakdown.shares(parts, measure, first, days=view.window.days)
    rest = breakdown.others(parts, measure, first, days=view.window.days)
    columns = {
        "group": tables.text_column(label, pinned=True),
        "value": value,
        "share": tables.column("Share", Unit.SHARE),
    }
    left, right = st.columns(2)
    with left:
        ring = breakdown.relabelled(whole, {"group": labels})
        ui.show_figure(
            f"Who has which share of {measure.in_words}?",
            charts.donut_chart(
                ring, unit=measure.unit, value_title=measure.label, group_title=label, order=order
            ),
            ranking.labelled(whole, "group", labels),
            columns,
            name="share",
            alt_text=charts.describe_ranking(ring, measure.unit, value_title=measure.label),
            note="Everything below 5% of the whole is in Other.",
            pick=pick,
        )
    with right:
        ui.show_table(
            "What is in Other?",
            ranking.labelled(rest, "group", labels),
            columns,
            name="other",
            note=None if len(rest) else "Nothing: every part is at least 5% of the whole.",
            pick=pick,
        )

ui.show_table(
    f"{measure.label} by {word}, in numbers",
    ranking.labelled(movers, first, labels, () if measure.is_ratio else ("now",)),
    tables.movers_columns(DIMENSIONS[first], measure, reading.compared_with),
    name="table",
    note=ui.total_words(reading, measure),
    pick=pick,
)
