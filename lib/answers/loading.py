"""What answers are made of: loaded from the store, and kept until what was read of it changes."""

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from lib.analysis.anomalies import detection, panel
from lib.analysis.anomalies.detection import Watched
from lib.analysis.frames import framed
from lib.analysis.parts import agreed, joined
from lib.analysis.vectors import with_column
from lib.answers import budget_status, instance
from lib.answers.answer_coverage import Coverage, SourceDays, coverage_of, in_days_of
from lib.answers.attribution import unattributed_days
from lib.answers.caching import kept
from lib.answers.editions import kept_ahead
from lib.answers.forecasts import Forecast, forecast_of
from lib.answers.instance import Backend
from lib.answers.page_thread import draws_a_page
from lib.catalog.dimensions import FILTERABLE, ORGANIZATION, TEAM, text_of
from lib.catalog.measures import Measure, sources_behind
from lib.catalog.schemas import TIME
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.demo.organization.sample_quantities import quantities as demo_quantities
from lib.engine.execution import (
    Counts,
    answer,
    known_values,
    other_currencies,
    page,
    row_counts,
    unsorted_answer,
)
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.kept_rows import held_rows, shared_by
from lib.engine.question import Question
from lib.errors import QuestionError
from lib.openai_admin.refusals import RefusalKind
from lib.periods.finality import DayState, day_states, is_final, known_part, least_known
from lib.periods.grains import Grain
from lib.periods.local_days import day_width
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.periods.zones import UTC, today_in
from lib.store.budget_file import Declared
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.sync.plan import Need
from lib.wording.labels import Labels

_AT_ONCE = 3
"""How many questions the engine is asked at once: it has threads of its own."""


def load_parts(
    backend: Backend,
    measures: Iterable[Measure],
    window: Window,
    *,
    grain: Grain = Grain.TOTAL,
    by: tuple[str, ...] = (),
    filters: Filters = EVERYTHING,
) -> pd.DataFrame:
    """Return the parts of `measures`: `start` (UTC, unless total), `by` (ids as text), `source.metric`.

    A source that does not know a dimension asked for, or filtered by, has no rows.
    """
    questions = _questions(backend, measures, window, grain, by, filters)
    keys = [*([] if grain is Grain.TOTAL else ["start"]), *by]

    def find() -> pd.DataFrame:
        tables = zip(questions, _load_wider(backend, questions), strict=True)
        columns = {q.source: table.select([*keys, *q.metrics]) for q, table in tables}
        return joined(columns, keys)

    asked = ("parts", backend.seen, questions)
    return kept(asked, find, version=_tables_read(backend, questions), is_part=True).copy(deep=False)


def load_rows(
    backend: Backend,
    measures: Iterable[Measure],
    window: Window,
    *,
    grain: Grain,
    by: tuple[str, ...],
    filters: Filters,
) -> list[pa.Table]:
    """Return the rows of `load_parts` as Arrow in no order: one empty table, and one for each source.

    They are not kept: there can be half a million of them, of which a page shows some sums.
    """
    questions = _questions(backend, measures, window, grain, by, filters)
    names = [question.source for question in questions]
    keys = [*([] if grain is Grain.TOTAL else [("start", TIME)]), *((name, pa.string()) for name in by)]

    def find(question: Question) -> pa.Table:
        table = agreed(_told(unsorted_answer(backend.store, question), question), names)
        columns = [c if c in ("start", *by) else f"{question.source}.{c}" for c in table.schema.names]
        return table.rename_columns(columns)

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="rows") as pool:
        return [pa.schema(keys).empty_table(), *pool.map(find, questions)]


def known_of(backend: Backend, source: str, window: Window) -> Window:
    """Return of days made of hours or minutes those between the first and the last that are known whole."""
    if window.zone == UTC:
        return window
    states = load_states(backend, SOURCES[source], window, day_width(window))
    return known_part(window, states) or window


def _questions(
    backend: Backend,
    measures: Iterable[Measure],
    window: Window,
    grain: Grain,
    by: tuple[str, ...],
    filters: Filters,
) -> tuple[Question, ...]:
    """Return what to ask each source of `measures` that knows all the dimensions."""
    wanted: dict[str, dict[str, None]] = {}
    for measure in measures:
        for source, metrics in measure.metrics.items():
            wanted.setdefault(source, {}).update(dict.fromkeys(metrics))
    asked = {*by, *filters.dimensions}
    return tuple(
        Question(source, known_of(backend, source, window), grain, by, tuple(metrics), filters)
        for source, metrics in wanted.items()
        if asked <= set(SOURCES[source].groupable)
    )


