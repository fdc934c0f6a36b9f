"""One anomaly up close: its days against the baseline, the arithmetic, who made it, if it was expected."""

import uuid
from dataclasses import replace

import pandas as pd
import streamlit as st

from lib import tables
from lib.access.rules import Role
from lib.analysis.anomalies import compared_days, detection
from lib.analysis.anomalies.baseline import CONSISTENT, RELATIVE, THRESHOLD
from lib.analysis.anomalies.detection import Anomaly, Watched
from lib.analysis.anomalies.findings import AnomalyKind, Finding, smallest_spread
from lib.analysis.anomalies.panel import BY, ORGANIZATION, Scope
from lib.answers import instance, loading
from lib.answers.reading import Reading
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES, Measure
from lib.catalog.units import Unit
from lib.charts import describe
from lib.charts.baseline_band import baseline_chart
from lib.periods.grains import Grain
from lib.periods.windows import Window
from lib.store.records.notes import Note
from lib.tables.columns import Column
from lib.ui import text
from lib.ui.address_bar import choose
from lib.ui.anomaly_list import Names, profile_link
from lib.ui.cards import show_figure, show_table
from lib.ui.drawing import drawn
from lib.ui.identity import may
from lib.ui.notes_panel import write
from lib.ui.sidebar import narrow
from lib.wording import anomaly_words, dates
from lib.wording import numbers as fmt
from lib.wording.escaping import markdown_text

_LONGEST = 200
_DAY = "ddd D MMM YYYY"


def show_anomaly(reading: Reading, watched: Watched, anomaly: Anomaly, called: Names) -> None:
    """Draw an anomaly: chart, arithmetic, who is responsible, and the form that calls it expected."""
    kind = choose(
        "Seen in",
        anomaly.kinds,
        name="seen",
        default=anomaly.kinds[0],
        words=lambda k: anomaly_words.KINDS[AnomalyKind(k)],
    )
    found, measure = anomaly.worst(AnomalyKind(kind)), MEASURES[AnomalyKind(kind).slug]
    where = _scope_words(found.scope, called)
    rows = compared_days.course(watched.panels[measure.slug], found, anomaly)
    _show_course(rows, f"{anomaly_words.KINDS[found.kind]}: {where}", where, measure)
    _show_arithmetic(found, measure)
    _show_responsible(anomaly, called)
    _show_expectation(reading, anomaly)


def show_expected_spend(watched: Watched, window: Window) -> None:
    """Draw the spend of all that is in view against its baseline, where nothing is unusual."""
    spend = MEASURES["spend"]
    rows = compared_days.plain_course(watched.panels[spend.slug], ORGANIZATION, AnomalyKind.SPEND, window)
    if len(rows):
        _show_course(rows, "Was spend as expected?", "all that is in view", spend)


def _show_course(rows: pd.DataFrame, question: str, where: str, measure: Measure) -> None:
    number = tables.column(fmt.titled(measure.label, measure.unit), measure.unit, measure.definition)
    show_figure(
        question,
        drawn(baseline_chart, rows, unit=measure.unit, value_title=measure.label),
        rows.assign(state=["unusual" if unusual else "" for unusual in rows["unusual"]]),
        {
            "start": tables.start_column(Grain.DAY),
            "value": number,
            "baseline": tables.column("Baseline (median)", measure.unit),
            "low": tables.column("Unusual below", measure.unit),
            "high": tables.column("Unusual above", measure.unit),
            "state": tables.text_column("State"),
        },
        name="unusual-days",
        alt_text=describe(rows, measure.unit, grain=Grain.DAY, value_title=measure.label),
        note=f"{measure.label} of {where}, day by day. The dashed line is the median of the same weekday "
        f"in the 8 weeks before; within the grey band, {THRESHOLD} spreads to either side, a day is as "
        "expected. Large red points are unusual days.",
    )


def _show_arithmetic(found: Finding, measure: Measure) -> None:
    show_table(
        "How is that computed?",
        compared_days.compared(found),
        {
            "day": Column("Compared day (UTC)", tables.ColumnType.DATE, _DAY, pinned=True),
            "value": tables.column(fmt.titled(measure.label, measure.unit), measure.unit),
            "distance": tables.column(fmt.titled("Distance from the median", measure.unit), measure.unit),
        },
        name="compared-days",
        note=_sum_words(found, measure.unit),
    )


