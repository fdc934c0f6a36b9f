"""The sidebar: which days, how cut, compared with what, and which rows."""

import datetime as dt
from collections.abc import Iterable, Sequence

import streamlit as st

from lib.answers import instance, loading
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, FILTERABLE, UNATTRIBUTED, text_of, value_of
from lib.catalog.line_items import base_model
from lib.engine.filters import Filters
from lib.errors import AppError
from lib.periods.grains import Grain, allowed
from lib.periods.presets import Comparison, Period
from lib.periods.windows import ONE_DAY
from lib.sync.plan import Need
from lib.ui import address, address_bar, text
from lib.ui.address import Choices
from lib.ui.notes_panel import show_notes
from lib.ui.session import session
from lib.wording import dates
from lib.wording.labels import Labels

AUTOMATIC = "automatic"


def choose_view() -> View:
    """Draw the sidebar and return the view that it holds, which is also kept for the page."""
    today = instance.now().date()
    link, remembered = address_bar.arrived(), session()
    remembered.required = ()
    if link is not None:
        remembered.follow(link, *address.read(link, today))
    if not (remembered.held and all(key in st.session_state for key in _KEYS)):
        _hold(remembered.choices, today)
    if not remembered.held:
        remembered.corrected, remembered.held = _held(), True
    with st.sidebar:
        _choose_days(today)
        _choose_cut(today)
        _choose_rows()
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, width="stretch")
    choices = _held()
    address_bar.begin(address.written(choices))
    view = choices.view(today)
    remembered.choices, remembered.view = choices, view
    _say(view)
    return view


def show_freshness(view: View) -> None:
    """Draw, below the choices, when the page's data was last fetched, and a button that fetches it again."""
    needs = session().required
    try:
        backend = instance.open_backend()
    except AppError:
        return
    moment = loading.last_refreshed(backend.at_once(), needs)
    with st.sidebar:
        if moment:
            text.caption(f"Last refreshed {moment:%-d %b %Y, %H:%M} UTC")
        st.button(
            "Refresh",
            icon=":material/sync:",
            width="stretch",
            on_click=_refresh,
            args=(backend, needs),
            help="Fetch the days that can still change, now",
        )
        show_notes(backend, view)
        for sentence in backend.syncer.name_failures:
            text.caption(f"Ids stand where names are not known. {sentence}")


def _refresh(backend: instance.Backend, needs: Sequence[Need]) -> None:
    backend.syncer.retry()
    backend.syncer.refresh(needs, force=True)


def narrow(dimension: str, value: str) -> None:
    """Narrow the view to one value of a dimension; for use in callbacks.

    A bill names models without a date: such a name stands for every model that is billed under it.
    """
    stored = loading.load_values(instance.open_backend()).get(dimension, ())
    spelt = [m for m in stored if base_model(m) == value] if dimension == "model" else []
    st.session_state[_key(dimension)] = [value] if value in stored or not spelt else spelt


def _choose_days(today: dt.date) -> None:
    period: Period = st.session_state.period
    if period is not Period.CUSTOM:
        window = Choices(period).view(today).window
        st.session_state.range = (window.first, min(window.end - ONE_DAY, today))
    st.selectbox("Period", list(Period), key="period", format_func=lambda p: p.label, on_change=_keep_range)
    st.date_input(
        "Dates (UTC)",
        key="range",
        min_value=address.EARLIEST,
        max_value=today,
        format="YYYY-MM-DD",
        on_change=_picked,
    )
    if len(st.session_state.range) != 2:
        first, last = st.session_state.whole_range
        text.info(f"Pick an end date. Until then the page shows {dates.day_range(first, last)}.")


def _keep_range() -> None:
    if len(st.session_state.range) == 2:
        st.session_state.whole_range = st.session_state.range
    else:
        st.session_state.range = st.session_state.whole_range


def _picked() -> None:
    st.session_state.period = Period.CUSTOM
    if len(st.session_state.range) == 2:
        st.session_state.whole_range = st.session_state.range


def _choose_cut(today: dt.date) -> None:
    days = _held().view(today).window.days
    st.selectbox(
        "Grain",
        [AUTOMATIC, *(g.value for g in Grain if g is not Grain.TOTAL)],
        key="grain",
        format_func=lambda g: _grain_words(g, days),
    )
    st.selectbox("Compare with", list(Comparison), key="comparison", format_func=lambda c: c.label)


def _grain_words(grain: str, days: int) -> str:
    fits = grain == AUTOMATIC or Grain(grain) in allowed(days)
    return grain.capitalize() if fits else f"{grain.capitalize()} (shorter ranges)"


def _choose_rows() -> None:
    try:
        backend = instance.open_backend().at_once()
        labels, values = loading.load_labels(backend), loading.load_values(backend)
    except AppError:
        labels, values = Labels(()), {}
    active = [d for d in DIMENSIONS if d not in FILTERABLE and st.session_state[_key(d)]]
    for dimension in (*FILTERABLE, *active):
        _choose_values(dimension, labels, values.get(dimension, ()))


def _choose_values(dimension: str, labels: Labels, stored: Iterable[str]) -> None:
    held = st.session_state[_key(dimension)]
    known = {*labels.known(dimension), *stored}
    options = labels.apart(dimension, sorted({*known, *held}))
    about = DIMENSIONS[dimension]
    st.multiselect(
        about.label,
        sorted(options, key=lambda v: options[v].casefold()),
        key=_key(dimension),
        format_func=lambda v: options.get(v, v),
        placeholder=f"All {about.plural}",
    )
    strangers = [v for v in held if v not in known and v != UNATTRIBUTED]
    if strangers and known:
        text.caption(
            f"Nothing here goes by {', '.join(strangers)}: deleted, misspelt or of another organization."
        )


def _held() -> Choices:
    state = st.session_state
    first, last = state.whole_range
    custom = state.period is Period.CUSTOM
    return Choices(
        period=state.period,
        first=first if custom else None,
        last=last if custom else None,
        grain=None if state.grain == AUTOMATIC else Grain(state.grain),
        comparison=state.comparison,
        filters=_where(),
    )


def _where() -> Filters:
    held = ((d, st.session_state[_key(d)]) for d in DIMENSIONS)
    return Filters(tuple((d, tuple(map(value_of, sorted(values)))) for d, values in held if values))


def _hold(choices: Choices, today: dt.date) -> None:
    state, window = st.session_state, choices.view(today).window
    state.period, state.comparison = choices.period, choices.comparison
    state.grain = choices.grain.value if choices.grain else AUTOMATIC
    state.range = state.whole_range = (window.first, min(window.end - ONE_DAY, today))
    filters = dict(choices.filters)
    for dimension in DIMENSIONS:
        state[_key(dimension)] = list(map(text_of, filters.get(dimension, ())))


def _reset() -> None:
    session().start_over()


def _say(view: View) -> None:
    remembered = session()
    for sentence in remembered.corrections if remembered.corrected == remembered.choices else ():
        text.warning(sentence, icon=":material/link:")
    if view.grain and view.cut is not view.grain:
        days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
        text.info(f"{days} is too long to draw by {view.grain}; it is drawn by {view.cut}.")


def _key(dimension: str) -> str:
    return f"where:{dimension}"


_KEYS = ("period", "range", "whole_range", "grain", "comparison", *map(_key, DIMENSIONS))
"""Where the controls keep what they hold; a run that was cut short may have left some out."""