def load_table(backend: Backend, question: Question) -> pa.Table:
    """Return the answer as Arrow, ids as text (`(none)` without one)."""
    read, store = _tables_read(backend, [question]), backend.store

    def find() -> pa.Table:
        shared = shared_by(store, question)
        rows = ("rows", backend.seen, shared)
        find_rows = partial(held_rows, store, question)
        held = kept(rows, find_rows, version=read, is_part=True) if shared else None
        return _told(answer(store, question, held), question)

    return kept(("answer", backend.seen, question), find, version=read, is_part=True)


def load_page(backend: Backend, question: Question, first: int, count: int) -> pd.DataFrame:
    """Return some rows of the answer as a frame: ids as text, ints, and Decimals for money."""

    def find() -> pd.DataFrame:
        counts = _load_row_counts(backend, question)
        return framed(_told(page(backend.store, question, first, count, counts), question))

    asked = ("page", backend.seen, question, first, count)
    return kept(asked, find, version=_tables_read(backend, [question]))


def load_row_count(backend: Backend, question: Question) -> int:
    """Return how many rows the answer has."""
    return sum(_load_row_counts(backend, question).values())


def _load_row_counts(backend: Backend, question: Question) -> Counts:
    asked, read = ("row counts", backend.seen, question), _tables_read(backend, [question])
    return kept(asked, lambda: row_counts(backend.store, question), version=read)


def load_answers(backend: Backend, questions: Sequence[Question]) -> list[pa.Table]:
    """Return the answers as Arrow, ids as text (`(none)` without one)."""
    if len(questions) == 1:
        return [load_table(backend, questions[0])]
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="answer") as pool:
        return list(pool.map(partial(load_table, backend), questions))


def _load_wider(backend: Backend, questions: Sequence[Question]) -> list[pa.Table]:
    """Return the answers with every metric of their sources, so that one answer serves all measures."""
    try:
        return load_answers(backend, [replace(question, metrics=()) for question in questions])
    except QuestionError:  # a sum that cannot be held, maybe of a metric that nobody asked for
        return load_answers(backend, questions)


def load_other_currencies(backend: Backend, window: Window) -> pd.DataFrame:
    """Return `currency`, `line_item` and `amount` (exact) of bills that are not in US dollars."""
    return framed(other_currencies(backend.store, window))


def load_revisions(backend: Backend, window: Window) -> pd.DataFrame:
    """Return the revisions of the window's days (see `lib.store.Store.revisions`), sources by their label."""
    table = backend.store.revisions()
    frame = pd.DataFrame({n: pd.Series(table[n].to_pylist(), dtype=object) for n in table.schema.names})
    own = frame.loc[[window.first <= day < window.end for day in frame["day"]]]
    return own.assign(source=[SOURCES[s].label for s in own["source"]]).reset_index(drop=True)


def load_notes(backend: Backend) -> tuple[Note, ...]:
    """Return what people wrote about days and anomalies, by its first day."""
    return backend.store.notes()


def load_quantities(backend: Backend) -> tuple[Quantity, ...]:
    """Return what teams count each day; on demo data made-up quantities, until there are others."""
    stored = backend.store.quantities()
    made_up = backend.settings.is_demo and not stored and backend.store.projects is None
    return demo_quantities(instance.now().date()) if made_up else stored


def load_declared(backend: Backend) -> Declared:
    """Return the budgets that hold, the balance, and what is wrong in the file that declares them."""
    return budget_status.declared(backend.store, backend.settings)


def load_forecast(backend: Backend, filters: Filters = EVERYTHING) -> Forecast:
    """Return the forecast of what `filters` keep of the bill, and how such forecasts did."""
    store = backend.store
    settle, today = backend.settings.settle, instance.now().date()
    fetched = tuple(store.coverage(COSTS, Width.DAY).items())
    asked, read = ("forecast", backend.seen, filters), (hash(fetched), store.refusals(), settle, today)
    return kept_ahead(
        asked,
        lambda: forecast_of(store, settle, today, filters),
        lambda: load_forecast(backend.at_once(), filters),
        version=read,
    )


def load_labels(backend: Backend) -> Labels:
    """Return the labels of all ids."""
    store = backend.store
    several = len(store.organizations) > 1
    people = () if store.projects is None else load_values(backend)["user_id"]
    named = store.log_versions("names")
    return kept(
        ("labels", backend.seen),
        lambda: Labels(store.names_with(people), several=several),
        version=(named, people),
    )


