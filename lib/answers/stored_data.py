"""What is stored, refused and revised, the rows themselves, and what every number means."""

import pandas as pd

from lib.analysis.inventory import covered as _covered
from lib.answers import loading
from lib.answers.reading import Reading
from lib.catalog.sources import SOURCES, Source
from lib.engine.question import Question
from lib.periods.grains import Grain
from lib.wording.definitions import field_definitions, measure_definitions
from lib.wording.refusal_words import refused as _refused

__all__ = ["covered", "field_definitions", "measure_definitions", "refused", "revisions", "rows"]


def covered(reading: Reading) -> pd.DataFrame:
    """Return how many days of the view are stored of each source (`lib.analysis.inventory.covered`)."""
    backend, window = reading.backend, reading.view.window
    return _covered(
        {s.name: loading.load_states(backend, s, window) for s in SOURCES.values()},
        {s.name: backend.store.coverage(s, Grain.DAY.width) for s in SOURCES.values()},
    )


def refused(reading: Reading) -> pd.DataFrame:
    """Return what the API refused and what that means (`lib.analysis.inventory.refused`)."""
    return _refused(reading.backend.store.refusals())


def revisions(reading: Reading) -> pd.DataFrame:
    """Return the finished days of the view whose totals changed after they were first seen."""
    return loading.load_revisions(reading.backend, reading.view.window)


def rows(reading: Reading, source: Source, grain: Grain) -> pd.DataFrame:
    """Return the view's rows of a source by all of its dimensions, under the filters that it knows."""
    view = reading.view
    filters = view.filters.only(source.groupable)
    question = Question(source.name, view.window, grain, source.dimensions, source.metric_names, filters)
    return loading.load_frame(reading.backend, question)
