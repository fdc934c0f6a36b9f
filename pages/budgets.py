"""Whether the budgets hold: pace, forecast, the day each runs out, OpenAI's own limits, and the balance."""

from collections import Counter
from dataclasses import replace

import streamlit as st

from lib import charts, tables, ui
from lib.answers import budget_status, forecasts, loading
from lib.answers.budget_status import Outlook, Status
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.engine.filters import EVERYTHING
from lib.wording import budget_words
from lib.wording.budget_words import MEANINGS, SIGNS

SPENT, LEFT = "spent", "left"
WORDS = {SPENT: "Spent (burn-up)", LEFT: "Left (burn-down)"}
SHADES = "Solid is billed, dashed is forecast, the shades hold what comes in 80 % and 95 % of the cases."
COLOURS = {Status.OVER: "red", Status.COMING: "orange", Status.TIGHT: "yellow", Status.HOLDS: "green"}

view = replace(forecasts.view_of(ui.current_view()), filters=EVERYTHING)
reading = ui.require(view, [COSTS])
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
    statuses = Counter(w.budget_status.status for w in watched)
    with st.container(horizontal=True):
        for status in Status:
            if statuses[status]:
                words = f"{SIGNS[status]} {budget_words.WORDS[status]}: {statuses[status]}"
                st.badge(words, color=COLOURS.get(status, "gray"), help=MEANINGS[status])
    ui.show_table(
        "Do the budgets hold?",
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
    one = options[chosen]
    course = budget_status.course(one, left=shown == LEFT)
    said = f"{SIGNS[one.budget_status.status]} {budget_status.status_words(one)}"
    ui.sentence(said)
    ui.show_figure(
        f"How fast is the budget used: {one.label}?",
        charts.course_chart(
            course.rows,
            before=course.even,
            before_title="Even pace",
            title=course.title,
            line_at=course.limit,
        ),
        course.rows.assign(even=course.even["total"]),
        {
            **tables.course_columns(f"{course.title}, forecast (USD)"),
            "even": tables.column("At an even pace (USD)", Unit.USD),
        },
        name="pace",
        alt_text=said,
        note=f"{SHADES} The grey line uses the budget up evenly, day by day.",
    )
else:
    ui.info(
        f"No budget is set. Declare some in {backend.settings.budgets} as in "
        ".streamlit/budgets.example.toml, or set one below where you are allowed to.",
        icon=":material/savings:",
    )
    rows = budget_status.spend_course(look(budget_status.WHOLE))
    if any(rows["billed"]):
        ui.show_figure(
            "How does this month's spend run?",
            charts.course_chart(rows, before=rows.head(0), before_title=""),
            rows,
            tables.course_columns("Running total, forecast (USD)"),
            name="pace",
            alt_text=charts.describe_course(rows),
            note=SHADES,
        )
ui.show_balance(declared.balance, look(budget_status.WHOLE))
ui.show_budget_editor(backend, labels, declared.budgets)
ui.show_changes(backend, labels)

ui.show_limits(ui.require_limits(backend), labels, look)
