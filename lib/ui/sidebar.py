"""The sidebar: which days, how cut, compared with what, and which rows, as far as that counts on the page."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence

import streamlit as st

from lib.access.audit import Event
from lib.access.rules import Role
from lib.answers import address, instance, loading
from lib.answers.address import Choices
from lib.answers.editions import editions
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, FILTERABLE, ORGANIZATION, UNATTRIBUTED, text_of, value_of
from lib.catalog.line_items import base_model
from lib.engine.filters import Filters
from lib.errors import AppError
from lib.periods.grains import Grain, allowed
from lib.periods.presets import Comparison, Period
from lib.periods.windows import ONE_DAY
from lib.sync.plan import Need
from lib.ui import address_bar, text
from lib.ui.gate import show_person
from lib.ui.identity import may, write_down
from lib.ui.notes_panel import show_notes
from lib.ui.session import session
from lib.ui.site_map import Control
from lib.ui.zone_choice import choose_zone, controls_of, day_of_link, days_in, refused, usual_zone, zone_of
from lib.wording import dates
from lib.wording.labels import Labels
from lib.wording.refusal_words import in_short
from lib.wording.zone_words import in_utc_instead

AUTOMATIC = "automatic"
_PERIODS = (Choices.period, *(period for period in Period if period is not Choices.period))
"""The usual period first: a busy browser that draws two runs as one shows a control's first option."""


def choose_view() -> View:
    """Draw the sidebar and return the view that it holds, which is also kept for the page."""
    now = instance.now()
    link, remembered = address_bar.arrived(), session()
    remembered.required, remembered.about, remembered.in_part = (), None, False
    counts = controls_of(remembered.page, remembered.kept if link is None else link)
    if link is not None:
        remembered.follow(link, *address.read(link, day_of_link(link, counts, now)))
    _hold(remembered.choices, *days_in(remembered.choices, counts, now), anew=not remembered.held)
    today, zone = days_in(_held(), counts, now)
    _end_by(today)
    if not remembered.held:
        remembered.corrected, remembered.held = _held(), True
    with st.sidebar:
        several = _choose_organizations()
        if Control.PERIOD in counts:
            _choose_days(today, zone)
        if Control.ZONE in counts:
            choose_zone()
        if Control.INTERVAL in counts:
            _choose_interval(today)
        if Control.COMPARISON in counts:
            _choose_comparison(today, zone)
        if Control.FILTERS in counts:
            _choose_rows()
        if counts or several:
            st.button("Reset", icon=":material/restart_alt:", on_click=_reset, width="stretch")
    choices = _held()
    address_bar.begin(address.written(choices))
    view = choices.view(today, zone)
    remembered.choices, remembered.view = choices, view
    _say(view, choices, counts, now)
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
        if may(Role.ADMIN):
            st.button(
                "Refresh",
                icon=":material/sync:",
                width="stretch",
                on_click=_refresh,
                args=(backend, needs),
                help="Fetch the days that can still change now",
            )
        show_notes(backend, view)
        if failures := in_short(backend.syncer.name_failures):
            text.caption(" ".join(["Ids stand in for names that are not known.", *failures]))
        st.toggle(
            "Mask names",
            key=instance.MASKS,
            help="People and keys go by masks such as Person 3f2a, so that you can share your screen",
        )
        show_person()


def _refresh(backend: instance.Backend, needs: Sequence[Need]) -> None:
    if not may(Role.ADMIN):
        return
    write_down(Event.SYNC, f"refreshed {', '.join(dict.fromkeys(need.source for need in needs))}")
    backend.syncer.retry()
    editions().hurry(backend.syncer.refresh(needs, force=True))


def narrow(dimension: str, value: str) -> None:
    """Narrow the view to one value of a dimension; for use in callbacks.

    A bill names models without a date: such a name stands for every model that is billed under it.
    """
    stored = loading.load_values(instance.open_backend()).get(dimension, ())
    spelt = [m for m in stored if base_model(m) == value] if dimension == "model" else []
    st.session_state[_key(dimension)] = [value] if value in stored or not spelt else spelt


def narrow_days(first: dt.date, last: dt.date) -> None:
    """Narrow the period to the days from `first` to `last`; for use in callbacks."""
    st.session_state.period = Period.CUSTOM
    st.session_state.range = st.session_state.whole_range = (first, last)


def widen(dimension: str, *values: str) -> None:
    """Take `values` out of the filter on a dimension; for use in callbacks."""
    st.session_state[_key(dimension)] = [v for v in st.session_state[_key(dimension)] if v not in values]


def _choose_organizations() -> bool:
    """Draw the choice between several organizations, which counts on every page; return whether there are."""
    try:
        found = instance.granted_settings()
    except AppError:
        return False  # what goes wrong is said where the page needs it
    known = [each.organization for each in found.organizations if each.organization]
    if not known:
        return False
    key, about = _key(ORGANIZATION), DIMENSIONS[ORGANIZATION]
    held = st.session_state[key]
    options = list(dict.fromkeys([*known, *held]))
    st.multiselect(about.label, options, key=key, placeholder=f"All {about.plural} together")
    _say_strangers([name for name in held if name not in known])
    return True


def _end_by(today: dt.date) -> None:
    """Let no range end after `today`, which is another day in another zone."""
    for key in ("range", "whole_range", "against", "whole_against"):
        st.session_state[key] = tuple(min(day, today) for day in st.session_state[key])


def _choose_days(today: dt.date, zone: str) -> None:
    period: Period = st.session_state.period
    if period is not Period.CUSTOM:
        st.session_state.range = _days_of(period, today)
    st.selectbox("Period", _PERIODS, key="period", format_func=lambda p: p.label, on_change=_keep_range)
    _choose_range(f"Dates ({zone})", "range", today, _picked)
    if len(st.session_state.range) != 2:
        first, last = st.session_state.whole_range
        text.info(f"Pick an end date. Until then the page shows {dates.day_range(first, last)}.")


