"""The bill: what was charged for each day, and what a million tokens really cost."""

import streamlit as st

from lib import tables, ui
from lib.answers import loading, the_bill, trends
from lib.answers.spending import SPENDERS
from lib.catalog.dimensions import DIMENSIONS, ORGANIZATION
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit

SPEND = MEASURES["spend"]
STACKS = (
    "line_item",
    "project_id",
    "api_key_id",
    "user_id",
    "owner",
    "model",
    "token_class",
    "team",
    ORGANIZATION,
)

view = ui.current_view()
reading = ui.require(view, the_bill.READ)
ui.say_left_out(reading, SPEND)
lines = reading.ranking(SPEND, "line_item")
if not lines.any:
    ui.show_empty(view, "costs", reading.any_rows(SPEND))
    ui.halt()


def stack_words(dimension: str) -> str:
    return SPENDERS[dimension].label if dimension in SPENDERS else ui.dimension_words(dimension)


stacks = loading.offered(reading.backend, STACKS)
stack = ui.choose("Stack by", stacks, name="stack", default="line_item", words=stack_words)
if stack in DIMENSIONS:
    in_words = DIMENSIONS[stack].in_words
    spent = trends.of(reading, SPEND, stack)
    ui.over_time_card(
        f"What were we billed for, by {in_words}?",
        spent,
        name="billed",
        looks=True,
        value_title="Billed",
        note=ui.SETTLING if spent.provisional else None,
    )
    ui.ranking_table_card(
        f"What did each {in_words} cost?",
        reading.ranking(SPEND, stack),
        name="bill",
        note=ui.total_words(reading, SPEND),
    )
ui.show_page_links(
    reconciliation="Why does the bill differ from list prices?", budgets="Do the budgets hold?"
)
if stack in SPENDERS:
    ui.heading(f"Whose dollars are they, by {SPENDERS[stack].in_words}?")
    ui.show_allocation(view, stack)
    ui.heading("What did models cost?")

by_class = reading.two_way(SPEND, "model", "token_class")
left, right = st.columns(2)
with left:
    ui.two_way_card(
        "Which models and kinds of tokens cost most?",
        by_class,
        name="models",
        value_title="Billed",
        note="Read from the line items; what bills no tokens is “other”.",
    )
with right:
    ui.show_table(
        "What did a million tokens really cost?",
        the_bill.effective_prices(reading),
        tables.EFFECTIVE_PRICES,
        name="effective-prices",
        note="Billed dollars over tokens that usage reports for the model, every tier together.",
        pick=ui.pick_of("model", by_class.first_labels),
    )

credits_given = the_bill.credits_given(lines)
if len(credits_given):
    ui.show_table(
        "Which credits were given?",
        credits_given,
        {"line_item": tables.text_column("Line item"), "now": tables.column("Credit (USD)", Unit.USD)},
        name="credits",
        note="Negative amounts on the bill. They are part of every total above.",
    )
foreign = the_bill.other_currencies(reading)
if len(foreign):
    ui.show_table(
        "What was billed in other currencies?",
        foreign,
        tables.OTHER_CURRENCIES,
        name="other-currencies",
        note="Kept apart whatever the filters, and never added to dollars.",
    )
