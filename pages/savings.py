"""What could cost less, found in the organization's own rows; all of it an estimate."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import instance, savings_found
from lib.answers.savings_found import KINDS
from lib.catalog.measures import MEASURES
from lib.catalog.units import Unit
from lib.periods.windows import ONE_DAY
from lib.wording import dates, savings_words
from lib.wording import numbers as fmt

SPEND = MEASURES["spend"]
USD = Unit.USD
EVERY = "every"

view = savings_found.view_of(ui.current_view(), instance.open_backend().settings.settle)
reading = ui.require(view, savings_found.READ)
days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
ui.caption(
    f"Estimates, from what was sent {days} ({savings_found.DAYS} days whose bill is final) at list prices. "
    "The filters at the left count here, the dates do not."
)
savings = savings_found.savings(reading)
if savings.is_empty:
    ui.show_empty(view, "usage or costs", reading.any_rows(SPEND))
    ui.halt()
found = savings.found
if not found:
    ui.success(f"Nothing was found that would save at least {fmt.usd(savings_found.LEAST, 0)} a month.")
    ui.halt()

left, right = st.columns(2)
left.metric("Could be saved a month, up to (estimate)", fmt.usd(savings.at_most, 0), border=True)
right.metric("That traffic a month, at list (estimate)", fmt.usd(savings.worth_a_month, 0), border=True)
ui.caption(
    "What is found of one key overlaps, because it would change the same requests: “up to” counts only the "
    "largest of each key. Kinds and rows below are each on their own."
)

kind = ui.choose(
    "Kind",
    [EVERY, *dict.fromkeys(s.rule.slug for s in found)],
    name="kind",
    default=EVERY,
    words=lambda k: "All" if k == EVERY else KINDS[k],
)
by_kind = savings.by_kind
drawn = savings.by_kind_drawn
ui.show_figure(
    "Which kinds of savings are there?",
    charts.ranking_chart(drawn, unit=USD, value_title="Saved a month, estimate", group_title="Kind"),
    by_kind,
    {
        "group": tables.text_column("Kind", pinned=True),
        "value": tables.column("Saved a month, estimate (USD)", USD),
    },
    name="kinds",
    alt_text=charts.describe_ranking(drawn, USD, value_title="Saved a month, estimate"),
)

shown = [s for s in found if kind in (EVERY, s.rule.slug)]
listed = savings_words.listed(shown)
projects, keys = (
    reading.labels.apart(d, [v for v in listed[d] if v]) | {"": "–"} for d in ("project_id", "api_key_id")
)
ui.show_table(
    "What could be saved, and where?",
    savings_found.named(listed, projects, keys),
    tables.SAVINGS,
    name="savings",
    note="Largest first. Confidence says how sure it is that the saving can be had.",
)

titles = {
    s.name: f"{fmt.usd(s.a_month, 0)} · {savings_words.title(s)} · {projects[s.project]} · {keys[s.key]}"
    for s in shown
}
name = ui.choose(
    "Look at", list(titles), name="saving", default=shown[0].name, words=titles.__getitem__, menu=True
)
one = next(s for s in shown if s.name == name)
rows = savings_found.named(one.rows, projects, {**keys, **projects})
ui.show_table(
    f"{savings_words.title(one)}: {fmt.usd(one.a_month, 0)} a month (estimate)",
    rows,
    tables.SAVING_ROWS,
    name="rows",
    note=f"{savings_words.assumption(one)} Confidence: {one.confidence}. "
    f"These rows save {fmt.usd(one.saved, 2)} in "
    f"{one.days} days, which is {fmt.usd(one.a_month, 2)} in a month of 30.4 days.",
)
with st.container(horizontal=True):
    narrowed = {"key": one.key} if one.key else {"project": one.project}
    ui.show_page_link("what_if", "Try it on the what-if board", **narrowed)
    about = {"kind": "key", "id": one.key} if one.key else {"kind": "project", "id": one.project}
    ui.show_page_link("profile", "See the profile", **about)
