"""Why the bill is not simply tokens times list price: every dollar of difference under a name."""

import streamlit as st

from lib import tables, ui
from lib.answers import reconciling
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]

view = ui.current_view()
unknown = [DIMENSIONS[d].in_words for d in view.filters.dimensions if d not in reconciling.SHARED]
if unknown:
    ui.info(f"Usage and bill do not both know {' and '.join(unknown)}: remove that filter to compare them.")
    ui.halt()
reading = ui.require(view, reconciling.READ)
ui.caption(
    "Usage counts tokens; the bill charges dollars. Here, what usage counts is priced at OpenAI’s standard "
    "list price of each day, as an estimate, and every dollar by which the bill differs has a name."
)
found = reconciling.reconciliation(reading)
if found.left_out:
    ui.caption(f"On {found.left_out} of these days the bill does not know these filters: left out here.")
if not found.rows.num_rows:
    ui.show_empty(view, "usage or costs", reading.any_rows(SPEND))
    ui.halt()

total = found.total
with st.grid(4, min_column_width=190):
    st.metric("Billed", fmt.usd(total.billed, 2), border=True)
    st.metric("Usage at list prices (estimate)", fmt.usd(total.at_list, 2), border=True)
    st.metric(
        "Explained",
        fmt.MISSING if total.explained_share is None else fmt.share(total.explained_share),
        border=True,
        help="How much of the bill is usage at list prices or has a named cause. Unexplained dollars above "
        "and below it both count, so they cannot cancel out.",
    )
    st.metric(
        "Effective discount",
        fmt.MISSING if total.discount is None else fmt.share(total.discount),
        border=True,
        help="How much less than list price was billed for what usage counts: batch and flex rates make it "
        "larger, long context and priority smaller. Days that are still settling do not change it.",
    )

ui.waterfall_card(
    "What lies between list prices and the bill?",
    found.steps,
    tables.WATERFALL_STEPS,
    title="Cause",
    value_title="Dollars",
    name="waterfall",
    note="From the top: usage at list prices, then each cause, to the bill. The steps sum to it exactly. "
    "The table says what each cause means.",
)
ui.over_time_card(
    "On which days do they differ?",
    found.over_time,
    name="by-day",
    value_title="Billed",
    table=(found.by_bucket, tables.reconciled_columns(found.grain, found.causes)),
    note="Where the bill is below the dotted line, it was less than list price: a credit, or batches. "
    "The table holds every cause by day.",
)
ui.show_table(
    "Which models are billed above or below list?",
    found.by_model,
    tables.BY_MODEL,
    name="by-model",
    note="What usage counts and the price list knows, by the model’s name without its date, as on the bill. "
    "A fine-tune is listed at its base model’s price.",
)
if found.uncounted.empty:
    ui.caption("The bill charges nothing here that usage does not count.")
    ui.halt()
ui.show_table(
    "What does the bill charge that usage does not count?",
    found.uncounted,
    tables.UNCOUNTED,
    name="apart",
    note=f"Names that this app does not know come first: {found.unread}." if found.unread else None,
)
