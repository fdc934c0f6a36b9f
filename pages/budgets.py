"""Where the month ends, whether the budgets hold, OpenAI's own limits, the balance, and the next months."""

from dataclasses import replace

import streamlit as st

from lib import tables, ui
from lib.answers import budget_status, forecasts, loading
from lib.answers.budget_status import Outlook
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING

SPENT, LEFT = "spent", "left"
WORDS = {SPENT: "Spent (burn-up)", LEFT: "Left (burn-down)"}

found = ui.show_forecast(ui.current_view())

ui.heading("Do the budgets hold?")
view = replace(forecasts.view_of(ui.current_view()), filters=EVERYTHING)
reading = ui.require(view, [COSTS], asks_again=True)
ui.about(EVERYTHING)
backend, labels = reading.backend, reading.labels
ui.caption(
    f"{view.today:%B %Y} up to today and as it is going to end, by the calendar month in UTC. Neither the "
    "filters nor the dates at the left count here: each budget says itself what it is for."
)
declared = loading.load_declared(backend)
for sentence in declared.problems:
    ui.warning(sentence, icon=":material/edit_document:")
if reading.coverage.fetching:
    ui.info(
        f"The bill of {len(reading.coverage.fetching)} days is still being fetched. How the budgets stand is "
        "shown once they are there."
    )
    ui.halt()


def look(key: budget_status.Key) -> Outlook:
    return loading.load_forecast(backend, budget_status.filters_of(key)).outlook


watched = budget_status.watched(declared.budgets, labels, look)
if watched:
    ui.show_statuses(watched)
    ui.show_table(
        "How does each budget stand?",
        budget_status.table(watched),
        tables.budget_columns("Set by"),
        name="budgets",
        note="✕ more is billed than the budget. ▲ the forecast passes it (Going over), or the upper end of "
        "its 80 % band does (Tight). ✓ forecast and band stay within it.",
    )
    options = {":".join(w.key): w for w in watched}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = ui.choose(
            "Budget",
            list(options),
            name="budget",
            default=next(iter(options)),
            words=lambda o: options[o].label,
            menu=True,
        )
        shown = ui.choose("Show", [SPENT, LEFT], name="show", default=SPENT, words=WORDS.__getitem__)
    ui.budget_course_card(options[chosen], left=shown == LEFT)
else:
    ui.info(
        f"No budget is set. Declare some in {backend.settings.budgets} as in "
        ".streamlit/budgets.example.toml, or set one below where you are allowed to.",
        icon=":material/savings:",
    )
    ui.spend_course_card(look(budget_status.WHOLE))
ui.show_balance(declared.balance, look(budget_status.WHOLE))
ui.show_budget_editor(backend, labels, declared.budgets)
ui.show_changes(backend, labels)

ui.show_limits(ui.require_limits(backend), labels, look)
if found:
    ui.about(ui.current_view().filters)
    ui.heading("How does it go on?")
    ui.show_next_months(found)
