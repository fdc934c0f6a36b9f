"""What is stored, refused and revised, the rows themselves, and what every number means."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa

from lib.analysis.inventory import covered as _covered
from lib.answers import loading
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.catalog.sources import SOURCES, Source
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.wording.definitions import field_definitions, measure_definitions
from lib.wording.refusal_words import refused as _refused
from lib.wording.verification_words import not_answered, not_fetched_again

PAGE = 200
"""How many rows are shown at a time."""

__all__ = [
    "PAGE",
    "StoredRows",
    "covered",
    "doubts",
    "field_definitions",
    "measure_definitions",
    "refused",
    "revisions",
    "rows",
]


def covered(reading: Reading) -> pd.DataFrame:
    """Return how many days of the view are stored of each source (`lib.analysis.inventory.covered`)."""
    backend, window = reading.backend, reading.view.window
    return _covered(
        {s.name: loading.load_states(backend, s, window) for s in SOURCES.values()},
        {s.name: backend.store.coverage(s, Grain.DAY.width) for s in SOURCES.values()},
    )


def doubts(reading: Reading) -> list[str]:
    """Return which days of the view the API did not answer or the store has lost, in sentences."""
    store, days = reading.backend.store, set(reading.view.window)
    said = []
    for source in SOURCES.values():
        if unanswered := store.unanswered(source, Grain.DAY.width).keys() & days:
            said.append(not_answered(source.name, unanswered))
        if lost := store.lost(source, Grain.DAY.width) & days:
            said.append(not_fetched_again(source.name, Grain.DAY.width, lost))
    return said


def refused(reading: Reading) -> pd.DataFrame:
    """Return what the API refused and what that means (`lib.analysis.inventory.refused`)."""
    return _refused(reading.backend.store.refusals())


def revisions(reading: Reading) -> pd.DataFrame:
    """Return the finished days of the view whose totals changed after they were first seen."""
    return loading.load_revisions(reading.backend, reading.view.window)


@dataclass(frozen=True)
class StoredRows:
    """The view's rows of a source by all of its dimensions, under the filters that it knows.

    There may be a million of them, so they are read a page at a time.
    """

    backend: Backend
    question: Question

    def page(self, nth: int) -> pd.DataFrame:
        """Return the `nth` page (from 1) of `PAGE` rows."""
        return loading.load_page(self.backend, self.question, (nth - 1) * PAGE, PAGE)

    @cached_property
    def total(self) -> int:
        """Return how many rows there are."""
        return loading.load_row_count(self.backend, self.question)

    def everything(self) -> pa.Table:
        """Return all of them, ids as text."""
        return loading.load_table(self.backend, self.question)


def rows(reading: Reading, source: Source, grain: Grain) -> StoredRows:
    """Return the rows of a source."""
    view = reading.view
    filters = view.filters.only(source.groupable)
    question = Question(source.name, view.window, grain, source.dimensions, source.metric_names, filters)
    return StoredRows(reading.backend, question)
