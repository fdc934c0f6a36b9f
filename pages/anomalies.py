"""Unusual days, and who made them so."""

import streamlit as st

from lib import tables, ui
from lib.answers import loading
from lib.catalog.measures import MEASURES
from lib.ui import anomaly_card
from lib.wording import anomaly_words

view = ui.current_view()
reading = anomaly_card.require_history(view)
watched = anomaly_card.watch(reading)
if not watched.used(view.window):
    ui.show_empty(view, "spend or usage", reading.any_rows(MEASURES["spend"]))
    ui.halt()

found = {anomaly.key: anomaly for anomaly in watched.anomalies}
listed = anomaly_words.listed(watched.anomalies, loading.load_notes(reading.backend))
called = anomaly_card.names(reading, watched.anomalies)
unjudged = watched.unjudged(view.window)
ui.subheading(anomaly_words.headline(listed, view.window.days, unjudged))
ui.caption(
    "Every day of every project, key and model is compared with the same weekday in the 8 weeks before it: "
    "in dollars, tokens and requests, and in signs of errors (more requests without more tokens, output that "
    "collapses, a cache that is no longer read). What has less than 4 weeks of history is not judged, "
    "and neither is a day that can still change."
)
if not found:
    anomaly_card.show_expected_spend(watched, view.window)
    ui.halt()

table = anomaly_card.in_names(listed, called)
columns = {
    "days": tables.text_column("Days (UTC)", pinned=True),
    "project_id": tables.text_column("Project"),
    "what": tables.text_column("What"),
    "how": tables.text_column("The worst day"),
    "api_key_id": tables.text_column("API key"),
    "model": tables.text_column("Model"),
    "score": anomaly_card.SCORE,
}
unusual, expected = table[table["expected"] == ""], table[table["expected"] != ""]
if len(unusual):
    ui.show_table("What was unusual?", unusual, columns, name="unusual", note="The latest first.")
if len(expected):
    with st.expander(f"Marked as expected ({len(expected)})", icon=":material/check:"):
        why = {"days": columns["days"], "expected": tables.text_column("Why it was expected")}
        ui.show_table("What was expected?", expected, why | columns, name="expected")

words = {
    key: f"{days} · {project} · {what}" + (" (expected)" if why else "")
    for key, days, project, what, why in zip(
        found, table["days"], table["project_id"], table["what"], table["expected"], strict=True
    )
}
unmarked = [key for key, why in zip(found, table["expected"], strict=True) if not why]
chosen = ui.choose(
    "Look at",
    list(found),
    name="odd",
    default=[*unmarked, *found][0],
    words=lambda key: words[key],
    menu=True,
)
anomaly_card.show_anomaly(reading, watched, found[chosen], called)
