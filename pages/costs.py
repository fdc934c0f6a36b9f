"""The bill: what was charged for each day, and what a million tokens really cost."""

import streamlit as st

from lib import charts, tables, ui
from lib.analysis import breakdown, prices, ranking, series
from lib.answers import data
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit

SPEND = MEASURES["spend"]
USED = [MEASURES[m] for m in (*prices.TOKENS_OF.values(), "embedding_tokens")]
STACKS = ("line_item", "project_id", "api_key_id", "user_id", "model", "token_class")
USD = "Billed (USD)"

view = ui.current_view()
reading = ui.require(view, [COSTS, *(s for m in USED for s in m.sources)])
ui.say_left_out(reading, SPEND)
movers = reading.movers(SPEND, "line_item")
if not any(movers["now"]):
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()

stack = ui.choose("Stack by", STACKS, name="stack", default="line_item", words=ui.dimension_words)
about, grain = DIMENSIONS[stack], reading.grain(SPEND)
unsettled = reading.provisional(SPEND)
spent, groups = reading.by_group(SPEND, stack)
stacked = reading.movers(SPEND, stack)
labels = reading.labels.apart(stack, stacked[stack])
drawn = series.drawn(spent, labels, unsettled)
ui.show_figure(
    f"What were we billed for, by {about.in_words}?",
    charts.time_chart(
        drawn,
        unit=Unit.USD,
        grain=grain,
        value_title="Billed",
        group_title=about.label,
        order=[labels.get(g, g) for g in groups],
        comparison=reading.drawn_before(SPEND),
        comparison_title=reading.compared_with or "",
        marks=reading.marks(SPEND),
    ),
    series.wide(spent, groups),
    {"start": tables.start_column(grain)} | {g: tables.column(labels.get(g, g), Unit.USD) for g in groups},
    name="billed",
    alt_text=charts.describe(drawn, Unit.USD, grain=grain, value_title="Billed"),
    note="Paler days are provisional: fetched before the bill for them is final." if unsettled else None,
    pick=ui.pick_of(stack, labels),
)
ui.show_table(
    f"The bill by {about.in_words}",
    ranking.labelled(stacked, stack, labels, ("now",)),
    tables.movers_columns(about, SPEND, reading.compared_with),
    name="bill",
    note=ui.total_words(reading, SPEND),
    pick=ui.pick_of(stack, labels),
)
ui.show_ways(
    who="Whose bill is it?",
    ledgers="Why does the bill differ from list prices?",
    budgets="Do the budgets hold?",
)

billed = reading.parts([SPEND], by=("model", "token_class"))
by_class = breakdown.by_two(reading.split(SPEND, ("model", "token_class")), SPEND, "model", "token_class")
models = reading.labels.apart("model", by_class["first"])
ring = breakdown.relabelled(by_class, {"first": models, "second": {}})
left, right = st.columns(2)
with left:
    ui.show_figure(
        "Which models, and which kind of token, cost most?",
        charts.stacked_chart(
            ring, unit=Unit.USD, value_title="Billed", first_title="Model", second_title="Token class"
        ),
        ranking.labelled(by_class, "first", models),
        {
            "first": tables.text_column("Model", pinned=True),
            "second": tables.text_column("Token class"),
            "value": tables.column(USD, Unit.USD),
        },
        name="models",
        alt_text=charts.describe_ranking(ring, Unit.USD, value_title="Billed", field="first"),
        note="Read from the line items; what bills no tokens is “other”.",
        pick=ui.pick_of("model", models),
    )
with right:
    effective = prices.effective_prices(billed, reading.parts(USED, by=("model",)))
    ui.show_table(
        "What did a million tokens really cost?",
        effective,
        {
            "model": tables.text_column("Model", pinned=True),
            "token_class": tables.text_column("Token class"),
            "billed": tables.column(USD, Unit.USD),
            "tokens": tables.column("Tokens used", Unit.TOKENS),
            "per_million": tables.column("USD per 1M tokens", Unit.USD_PER_MILLION),
        },
        name="effective-prices",
        note="Billed dollars over tokens that usage reports for the model, every tier together.",
        pick=ui.pick_of("model", models),
    )

credits_given = prices.credits_of(movers)
if len(credits_given):
    ui.show_table(
        "Which credits were given?",
        credits_given,
        {"line_item": tables.text_column("Line item"), "now": tables.column("Credit (USD)", Unit.USD)},
        name="credits",
        note="Negative amounts on the bill. They are part of every total above.",
    )
foreign = data.load_other_currencies(reading.backend, view.window)
if len(foreign):
    ui.show_table(
        "What was billed in other currencies?",
        foreign,
        {
            "currency": tables.text_column("Currency"),
            "line_item": tables.text_column("Line item"),
            "amount": tables.column("Amount", Unit.AS_LINE_ITEM),
        },
        name="other-currencies",
        note="Set apart, whatever the filters: never added to dollars.",
    )