def _choose_range(label: str, key: str, today: dt.date, on_change: Callable[[], None]) -> None:
    st.date_input(
        label,
        key=key,
        min_value=address.EARLIEST,
        max_value=today,
        format="YYYY-MM-DD",
        on_change=on_change,
    )


def _keep_range() -> None:
    if len(st.session_state.range) == 2:
        st.session_state.whole_range = st.session_state.range
    else:
        st.session_state.range = st.session_state.whole_range


def _days_of(period: Period, today: dt.date) -> tuple[dt.date, dt.date]:
    window = Choices(period).view(today).window
    return window.first, min(window.end - ONE_DAY, today)


def _picked() -> None:
    period = st.session_state.period
    counts = controls_of(session().page, session().kept)
    today, _ = days_in(_held(), counts, instance.now())
    if period is not Period.CUSTOM and st.session_state.range == _days_of(period, today):
        return  # a browser that draws two runs as one says again what it was told
    st.session_state.period = Period.CUSTOM
    if len(st.session_state.range) == 2:
        st.session_state.whole_range = st.session_state.range


def _choose_interval(today: dt.date) -> None:
    days = _held().view(today).window.days
    st.selectbox(
        "Interval",
        [AUTOMATIC, *(g.value for g in Grain if g is not Grain.TOTAL)],
        key="grain",
        format_func=lambda g: _grain_words(g, days),
    )


def _choose_comparison(today: dt.date, zone: str) -> None:
    st.selectbox(
        "Compare with",
        list(Comparison),
        key="comparison",
        format_func=lambda c: c.label,
        on_change=_begin_with_what_was_compared,
    )
    if st.session_state.comparison is Comparison.CUSTOM:
        _choose_range(f"Dates to compare with ({zone})", "against", today, _picked_against)


def _begin_with_what_was_compared() -> None:
    view = session().view
    if view and st.session_state.comparison is Comparison.CUSTOM:
        before = view.compared or view.window
        st.session_state.against = st.session_state.whole_against = (before.first, before.end - ONE_DAY)


def _picked_against() -> None:
    if len(st.session_state.against) == 2:
        st.session_state.whole_against = st.session_state.against


def _grain_words(grain: str, days: int) -> str:
    fits = grain == AUTOMATIC or Grain(grain) in allowed(days)
    return grain.capitalize() if fits else f"{grain.capitalize()} (shorter ranges)"


def _choose_rows() -> None:
    try:
        backend = instance.open_backend().at_once()
        labels, values = loading.load_labels(backend), loading.load_values(backend)
    except AppError:
        labels, values = Labels(()), {}
    always = [d for d in DIMENSIONS if d != ORGANIZATION and (d in FILTERABLE or d in values)]
    others = [d for d in DIMENSIONS if d not in (*always, ORGANIZATION)]
    active = [d for d in others if st.session_state[_key(d)]]
    for dimension in (*always, *active):
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
    _say_strangers([v for v in held if v not in known and v != UNATTRIBUTED] if known else ())


def _say_strangers(strangers: Collection[str]) -> None:
    if strangers:
        text.caption(
            f"Nothing here goes by {', '.join(strangers)}: deleted, misspelt or of another organization."
        )


def _held() -> Choices:
    state = st.session_state
    first, last = state.whole_range
    custom, against = state.period is Period.CUSTOM, state.comparison is Comparison.CUSTOM
    return Choices(
        period=state.period,
        first=first if custom else None,
        last=last if custom else None,
        grain=None if state.grain == AUTOMATIC else Grain(state.grain),
        comparison=state.comparison,
        filters=_where(),
        against=state.whole_against if against else None,
        zone=None if state.zone == usual_zone() else state.zone,
    )


def _where() -> Filters:
    held = ((d, st.session_state[_key(d)]) for d in DIMENSIONS)
    return Filters(tuple((d, tuple(map(value_of, sorted(values)))) for d, values in held if values))


def _hold(choices: Choices, today: dt.date, zone: str, *, anew: bool) -> None:
    """Give the controls what they are to hold: all of them `anew`, else those that were not drawn last."""
    view = choices.view(today, zone)
    window, before = view.window, view.compared or view.window
    days = (window.first, min(window.end - ONE_DAY, today))
    against = choices.against or (before.first, before.end - ONE_DAY)
    filters = dict(choices.filters)
    values = {
        "period": choices.period,
        "range": days,
        "whole_range": days,
        "zone": zone_of(choices),
        "grain": choices.grain.value if choices.grain else AUTOMATIC,
        "comparison": choices.comparison,
        "against": against,
        "whole_against": against,
        **{_key(d): list(map(text_of, filters.get(d, ()))) for d in DIMENSIONS},
    }
    for key, value in values.items():
        # At every run: a browser that draws two runs as one would else show, and then send, a first option.
        st.session_state[key] = value if anew or key not in st.session_state else st.session_state[key]


def _reset() -> None:
    session().start_over()


def _say(view: View, choices: Choices, counts: Collection[Control], now: dt.datetime) -> None:
    remembered = session()
    if Control.ZONE in counts and (why := refused(choices, now)):
        text.info(in_utc_instead(why))
    for sentence in remembered.corrections if remembered.corrected == remembered.choices else ():
        text.warning(sentence, icon=":material/link:")
    if Control.INTERVAL in counts and view.grain and view.cut is not view.grain:
        days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
        text.info(f"{days} is too long to draw by {view.grain}; it is drawn by {view.cut}.")


def _key(dimension: str) -> str:
    return f"where:{dimension}"
