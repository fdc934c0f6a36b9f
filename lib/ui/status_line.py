"""The status line of Overview: how the month, the budgets and the newest days stand, each leading on."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.analysis.anomalies.detection import READS, history
from lib.answers import collected, forecasts, loading, month_standing
from lib.answers.address import Choices, written
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.sources import COSTS
from lib.periods.presets import Comparison, Period, window_of
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.sync.plan import Need
from lib.ui import anomaly_list, text
from lib.ui.navigation import show_page_link
from lib.ui.session import session
from lib.wording import anomaly_words, collecting_words, status_words

_LONGEST = 31
"""Days whose unusual ones are counted at most; of a longer period, the last 30."""


def show_status(box: DeltaGenerator, reading: Reading, beside: Mapping[str, DeltaGenerator]) -> None:
    """Fill `box` with how things stand, and those `beside` the ranking of a dimension with what is unusual.

    What takes a year of history or many weeks of usage comes a moment after the page, so that nobody waits
    for it.
    """
    remembered, view, backend = session(), reading.view, reading.backend
    key = (view.window, view.filters, view.today)
    first = remembered.status_of != key
    remembered.status_of, remembered.status_waits = key, first
    with box, st.container(border=True, horizontal=True, key="status"):
        _show_month(backend, view)
        if first:
            _come_back()
        elif _is_there(backend, view):
            _show_forecast_and_budgets(reading)
            _show_unusual(reading, beside)
        if lost := collecting_words.expiring_in_short(collected.expiring(backend)):
            show_page_link("data", lost)
        moment = loading.last_refreshed(backend, remembered.required)
        if moment:
            show_page_link("data", status_words.fetched(moment))


def needs_of(view: View) -> list[Need]:
    """Return what has to be stored for all of it: a year of the bill, and the weeks before the period."""
    names = dict.fromkeys(source.name for measure in READS for source in measure.sources)
    judged = [Need(name, Width.DAY, history(_judged(view))) for name in names]
    return [Need(COSTS.name, Width.DAY, forecasts.view_of(view).window), *judged]


@st.fragment(run_every=1.0)
def _come_back() -> None:
    remembered = session()
    if not remembered.status_waits:
        st.rerun()
    remembered.status_waits = False
    st.caption("Looking at the forecast, the budgets and unusual days.")


def _show_month(backend: Backend, view: View) -> None:
    month = replace(view, window=window_of(Period.THIS_MONTH, view.today), comparison=Comparison.MONTH)
    if said := month_standing.so_far(Reading(backend, month, (COSTS,))):
        shown = written(Choices(Period.THIS_MONTH, filters=view.kept))
        show_page_link("changes", said, shared=shown)


def _show_forecast_and_budgets(reading: Reading) -> None:
    if said := month_standing.end(reading, reading.view.filters):
        show_page_link("budgets", said)
    show_page_link("budgets", month_standing.budgets(reading.backend))


def _show_unusual(reading: Reading, beside: Mapping[str, DeltaGenerator]) -> None:
    backend, view = reading.backend, reading.view
    window = _judged(view)
    watched = loading.load_watched(backend, window, view.filters)
    if watched.used(window):
        found = watched.ranked
        listed = anomaly_words.listed(found, loading.load_notes(backend))
        rows = anomaly_list.in_names(listed, anomaly_list.names(reading, found), reading)
        is_other = window != view.window
        shown = written(Choices(Period.LAST_30, filters=view.kept)) if is_other else None
        said = status_words.unusual(rows, window.days, watched.unjudged(window), watched.young(window))
        show_page_link("anomalies", said, shared=shown)
        for dimension, box in beside.items():
            if words := anomaly_words.named_in_ranking(rows, dimension):
                with box:
                    text.caption(words)


def _judged(view: View) -> Window:
    return window_of(Period.LAST_30, view.today) if view.window.days > _LONGEST else view.window


def _is_there(backend: Backend, view: View) -> bool:
    """Return whether all days are stored that can be; those that are not are fetched beside the page."""
    job = backend.syncer.request(needs_of(view))
    if not job.done:
        session().status_waits = True
        _come_back()
    return job.done and not job.failures