def _sum_words(found: Finding, unit: Unit) -> str:
    baseline = found.baseline
    value, middle, mad, floor, spread, away = (
        _in_full(v, unit)
        for v in (
            baseline.value,
            baseline.median,
            baseline.mad,
            baseline.floor,
            baseline.spread,
            baseline.excess,
        )
    )
    least = _in_full(smallest_spread(found.kind), unit)
    return (
        f"{baseline.day:%A}, {dates.day(baseline.day)}: {value}. "
        f"The days below are the {baseline.day:%A}s before it. Their median is {middle}; "
        f"the median of their distances from it is {mad}. The spread is "
        f"{CONSISTENT} × {mad}, and at least {floor} (the larger of {RELATIVE:.0%} of the median and "
        f"{least}): {spread}. The score is ({value} − {middle}) / {spread} = {away} / {spread} = "
        f"{baseline.score:.1f}. A day is unusual from {THRESHOLD} on, or from −{THRESHOLD} down where a "
        "ratio falls."
    )


def _show_responsible(anomaly: Anomaly, called: Names) -> None:
    rows = detection.responsible(anomaly)
    unit = Unit.TOKENS if anomaly.lead.kind.is_ratio else MEASURES[anomaly.lead.kind.slug].unit
    label = "Tokens missing" if anomaly.lead.kind.is_ratio else "Above its baseline"
    labelled = rows.assign(
        part=[DIMENSIONS[d].label for d in rows["dimension"]],
        name=[called[d][i] for d, i in zip(rows["dimension"], rows["id"], strict=True)],
    )
    profiles = [profile_link(d, i) for d, i in zip(rows["dimension"], rows["id"], strict=True)]
    labelled["profile"] = pd.Series(profiles, dtype=object)
    show_table(
        "Who is responsible?",
        labelled,
        {
            "part": tables.text_column("What"),
            "name": tables.text_column("Name"),
            "amount": tables.column(fmt.titled(label, unit), unit),
            "profile": tables.link_column("Profile", "Open"),
        },
        name="responsible",
        note=f"{anomaly_words.KINDS[anomaly.lead.kind]}, {dates.day_range(anomaly.first, anomaly.last)}: "
        "by how much each was off its own baseline on the unusual days together. Keys and models are parts "
        "of the project, so their rows repeat its amount and do not add to it.",
    )
    with st.container(horizontal=True):
        for d, i in dict(zip(rows["dimension"], rows["id"], strict=True)).items():
            text.button(
                f"Narrow every page to {called[d][i]}",
                key=f"narrow:{d}",
                icon=":material/filter_alt:",
                on_click=narrow,
                args=(d, i),
            )


def _show_expectation(reading: Reading, anomaly: Anomaly) -> None:
    notes = loading.load_notes(reading.backend)
    note, writable = detection.expected(anomaly, notes), may(Role.EDITOR)
    if not note and not writable:
        return
    with st.container(border=True):
        if note:
            st.markdown(f"**Marked as expected**, {dates.day(note.written_at)}: {markdown_text(note.text)}")
            if writable:
                st.button(
                    "Undo",
                    icon=":material/undo:",
                    on_click=write,
                    args=(reading.backend, replace(note, removed=True)),
                )
            return
        with st.form("expected", clear_on_submit=True, border=False):
            st.text_input("Was this expected? Say why.", max_chars=_LONGEST, key="expected:why")
            st.form_submit_button(
                "Mark as expected", icon=":material/check:", on_click=_mark, args=(reading, anomaly)
            )
        st.caption("It stays in the list, muted and no longer counted, for everybody who uses this store.")
        if said := st.session_state.pop("expectation", None):
            text.error(said)


def _mark(reading: Reading, anomaly: Anomaly) -> None:
    why = st.session_state["expected:why"].strip()
    if not why:
        st.session_state.expectation = "Say in a few words why it was expected, then mark it again."
        return
    write(
        reading.backend,
        Note(uuid.uuid4().hex, anomaly.first, anomaly.last, why, anomaly.key, instance.now()),
    )


def _scope_words(scope: Scope, called: Names) -> str:
    named = [
        called[d].get(i, i) for d, i in zip(BY, (scope.project, scope.key, scope.model), strict=True) if i
    ]
    return " · ".join(named) or "the organization"


def _in_full(value: fmt.Number, unit: Unit) -> str:
    if unit is Unit.USD:
        return fmt.usd(value, 2)
    if unit is Unit.SHARE:
        return f"{float(value):.2%}"
    return f"{value:,}" if isinstance(value, int) else f"{float(value):,.1f}"
