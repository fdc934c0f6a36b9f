"""The list of anomalies: what is judged, who is named, and a message about each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib import tables
from lib.analysis.anomalies import detection
from lib.analysis.anomalies.baseline import THRESHOLD
from lib.analysis.anomalies.detection import READS, Anomaly, Watched
from lib.analysis.anomalies.panel import BY, PROJECT
from lib.answers import loading
from lib.answers.address import Choices, written
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, TEAM, UNATTRIBUTED
from lib.catalog.units import Unit
from lib.periods.presets import Comparison, Period
from lib.tables.columns import Column
from lib.ui import address_bar
from lib.ui.address_bar import choose
from lib.ui.copying import show_copy_message
from lib.ui.fetching import require
from lib.ui.messages import dimension_words
from lib.wording import anomaly_words, dates
from lib.wording import numbers as fmt

Names = Mapping[str, Mapping[str, str]]
"""The label of each id, by dimension."""

COLUMNS = {
    "impact": replace(
        tables.column("Above usual (USD)", Unit.USD, "Billed beyond the median of the days compared with"),
        pinned=True,
    ),
    "days": tables.text_column("Days (UTC)"),
    "project_id": tables.text_column("Project"),
    "what": tables.text_column("What"),
    "how": tables.text_column("The worst day"),
    "state": tables.text_column("State", "Days of an early signal are not final: they can still grow"),
    "api_key_id": tables.text_column("API key"),
    "owner": tables.text_column("Key owner"),
    "model": tables.text_column("Model"),
    "profile": tables.link_column("Profile", "Open", "The key, or else the project, on a page of its own"),
    "score": Column(
        "Score",
        tables.ColumnType.NUMBER,
        "%.1f",
        f"How many spreads from the baseline; {THRESHOLD} is unusual",
    ),
}


def require_history(view: View) -> Reading:
    """Return the view's reading once its days, and those they are compared with, are being fetched."""
    sources = [source for measure in READS for source in measure.sources]
    whole = replace(view, window=detection.history(view.window), comparison=Comparison.NONE)
    return Reading(require(whole, sources).backend, view)


def choose_axis(reading: Reading) -> str:
    """Return by which dimension days are looked at: projects, or teams where there are some."""
    axes = [PROJECT, *loading.offered(reading.backend, [TEAM])]
    if len(axes) == 1:
        return PROJECT
    return choose("Look for unusual days by", axes, name="by", default=PROJECT, words=dimension_words)


def columns_by(axis: str) -> dict[str, Column]:
    """Return the columns of the list, of which one says whose days they are."""
    return COLUMNS | {PROJECT: tables.text_column(DIMENSIONS[axis].label)}


def watch(reading: Reading, axis: str = PROJECT) -> Watched:
    """Return what is unusual on the view's days, by `axis`."""
    return loading.load_watched(reading.backend, reading.view.window, reading.view.filters, axis)


def names(reading: Reading, found: Iterable[Anomaly]) -> Names:
    """Return what the ids of all who are named in anomalies are called; "" reads "–".

    Teams, where days were looked at by them, have their names in the place of projects too.
    """
    ids: dict[str, set[str]] = {name: set() for name in (*BY, TEAM)}
    for anomaly in found:
        rows = detection.responsible(anomaly)
        scopes = [finding.scope for finding in anomaly.findings]
        named = [*zip(rows["dimension"], rows["id"], strict=True)]
        by = (anomaly.axis, *BY[1:])
        named += [pair for p in scopes for pair in zip(by, (p.project, p.key, p.model), strict=True)]
        for dimension, value in named:
            ids[dimension].add(value)
    called = {
        name: {**reading.labels.apart(name, sorted(held - {""})), "": fmt.MISSING}
        for name, held in ids.items()
    }
    return called | ({PROJECT: called[TEAM]} if ids[TEAM] else {})


def in_names(listed: pd.DataFrame, called: Names, reading: Reading, axis: str = PROJECT) -> pd.DataFrame:
    """Return the list of anomalies as it is read: `days` in words, and names in place of ids.

    `owner` is whose the key is, `profile` the address of the page about the key, or else the project or
    team.
    """
    profiles = [
        profile_link("api_key_id", key) or profile_link(axis, project)
        for key, project in zip(listed["api_key_id"], listed["project_id"], strict=True)
    ]
    return listed.assign(
        days=[dates.day_range(*days) for days in zip(listed["first"], listed["last"], strict=True)],
        owner=[reading.labels.owner_of(key) for key in listed["api_key_id"]],
        profile=pd.Series(profiles, index=listed.index, dtype=object),
        **{name: [called[name].get(v, v) for v in listed[name]] for name in BY},
    )


def show_message(row: Mapping[str, Any], anomaly: Anomaly, view: View) -> None:
    """Draw a message about an anomaly with a link to it, to be copied; `row` is one of `in_names`."""
    days = Choices(Period.CUSTOM, anomaly.first, anomaly.last, filters=view.kept)
    by = {} if anomaly.axis == PROJECT else {"by": anomaly.axis}
    link = address_bar.full_link("anomalies", {**written(days), **by, "odd": anomaly.key})
    message = anomaly_words.message(row, link)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("A message to whoever may know why:", width="content")
        show_copy_message(message)
    st.code(message, language=None, wrap_lines=True)


def profile_link(dimension: str, value: str) -> str | None:
    """Return the address of the page about a project, team or key, None where there is none."""
    kind = {PROJECT: "project", "api_key_id": "key", TEAM: "team"}.get(dimension)
    known = kind and value not in {"", UNATTRIBUTED}
    return address_bar.link("profile", kind=kind, id=value) if kind and known else None
