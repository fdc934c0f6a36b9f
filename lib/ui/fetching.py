"""Fetching: what a page needs is fetched while it shows what is there, never without saying so."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from lib.answers import instance
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.sources import SOURCES, Source
from lib.errors import AdminApiError
from lib.openai_admin.spend_limits import LimitList
from lib.periods.grains import LONGEST, Grain
from lib.periods.local_days import rows_width
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.sync.background import Job
from lib.sync.plan import Need
from lib.ui import text
from lib.ui.identity import granted
from lib.ui.messages import say_unknown_days, show_error
from lib.ui.navigation import halt
from lib.ui.session import session
from lib.wording import dates
from lib.wording.escaping import markdown_text

PATIENCE = 8.0
"""For how many seconds a page with nothing to show waits for everything before it shows a part."""


def require(
    view: View, sources: Iterable[Source], *, at_grain: bool = False, asks_again: bool = False
) -> Reading:
    """Return the view's reading once there is something to show of `sources`, fetching what is missing.

    Days come by the width of the view's grain where `at_grain` and the source allow it, else by day.
    What is not known is said once: not where the page `asks_again` for more.
    """
    backend = instance.open_backend()
    names = list(dict.fromkeys(s.name for s in sources))
    grain = view.cut if at_grain else Grain.DAY
    now = _needs(names, grain, view.window)
    before = _needs(names, grain, view.compared) if view.compared else []
    session().required = tuple(dict.fromkeys((*session().required, *now, *before)))
    _sync(backend, now, before)
    reading = Reading(backend.at_once(), view, tuple(SOURCES[name] for name in names))
    if not asks_again:
        say_unknown_days(reading)
    return reading


def require_hours(reading: Reading, sources: Sequence[Source]) -> Reading | None:
    """Return the reading by hour where hourly rows are at hand; else draw a button that fetches them."""
    view = reading.view
    if view.window.days > LONGEST[Grain.HOUR]:
        text.info(
            f"Hourly rows are kept for ranges of up to {LONGEST[Grain.HOUR]} days. Choose a shorter period."
        )
        return None
    hourly = replace(view, grain=Grain.HOUR)
    needs = _needs([s.name for s in sources if Width.HOUR in s.widths], Grain.HOUR, view.window)
    backend = reading.backend
    if not backend.syncer.missing(needs):
        return Reading(backend.at_once(), hourly)
    days = dates.day_range(view.window.first, view.window.end - ONE_DAY)
    if session().hours != view.window and not text.button(
        f"Fetch hourly rows of {days}", icon=":material/schedule:"
    ):
        st.caption("The rhythm of the week needs hourly rows, which are fetched on request.")
        return None
    session().hours = view.window
    _sync(backend, needs, [])
    return Reading(backend.at_once(), hourly)


def require_limits(backend: Backend) -> LimitList:
    """Return the spend limits and alerts as last read; they are read again beside the page where due."""
    job = backend.syncer.read_limits()
    for sentence in job.failures.values():
        text.caption(f"OpenAI's limits and alerts could not be read just now. {sentence}")
    if not job.done:
        _watch_limits(job)
    return backend.store.limits()


@st.fragment(run_every=1.0)
def _watch_limits(job: Job) -> None:
    if job.done or granted() is None:
        st.rerun()
    st.caption("Reading the limits and alerts that are set at OpenAI.")


def _needs(names: Sequence[str], grain: Grain, window: Window) -> list[Need]:
    width, days = rows_width(grain, window), window.in_utc
    return [Need(n, width if width in SOURCES[n].widths else Width.DAY, days) for n in names]


def _sync(backend: Backend, now: Sequence[Need], before: Sequence[Need]) -> None:
    """Wait for the period where nothing of it is there to show; fetch the rest beside the page."""
    seen = backend.at_once()
    if not any(_held(seen, need) for need in now):
        job = backend.syncer.request(now)
        if not job.done:
            _wait(job)
        _say_failures(job.failures, empty=True)
    needs = [*now, *before]
    job, beside = backend.syncer.request(needs), backend.syncer.refresh(needs)
    _say_failures({**job.failures, **beside.failures}, empty=False)
    if not job.done:
        _watch(job, "What is already there is shown.")
    elif not beside.done:
        _watch(beside, "The page shows what was stored before.")
    elif backend.is_behind:
        _watch_edition(backend)


def _held(backend: Backend, need: Need) -> bool:
    fetched = backend.store.coverage(need.source, need.width)
    return any(day in fetched for day in need.window)


def _wait(job: Job) -> None:
    bar = st.progress(0.0, text="Asking the API")
    until = time.monotonic() + PATIENCE
    while not job.wait(0.3) and time.monotonic() < until:
        share, words = _words(job)
        bar.progress(share, text=markdown_text(words))
    bar.empty()
    st.rerun()


@st.fragment(run_every=1.0)
def _watch(job: Job, meanwhile: str) -> None:
    if job.done or granted() is None:
        st.rerun()
    share, words = _words(job)
    st.progress(share, text=markdown_text(f"{words}. {meanwhile}"))


@st.fragment(run_every=3.0)  # a hundred open pages may ask at once, beside those who work them out
def _watch_edition(backend: Backend) -> None:
    if not backend.is_behind or granted() is None:
        st.rerun()
    st.caption("What was fetched since is being worked out. The page shows what was stored before.")


def _words(job: Job) -> tuple[float, str]:
    progress = job.progress
    share = progress.done / max(progress.total, 1)
    return share, f"Fetching {progress.what}: {share:.0%} done"


def _say_failures(failures: Mapping[str, str], *, empty: bool) -> None:
    sentences: dict[str, list[str]] = {}
    for name, sentence in failures.items():
        if name in SOURCES:
            sentences.setdefault(sentence, []).append(SOURCES[name].label)
    for sentence, labels in sentences.items():
        show_error(AdminApiError(f"{sentence} ({', '.join(labels)})"))
    if sentences and empty:
        halt()
    if sentences:
        st.caption("What was stored before is shown.")
