"""How much was used: tokens by class, requests, and every other source in its own unit."""

import streamlit as st

from lib import charts, tables, ui
from lib.answers.week_rhythm import weekday_hours
from lib.catalog.measures import BY_REACH, MEASURES, Measure
from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit

CLASSES = ("uncached_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
TOKENS = {label: MEASURES[m] for label, m in zip(charts.TOKEN_CLASSES, CLASSES, strict=True)}
REQUESTS = MEASURES["requests"]
view = ui.current_view()
reading = ui.require(view, [s for s in SOURCES.values() if not s.is_money], at_grain=True)

tokens = reading.trend_of(TOKENS, MEASURES["tokens"], "Token class")
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

requests = reading.trend_by_source(REQUESTS)
if requests.any:
    ui.over_time_card(
        "How many requests were made?",
        requests,
        name="requests",
        value_title="Requests",
        note=REQUESTS.definition,
    )


def show_small(measure: Measure) -> None:
    used = reading.trend(measure, alone=True)
    if used.any:
        ui.over_time_card(
            measure.label,
            used,
            name=measure.slug.replace("_", "-"),
            value_title=measure.label,
            height=140,
            note=measure.definition,
        )
        return
    with st.container(border=True):
        ui.subheading(measure.label)
        ui.show_empty(view, measure.in_words, reading.any_rows(measure))


ui.heading("What else was used?")
grid = st.grid(3, min_column_width=280)
for measure in BY_REACH:
    with grid.cell():
        show_small(measure)

ui.heading("When in the week?")
if hours := ui.require_hours(reading, REQUESTS.sources):
    cells = weekday_hours(hours, REQUESTS)
    ui.show_figure(
        "At which hours do requests come?",
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
