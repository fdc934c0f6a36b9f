"""Where the month ends, how budgets stand in any month, OpenAI's own limits, the balance, the next months."""

from dataclasses import replace
from functools import partial

import streamlit as st

from lib import tables, ui
from lib.answers import budget_months, budget_status, forecasts, loading
from lib.catalog.sources import COSTS
from lib.engine.filters import EVERYTHING
from lib.periods.presets import month_window
from lib.wording import dates
from lib.wording import numbers as fmt

SPENT, LEFT = "spent", "left"
WORDS = {SPENT: "Spent (burn-up)", LEFT: "Left (burn-down)"}

found = ui.show_forecast(ui.current_view())

ui.heading("Do the budgets hold?")
view = replace(forecasts.view_of(ui.current_view()), filters=EVERYTHING)
reading = ui.require(view, [COSTS], asks_again=True)
backend, labels = reading.backend, reading.labels
months = budget_months.months(view.today)
opened = ui.choose(
    "Month",
    months,
    name="month",
    default=budget_months.opened_first(view.today),
    words=dates.month,
    menu=True,
)
month, is_over = month_window(opened), opened != months[0]
ui.about(EVERYTHING, month)
declared = loading.load_declared(backend)
for sentence in declared.problems:
    ui.warning(sentence, icon=":material/edit_document:")
if reading.coverage.fetching:
    ui.info(
        f"The bill of {fmt.counted(len(reading.coverage.fetching), 'day')} is still being fetched. How the "
        "budgets stand is shown once it is there."
    )
    ui.halt()

look = partial(budget_months.look_at, backend)
watched = budget_months.standing(backend, labels, month, view.today)
if watched:
    ui.show_budget_cards(watched, is_over=is_over)
    if is_over:
        ui.say_open_days(reading, month)
        ui.show_variances(watched, dates.month(opened))
    else:
        ui.show_table(
            "How does each budget stand?",
            budget_status.table(watched),
            tables.budget_columns("Set by"),
            name="budgets",
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
    ui.show_history(reading, options[chosen])
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
    ui.heading("What comes next?")
    ui.show_next_months(found)
