"""Unusual days, and who made them so."""

import streamlit as st

from lib import tables, ui
from lib.answers import loading
from lib.catalog.measures import MEASURES
from lib.ui import anomaly_card, anomaly_list
from lib.wording import anomaly_words

view = ui.current_view()
reading = anomaly_list.require_history(view)
axis = anomaly_list.choose_axis(reading)
watched = anomaly_list.watch(reading, axis)
if not watched.used(view.window):
    ui.show_empty(view, "spend or usage", reading.any_rows(MEASURES["spend"]))
    ui.halt()

found = {anomaly.key: anomaly for anomaly in watched.ranked}
listed = anomaly_words.listed(found.values(), loading.load_notes(reading.backend))
called = anomaly_list.names(reading, found.values())
days = watched.unjudged(view.window), watched.young(view.window)
ui.subheading(anomaly_words.headline(listed, view.window.days, *days))
if not found:
    anomaly_card.show_expected_spend(watched, view.window)
    ui.halt()

table = anomaly_list.in_names(listed, called, reading, axis)
columns = anomaly_list.columns_by(axis)
unusual, expected = table[table["expected"] == ""], table[table["expected"] != ""]
keys = list(found)
if len(unusual):
    ui.show_table(
        "What was unusual?",
        unusual,
        columns,
        name="unusual",
        note="The costliest first.",
        opens=lambda nth: ui.keep("odd", keys[nth]),
    )
if len(expected):
    with st.expander(f"Marked as expected ({len(expected)})", icon=":material/check:"):
        why = {"days": columns["days"], "expected": tables.text_column("Why it was expected")}
        ui.show_table("What was expected?", expected, why | columns, name="expected")

rows = dict(zip(found, table.to_dict("records"), strict=True))
words = {
    key: f"{row['days']} · {row['project_id']} · {row['what']}" + (" (expected)" if row["expected"] else "")
    for key, row in rows.items()
}
unmarked = [key for key, row in rows.items() if not row["expected"]]
chosen = ui.choose(
    "Look at",
    keys,
    name="odd",
    default=[*unmarked, *found][0],
    words=lambda key: words[key],
    menu=True,
)
anomaly_list.show_message(rows[chosen], found[chosen], view)
anomaly_card.show_anomaly(reading, watched, found[chosen], called)
