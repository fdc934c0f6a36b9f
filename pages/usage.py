"""How much was used: tokens by class, requests, and every other source in its own unit."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers import trends
from lib.answers.week_rhythm import weekday_hours
from lib.catalog.measures import BY_REACH, MEASURES
from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit
from lib.engine.filters import EVERYTHING

CLASSES = ("uncached_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
TOKENS = {label: MEASURES[m] for label, m in zip(charts.TOKEN_CLASSES, CLASSES, strict=True)}
REQUESTS = MEASURES["requests"]
view = ui.current_view()
reading = ui.require(view, [s for s in SOURCES.values() if not s.is_money], at_grain=True)

tokens = trends.of_members(reading, TOKENS, MEASURES["tokens"], "Token class")
if tokens.any:
    ui.over_time_card(
        "How many tokens went in and out?",
        tokens,
        name="tokens",
        looks=True,
        value_title="Tokens",
        shades=charts.TOKEN_CLASSES,
        note="Input is split into what was read from the prompt cache, what was written to it, and the rest.",
    )
else:
    ui.show_empty(view, "tokens of completions or decisions", reading.any_rows(MEASURES["input_tokens"]))

requests = trends.of_sources(reading, REQUESTS)
if requests.any:
    ui.over_time_card(
        "How many requests were made?",
        requests,
        name="requests",
        value_title="Requests",
        note=REQUESTS.definition,
    )


ui.heading("What else was used?")
over_time_of = {measure: trends.of(reading, measure, alone=True) for measure in BY_REACH}
used = [measure for measure in BY_REACH if over_time_of[measure].any]
if used:
    grid = st.grid(3, min_column_width=280)
for measure in used:
    with grid.cell():
        ui.over_time_card(
            measure.label,
            over_time_of[measure],
            name=measure.slug.replace("_", "-"),
            value_title=measure.label,
            height=140,
            note=measure.definition,
        )
unused = [measure for measure in BY_REACH if measure not in used]
filtered = [measure for measure in unused if view.filters and reading.any_rows(measure)(EVERYTHING)]
for measure in filtered:
    ui.show_empty(view, measure.in_words, reading.any_rows(measure))
if idle := [measure.in_words for measure in unused if measure not in filtered]:
    ui.caption(f"Not used in this period: {', '.join(idle)}.")

ui.heading("When in the week?")
if hours := ui.require_hours(reading, REQUESTS.sources):
    cells = weekday_hours(hours, REQUESTS)
    ui.show_figure(
        "At what hours do requests come in?",
        ui.drawn(
            charts.heatmap_chart,
            cells,
            unit=Unit.REQUESTS,
            value_title="Requests per hour",
            zone=hours.view.window.zone,
        ),
        cells,
        {
            "weekday": tables.column("Weekday (0 is Monday)", Unit.REQUESTS),
            "hour": tables.column(f"Hour ({hours.view.window.zone})", Unit.REQUESTS),
            "value": tables.column("Requests per hour", Unit.REQUESTS),
        },
        name="rhythm",
        alt_text=f"Mean requests for each hour of the week, in {hours.view.window.zone}.",
    )