def load_values(backend: Backend) -> Mapping[str, tuple[str, ...]]:
    """Return, for each dimension that the sidebar filters by, the ids that occur in the store."""
    files = tuple(tuple(backend.store.files(source, Width.DAY)) for source in SOURCES.values())
    return kept_ahead(
        ("values", backend.seen),
        lambda: _values(backend),
        lambda: load_values(backend.at_once()),
        version=files,
    )


def has_rows(backend: Backend) -> bool:
    """Return whether anything was used or billed on any stored day."""
    return any(backend.store.files(s, width) for s in SOURCES.values() for width in s.widths)


def offered(backend: Backend, dimensions: Iterable[str]) -> tuple[str, ...]:
    """Return those of `dimensions` that there are: no teams where none are declared, nor one organization."""
    store = backend.store
    absent = {
        *(() if store.teams is not None else (TEAM,)),
        *(() if len(store.organizations) > 1 else (ORGANIZATION,)),
    }
    return tuple(d for d in dimensions if d not in absent)


def load_lacking(backend: Backend, sources: Iterable[Source], window: Window) -> dict[str, int]:
    """Return of how many days of the window, up to today, something is not there of several organizations."""
    found: dict[str, set[dt.date]] = {}
    width, asked = day_width(window), window.in_utc
    for source in sources:
        for name, days in backend.store.lacking(source, width, asked).items():
            found.setdefault(name, set()).update(day for day in days if day <= instance.now().date())
    return {name: len(days) for name, days in found.items() if days}


def load_unattributed(
    backend: Backend, dimensions: Iterable[str], window: Window
) -> dict[dt.date, tuple[str, ...]]:
    """Return which of `dimensions` the API refused to tell costs by, for the days on which it did."""
    return unattributed_days(backend.store, dimensions, window)


def load_watched(backend: Backend, window: Window, filters: Filters, axis: str = panel.PROJECT) -> Watched:
    """Return what is unusual on the days of `window` (`lib.analysis.anomalies.detection`), by `axis`."""
    days = [detection.history(window)]
    tables = (versions(backend, source, {Width.DAY}, days) for source in sources_behind(detection.READS))
    version = (*backend.store.log_versions("restrictions"), *tables)

    def find() -> Watched:
        said = "Comparing every day with the same weekdays before it"
        with st.spinner(said) if draws_a_page() else nullcontext():
            return _watched(backend, window, filters, axis)

    asked = ("watched", backend.seen, window, filters, axis)
    return kept_ahead(
        asked, find, lambda: load_watched(backend.at_once(), window, filters, axis), version=version
    )


def load_states(
    backend: Backend, source: Source, window: Window, width: Width = Width.DAY
) -> dict[dt.date, DayState]:
    """Return for each day of the window whether the source's rows are missing, provisional or settled."""
    fetched = backend.store.coverage(source, width)
    unanswered = backend.store.unanswered(source, width)
    return day_states(window, fetched, backend.settings.settle, instance.now(), unanswered)


def load_coverage(
    backend: Backend,
    sources: Iterable[Source],
    window: Window,
    dimensions: Iterable[str] = (),
    width: Width | None = None,
) -> Coverage:
    """Return which days of `window` are known of all `sources`, and told by `dimensions` where billed.

    Days are stored by `width`, unless said by what the window's days are made of. Endpoints that the
    organization does not have count for nothing.
    """
    width = width or day_width(window)
    refusals, now = backend.store.refusals(), instance.now()
    absent = {r.source for r in refusals if r.kind is RefusalKind.ENDPOINT}
    wanted = [s for s in sources if s.name not in absent and width in s.widths]
    floors = {r.source: r.until for r in refusals if r.kind is RefusalKind.LOOKBACK}
    fetched = {s.name: backend.store.coverage(s, width) for s in wanted}
    held = [
        in_days_of(window, SourceDays(days, backend.syncer.fetching(name, width), floors.get(name)), now)
        for name, days in fetched.items()
    ]
    states = [
        day_states(window, days, backend.settings.settle, now, backend.store.unanswered(SOURCES[name], width))
        for name, days in fetched.items()
    ]
    final = {day: all(state[day] is DayState.SETTLED for state in states) for day in window}
    asked = [d for d in dimensions if d in COSTS.groupable]
    tells = bool(asked) or backend.store.projects is not None
    unattributed = load_unattributed(backend, asked, window) if tells and COSTS in wanted else {}
    return coverage_of(window, held, final, unattributed=unattributed, today=today_in(window.zone, now))


