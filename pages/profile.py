"""One project, one person or one key: what it spends, on what, since when, and beside its peers."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import peers, ranking, series
from lib.answers import data
from lib.catalog.dimensions import DIMENSIONS, UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.ui.address import SHORT
from lib.wording import profile

SPEND = MEASURES["spend"]
HEADLINES = [MEASURES[m] for m in ("spend", "requests", "tokens", "cost_per_million", "cached_share")]
COMPARED = [*HEADLINES, MEASURES["output_per_request"]]
KINDS = {SHORT[dimension]: dimension for dimension in ("project_id", "user_id", "api_key_id")}
WORDS = {"project": "Project", "user": "Person", "key": "API key"}

view = ui.current_view()
reading = ui.require(view, [s for m in COMPARED for s in m.sources])
kind = ui.choose("What", list(KINDS), name="kind", default="project", words=lambda k: WORDS[k])
dimension = KINDS[kind]
about = DIMENSIONS[dimension]
values = data.load_values(reading.backend)
known_of = {d: {*values[d], *reading.labels.known(d)} - {UNATTRIBUTED} for d in KINDS.values()}
known, asked = known_of[dimension], ui.asked_for("id")
if asked and asked not in set().union(*known_of.values()):
    st.warning(f"No {about.in_words} here goes by `{asked}`. Choose one below.")
movers = reading.movers(SPEND, dimension)
ranked = [i for i in movers[dimension] if i in known]
options = [*ranked, *sorted(known - set(ranked))]
if not options:
    ui.show_empty(view, f"known {about.plural}", reading.any_rows(SPEND))
    ui.halt()
names = reading.labels.apart(dimension, options)
one = ui.choose(
    WORDS[kind], options, name="id", default=options[0], words=lambda i: names.get(i, i), menu=True
)

name = next((n for n in reading.backend.store.names() if n.id == one and n.kind in about.named_by), None)
own, everyone = reading.narrowed(dimension, one), reading.widened(dimension)
st.header(names[one], anchor=False)
seen = profile.seen(*reading.days_of(SPEND, dimension, one))
st.caption(f"{profile.about(WORDS[kind], name, reading.labels, one)} {seen}")
st.button(
    "Narrow every page to this",
    icon=":material/filter_alt:",
    on_click=ui.narrow,
    args=(dimension, one),
)
if reading.leaves_out(dimension, one):
    st.info(f"The filters at the left leave out {names[one]}; here it is shown all the same.")
untold = data.load_untold(reading.backend, [dimension], view.window)
if untold:
    st.caption(
        f"On {len(untold)} of these days the bill does not tell {about.plural}, so spend is missing there "
        "and cost per token is left out; the page “Who” allocates it by usage."
    )
headlines = own.headlines(profile.told(HEADLINES, len(untold), view.window.days))
compared = profile.told(COMPARED, len(untold), view.window.days)
if not any(h.change and (h.change.now or h.change.before) for h in headlines):
    ui.show_empty(own.view, f"usage or costs of {names[one]}", own.any_rows(SPEND))
    ui.halt()

ui.show_metrics(headlines, reading.compared_with)
spent, groups = own.by_group(SPEND, "model")
models = own.labels.apart("model", groups)
grain = own.grain(SPEND)
drawn = series.drawn(spent, models, own.provisional(SPEND))
ui.show_figure(
    "What was it billed for, by model?",
    charts.time_chart(
        drawn,
        unit=Unit.USD,
        grain=grain,
        value_title="Billed",
        group_title="Model",
        order=[models.get(g, g) for g in groups],
        comparison=own.drawn_before(SPEND),
        comparison_title=own.compared_with or "",
        marks=own.marks(SPEND),
    ),
    series.wide(spent, groups),
    {"start": tables.start_column(grain)} | {g: tables.column(models.get(g, g), Unit.USD) for g in groups},
    name="trend",
    alt_text=charts.describe(drawn, Unit.USD, grain=grain, value_title="Billed"),
    note=profile.part_of(
        own.change(SPEND).now,
        everyone.change(SPEND).now,
        untold=bool(untold),
        filtered=bool(everyone.view.filters),
    ),
)

grid = st.grid(2, min_column_width=320)
for other in ("project_id", "user_id", "api_key_id"):
    rows = own.movers(SPEND, other)
    if other == dimension or not any(rows["now"]):
        continue
    labels = own.labels.apart(other, rows[other])
    few = ranking.drawn(ranking.ranked(rows, other, labels, most=8), compared=own.compared_with is not None)
    with grid.cell():
        ui.show_figure(
            f"By which {DIMENSIONS[other].plural}?",
            charts.ranking_chart(
                few,
                unit=Unit.USD,
                value_title="Billed",
                group_title=DIMENSIONS[other].label,
                previous_title=own.compared_with or "",
            ),
            ranking.labelled(rows, other, labels, ("now",)),
            tables.movers_columns(DIMENSIONS[other], SPEND, own.compared_with),
            name=f"by-{SHORT[other]}",
            alt_text=charts.describe_ranking(few, Unit.USD, value_title="Billed"),
            pick=ui.pick_of(other, labels),
        )

ui.show_table(
    f"How does it compare with the other {about.plural}?",
    peers.peers(everyone.parts(compared, by=(dimension,)), compared, dimension, one),
    tables.peers_columns(names[one]),
    name="peers",
    note="The others: the median of a sum, and of a ratio the ratio of all their sums. "
    "Rank 1 is the largest.",
)
