"""What changed between two periods: who, why, and what came or went."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import contributions, price_volume_mix, ranking
from lib.answers import data
from lib.answers.reading import Headline
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.wording import change_story, price_volume_mix_words, summary, turnover_words

SPEND = MEASURES["spend"]
SPLITS = ("project_id", "model", "api_key_id", "user_id", "line_item", "token_class")
TOLD = ("project_id", "api_key_id", "user_id", "model")

view = ui.current_view()
reading = ui.require(view, [COSTS])
ui.say_left_out(reading, SPEND)
window, other = view.window, view.compared
if other is None:
    st.info("A change needs two periods. Choose what to compare with under “Compare with”, at the left.")
    ui.halt()
spend = reading.change(SPEND)
if not spend.now and not spend.before:
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()

split = ui.choose("Explain by", SPLITS, name="explain", default=SPLITS[0], words=ui.dimension_words)
about = DIMENSIONS[split]
now, before = (change_story.days_of(w, data.load_states(reading.backend, COSTS, w)) for w in (window, other))
movers = reading.movers(SPEND, split)
labels = reading.labels.apart(split, movers[split])
billed = [
    reading.parts(price_volume_mix.BILLED, w, by=tuple(dict.fromkeys((split, "line_item"))))
    for w in (window, other)
]
whole = price_volume_mix.whole(*billed)
came = {d: reading.comings(SPEND, d, other) for d in TOLD}
names = {d: reading.labels.apart(d, frame[d]) for d, frame in came.items()}
caution = change_story.caution(now, before)

ui.show_metrics([Headline(SPEND, spend, [])], reading.compared_with)
if caution:
    st.warning(caution, icon=":material/schedule:")
with st.container(border=True):
    st.subheader("The change in words", anchor=False)
    st.code(
        change_story.paragraph(
            change_story.total(spend, now, before, change_story.only(view.filters, reading.labels)),
            change_story.who(summary.movers_of(movers, split, labels), about),
            change_story.why(whole),
            change_story.came(came, names, filtered=bool(view.filters)),
            caution,
        ),
        language=None,
        wrap_lines=True,
    )
    st.caption("Ready to be copied into a mail. Every number in it stands in a figure on this page.")

STEPS = "Each bar begins where the one above it ends: ▲ added to the bill, ▼ took away from it. "
for name, question, steps, note in (
    (
        "who",
        f"Which {about.plural} changed the bill?",
        contributions.largest(movers, split, labels),
        "Together the steps are exactly the change.",
    ),
    (
        "why",
        "Was it more use, another mix, or other prices?",
        price_volume_mix_words.contributions(whole),
        price_volume_mix_words.METHOD,
    ),
):
    frame = contributions.waterfall((before.words, spend.before), steps, now.words)
    title = about.label if name == "who" else "Cause"
    ui.show_figure(
        question,
        charts.waterfall_chart(frame, unit=Unit.USD, value_title="Billed", group_title=title),
        frame,
        tables.steps_columns(title),
        name=name,
        alt_text=charts.describe_waterfall(frame, Unit.USD, value_title="Billed"),
        note=STEPS + note,
        pick=ui.pick_of(split, labels) if name == "who" else None,
    )

ui.show_table(
    f"Why did each {about.in_words} change?",
    ranking.labelled(price_volume_mix.by_group(*billed, split), split, labels),
    tables.price_volume_mix_columns(about, price_volume_mix_words.COLUMNS),
    name="effects",
    note="The same split for each row by itself, so a shift from one row to another is volume here. "
    "“Mix, all” is the sum of the mix columns.",
    pick=ui.pick_of(split, labels),
)

stored = reading.stored_before()
late = {d: day for d in TOLD if (day := reading.known_from(d)) and day > other.first}
st.subheader("What came and what went?", anchor=False)
st.caption(
    turnover_words.known_words(stored, late)
    + (" Only what the filters keep is counted." if view.filters else "")
)
for dimension, frame in came.items():
    if len(frame):
        ui.show_table(
            f"{DIMENSIONS[dimension].label}: {turnover_words.counted(frame)}",
            ranking.labelled(frame, dimension, names[dimension]),
            tables.turnover_columns(DIMENSIONS[dimension]),
            name=f"comings-{dimension.removesuffix('_id')}",
            pick=ui.pick_of(dimension, names[dimension]),
        )
if not any(map(len, came.values())):
    st.caption("Nothing is known to have come or gone.")