def versions(
    backend: Backend, source: Source, widths: Iterable[Width], windows: Sequence[Window] | None = None
) -> Hashable:
    """Return what changes with the rows and the fetched days of a source at some widths.

    Only those of `windows` count, where they are given.
    """
    store = backend.store
    found: list[Hashable] = [source.name]
    for width in (width for width in source.widths if width in widths):
        fetched = store.coverage(source, width)
        if windows is None:
            found += [store.table_version(source, width), hash(frozenset(fetched.items()))]
        for window in windows or ():
            files = tuple(store.files(source, width, window.in_utc))
            found += [files, tuple(map(fetched.get, window.in_utc)), bool(fetched)]
    return tuple(found)


def record_versions(backend: Backend) -> Hashable:
    """Return what changes with the names, what the API refuses, and what is marked on charts."""
    return backend.store.log_versions("names", "restrictions", "revisions", "notes")


def last_refreshed(backend: Backend, needs: Iterable[Need]) -> dt.datetime | None:
    """Return when the last known day of each need was last fetched, by the one that waits longest (UTC).

    Days that were final by then wait for nothing: they count only where all are final.
    """
    now, moments, waiting = instance.now(), [], []
    for need in needs:
        days = backend.store.coverage(need.source, need.width)
        held = [d for d in need.window if d in days]
        if held:
            fetched_at = days[max(held)]
            moments.append(fetched_at)
            if not is_final(max(held), fetched_at, backend.settings.settle, now):
                waiting.append(fetched_at)
    return min(waiting or moments, default=None)


def _tables_read(backend: Backend, questions: Iterable[Question]) -> tuple[Any, ...]:
    """Return what changes with the rows that `questions` read: which files, whose rows never change."""
    read = dict.fromkeys((q.source, q.width, q.window.in_utc) for q in questions)
    return tuple(tuple(backend.store.files(SOURCES[source], width, days)) for source, width, days in read)


def _values(backend: Backend) -> dict[str, tuple[str, ...]]:
    store = backend.store
    found: dict[str, set[str]] = {d: set() for d in FILTERABLE}
    asked = FILTERABLE
    if store.teams is not None and store.projects is None:
        found[TEAM] = {*store.teams.names, text_of(None)}
    elif store.teams is not None:
        # Whoever sees some rows only is told of the teams that these have, and of no other.
        found[TEAM], asked = set(), (*FILTERABLE, TEAM)
    for source in SOURCES.values():
        filterable = tuple(d for d in asked if d in (*source.dimensions, TEAM))
        for dimension, values in _values_of(backend, source, filterable).items():
            found[dimension] |= set(map(text_of, values))
    if len(store.organizations) > 1:
        found[ORGANIZATION] = {text_of(name) for name in store.organizations}
    return {d: tuple(sorted(values)) for d, values in found.items()}


def _values_of(
    backend: Backend, source: Source, dimensions: tuple[str, ...]
) -> Mapping[str, set[str | None]]:
    """Return the values of one source: a sync of another one leaves them as they are."""
    return kept(
        ("values of", backend.seen, source.name, dimensions),
        lambda: known_values(backend.store, source, dimensions),
        version=tuple(backend.store.files(source, Width.DAY)),
    )


def _watched(backend: Backend, window: Window, filters: Filters, axis: str) -> Watched:
    read = detection.history(window)
    parts = load_rows(
        backend, detection.READS, read, grain=Grain.DAY, by=(axis, *panel.BY[1:]), filters=filters
    )
    parts = [table.rename_columns([_AS_PROJECT.get(c, c) for c in table.schema.names]) for table in parts]
    states = {m.slug: _states(backend, m.sources, read) for m in detection.READS}
    settled, provisional = (
        {slug: frozenset(day for day, one in days.items() if one is state) for slug, days in states.items()}
        for state in (DayState.SETTLED, DayState.PROVISIONAL)
    )
    if axis != panel.PROJECT:
        # Of a day that the bill does not tell by key, dollars of one team would look like another's.
        untold = frozenset(load_unattributed(backend, [axis], read))
        for days in (settled, provisional):
            days[_SPEND] -= untold
    return detection.watch(parts, window, settled, provisional, axis=axis)


_SPEND = "spend"
_AS_PROJECT = {TEAM: panel.PROJECT}
"""In whose place the values of another axis stand."""


def _states(backend: Backend, sources: Iterable[Source], window: Window) -> dict[dt.date, DayState]:
    """Return for each day the state of that source of those ever fetched of which least is known."""
    found = [
        load_states(backend, source, window)
        for source in sources
        if backend.store.coverage(source, Width.DAY)
    ]
    return {day: least_known([one[day] for one in found]) for day in window}


def _told(table: pa.Table, question: Question) -> pa.Table:
    """Return `table` with a word for the ids that there are none of."""
    for name in question.by:
        table = with_column(table, name, table[name].fill_null(text_of(None)))
    return table
