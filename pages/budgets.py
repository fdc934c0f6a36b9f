"""Whether the budgets hold: pace, forecast, the day each runs out, OpenAI's own limits, and the balance."""

from collections import Counter
from dataclasses import replace

import streamlit as st

from lib import charts, tables, ui
from lib.analysis.forecasting import burn_rate, outlook
from lib.analysis.forecasting.burn_rate import Status
from lib.answers import budget_status, data, forecasts
from lib.catalog.sources import COSTS
from lib.catalog.units import Unit
from lib.engine.filters import EVERYTHING
from lib.ui.notes_panel import plain
from lib.wording import budget_words
from lib.wording import numbers as fmt

SPENT, LEFT = "spent", "left"
WORDS = {SPENT: "Spent (burn-up)", LEFT: "Left (burn-down)"}
SHADES = "Solid is billed, dashed is forecast, the shades hold what comes in 80 % and 95 % of the cases."
COLOURS = {Status.OVER: "red", Status.COMING: "orange", Status.TIGHT: "yellow", Status.HOLDS: "green"}

view = replace(forecasts.view_of(ui.current_view()), filters=EVERYTHING)
reading = ui.require(view, [COSTS])
backend, labels = reading.backend, reading.labels
month = outlook.month_of(view.today)
st.caption(
    f"{month.first:%B %Y} up to today and as it is going to end, by the calendar month in UTC. Neither the "
    "filters nor the dates at the left count here: each budget says itself what it is for."
)
declared = data.load_declared(backend)
for sentence in declared.problems:
    st.warning(sentence, icon=":material/edit_document:")


def look(key: budget_status.Key) -> outlook.Outlook:
    return data.load_outlook(backend, key)


watched = budget_status.watched(declared.budgets, labels, look)
if watched:
    statuses = Counter(w.standing.status for w in watched)
    with st.container(horizontal=True):
        for status in Status:
            if statuses[status]:
                words = f"{budget_words.SIGNS[status]} {budget_words.WORDS[status]}: {statuses[status]}"
                st.badge(words, color=COLOURS.get(status, "gray"), help=budget_words.MEANINGS[status])
    ui.show_table(
        "Do the budgets hold?",
        budget_words.in_words(burn_rate.table([(w.label, w.origin, w.standing) for w in watched])),
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
    course, even = burn_rate.course(one.look, month), burn_rate.even(one.standing.amount, month)
    title, limit = "Running total", (f"Budget {fmt.usd(one.standing.amount, 0)}", float(one.standing.amount))
    if shown == LEFT:
        course, even = (burn_rate.left(rows, one.standing.amount) for rows in (course, even))
        title, limit = "Left of the budget", ("Nothing left", 0.0)
    said = f"{budget_words.SIGNS[one.standing.status]} {budget_status.standing_words(one)}"
    st.markdown(plain(said))
    ui.show_figure(
        f"How fast is the budget used: {one.label}?",
        charts.course_chart(course, before=even, before_title="Even pace", title=title, line_at=limit),
        course.assign(even=even["total"]),
        {
            **tables.course_columns(f"{title}, forecast (USD)"),
            "even": tables.column("At an even pace (USD)", Unit.USD),
        },
        name="pace",
        alt_text=said,
        note=f"{SHADES} The grey line uses the budget up evenly, day by day.",
    )
else:
    st.info(
        f"No budget is set. Declare some in `{backend.settings.budgets}` as in "
        "`.streamlit/budgets.example.toml`, or set one below where you are allowed to.",
        icon=":material/savings:",
    )
    course = burn_rate.course(look(budget_status.WHOLE), month)
    if any(course["billed"]):
        ui.show_figure(
            "How does this month's spend run?",
            charts.course_chart(course, before=course.head(0), before_title=""),
            course,
            tables.course_columns("Running total, forecast (USD)"),
            name="pace",
            alt_text=charts.describe_course(course),
            note=SHADES,
        )
ui.show_balance(declared.balance, look(budget_status.WHOLE))
ui.show_budget_desk(backend, labels, declared.budgets)
ui.show_changes(backend, labels)

ui.show_limits(ui.require_limits(backend), labels, look)
