"""How much was used: tokens by class, requests, and every other source in its own unit."""

import pandas as pd
import streamlit as st

from lib import charts, tables, ui
from lib.analysis import rhythm, series
from lib.answers import data
from lib.catalog.measures import BY_REACH, MEASURES, Measure
from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit
from lib.charts import palette
from lib.wording.numbers import titled

TOKEN_MEASURES = ("uncached_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
TOKENS = {label: MEASURES[m] for label, m in zip(palette.TOKEN_CLASSES, TOKEN_MEASURES, strict=True)}
REQUESTS = MEASURES["requests"]
view = ui.current_view()
reading = ui.require(view, [s for s in SOURCES.values() if not s.is_money], at_grain=True)
grain = view.cut
start = {"start": tables.start_column(grain)}

tokens = series.stacked({label: reading.over_time(m) for label, m in TOKENS.items()})
tokens_before = [b for b in map(reading.before, TOKENS.values()) if b is not None]
unsettled = reading.unsettled(MEASURES["input_tokens"].sources, grain)
if not any(tokens["value"]):
    ui.show_empty(view, "tokens of completions or decisions", reading.any_rows(MEASURES["input_tokens"]))
else:
    drawn = series.drawn(tokens, {}, unsettled)
    ui.show_figure(
        "How many tokens went in and out?",
        charts.tokens_chart(
            drawn,
            grain=grain,
            comparison=series.drawn(series.together(pd.concat(tokens_before)), {}) if tokens_before else None,
            comparison_title=reading.compared_with or "",
            marks=reading.marks(MEASURES["tokens"]),
        ),
        series.wide(tokens, list(TOKENS)),
        start | {label: tables.column(label, Unit.TOKENS, m.definition) for label, m in TOKENS.items()},
        name="tokens",
        alt_text=charts.describe(drawn, Unit.TOKENS, grain=grain, value_title="Tokens"),
        note="Input is split into what was read from the prompt cache, what was written to it, and the rest.",
    )

by_source, sources = reading.by_source(REQUESTS)
if any(by_source["value"]):
    drawn = series.drawn(by_source, {}, unsettled)
    ui.show_figure(
        "How many requests were made?",
        charts.time_chart(
            drawn,
            unit=REQUESTS.unit,
            grain=grain,
            value_title="Requests",
            group_title="Source",
            order=sources,
            marks=reading.marks(REQUESTS),
        ),
        series.wide(by_source, sources),
        start | {name: tables.column(name, REQUESTS.unit) for name in sources},
        name="requests",
        alt_text=charts.describe(drawn, REQUESTS.unit, grain=grain, value_title="Requests"),
        note=REQUESTS.definition,
    )


def show_small(measure: Measure) -> None:
    used = reading.over_time(measure)
    if not any(used["value"]):
        with st.container(border=True):
            st.subheader(measure.label, anchor=False)
            ui.show_empty(view, measure.in_words, reading.any_rows(measure))
        return
    small = series.drawn(used, {}, reading.provisional(measure))
    ui.show_figure(
        measure.label,
        charts.time_chart(small, unit=measure.unit, grain=grain, value_title=measure.label, height=140),
        used[["start", "value"]],
        start | {"value": tables.column(titled(measure.label, measure.unit), measure.unit)},
        name=measure.slug.replace("_", "-"),
        alt_text=charts.describe(small, measure.unit, grain=grain, value_title=measure.label),
        note=measure.definition,
    )


st.header("What else was used?", anchor=False)
grid = st.grid(3, min_column_width=280)
for measure in BY_REACH:
    with grid.cell():
        show_small(measure)

st.header("When in the week?", anchor=False)
if hours := ui.require_hours(reading, REQUESTS.sources):
    by_hour = hours.parts([REQUESTS], grain=hours.view.cut)
    cells = rhythm.weekday_hours(by_hour, REQUESTS, view.window, data.now())
    ui.show_figure(
        "At which hours do requests come?",
        charts.heatmap_chart(cells, unit=Unit.REQUESTS, value_title="Requests per hour"),
        cells,
        {
            "weekday": tables.column("Weekday (0 is Monday)", Unit.REQUESTS),
            "hour": tables.column("Hour (UTC)", Unit.REQUESTS),
            "value": tables.column("Requests per hour", Unit.REQUESTS),
        },
        name="rhythm",
        alt_text="Mean requests for each hour of the week, in UTC.",
    )
