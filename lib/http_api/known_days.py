"""Known days: which are stored of each source, and how they were asked for."""

import datetime as dt
from collections.abc import Iterable

from lib.answers import loading, provenance
from lib.answers.answer_coverage import Coverage
from lib.answers.reading import Reading
from lib.catalog.sources import SOURCES
from lib.http_api.answer import STATES, Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column, Kind, table_of
from lib.http_api.parameters import NAMES
from lib.periods.widths import Width
from lib.sync.plan import Need

COVERAGE = (
    Column("source", Kind.TEXT, "The endpoint, as `rows` call it"),
    Column("day", Kind.DAY, "The day (UTC)"),
    Column("state", Kind.TEXT, f"{', '.join(STATES)}"),
    Column("fetched_at", Kind.MOMENT, "When it was last fetched; empty where it never was", True),
)
PROVENANCE = (
    Column("source", Kind.TEXT, "The endpoint, as `rows` call it"),
    Column("path", Kind.TEXT, "What was asked, behind the API's address"),
    Column(
        "groupings", Kind.TEXT, "By what its rows are told: dimensions, groups of them apart by semicolons"
    ),
    Column("first_fetched", Kind.MOMENT, "When the first of the days was fetched", True),
    Column("last_fetched", Kind.MOMENT, "When the last of the days was fetched", True),
    Column("final", Kind.COUNT, "Days that can change no more"),
    Column("provisional", Kind.COUNT, "Days that can still change"),
    Column("missing", Kind.COUNT, "Days that are not stored"),
    Column("refused", Kind.TEXT, "What the API would not tell; empty for nothing", True),
)


def coverage(asked: Asked) -> Answer:
    """Return of each source and day of the period whether it is known and final, and when fetched."""
    rows = []
    for source in SOURCES.values():
        found = loading.load_coverage(asked.backend, [source], asked.view.window)
        fetched = asked.backend.store.coverage(source, Width.DAY)
        rows += [(source.name, day, state, fetched.get(day)) for day, state in _states(found)]
    return Answer(table_of(COVERAGE, rows), _of_all(asked))


def origins(asked: Asked) -> Answer:
    """Return where numbers of the period come from: what was asked of OpenAI, when, and what it refused."""
    needs = [Need(name, Width.DAY, asked.view.window) for name in SOURCES]
    rows = [
        (
            one.source.name,
            one.source.path,
            "; ".join(", ".join(NAMES[d] for d in grouping) for grouping in one.groupings),
            one.first_fetched,
            one.last_fetched,
            one.final,
            one.provisional,
            one.missing,
            " ".join(dict.fromkeys(refusal.message for refusal in one.refused)) or None,
        )
        for one in provenance.origins(asked.backend, needs)
    ]
    return Answer(table_of(PROVENANCE, rows), _of_all(asked))


def _of_all(asked: Asked) -> Coverage:
    return Reading(asked.backend, asked.view, tuple(SOURCES.values())).coverage


def _states(found: Coverage) -> Iterable[tuple[dt.date, str]]:
    """Return each day that has begun with its state, earliest first."""
    days: list[tuple[dt.date, str]] = [(day, state) for state in STATES for day in getattr(found, state)]
    return sorted((*days, *((day, "missing") for day in found.fetching)))
