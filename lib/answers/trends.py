"""Measures over time: what is drawn, with the compared period, the marks and the order of colours."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from lib.analysis import marks, series
from lib.analysis.marks import Credit
from lib.answers import loading
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered
from lib.answers.results import OverTime, with_other
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import Measure, sources_behind
from lib.periods.grains import Grain
from lib.wording.mark_words import marks_frame


@remembered
def of(
    reading: Reading, measure: Measure, dimension: str | None = None, most: int = 9, *, alone: bool = False
) -> OverTime:
    """Return the measure over time, by `dimension` where one is given, with all that is drawn with it.

    `alone`, it is set against no other period.
    """
    earlier, grain = None if alone else _earlier(reading, measure), reading.grain(measure)
    groups: list[str] = []
    labels: Mapping[str, str] = {series.TOTAL: measure.label}
    if dimension:
        parts = reading.split(measure, (dimension,), grain=grain)
        rows, groups = reading.grouped(parts, measure, dimension, most)
        named = reading.labels.apart(dimension, groups)
        labels = with_other(named, DIMENSIONS[dimension], parts[dimension], groups)
    else:
        rows = reading.over_time(measure)
    return OverTime(
        measure,
        grain,
        rows,
        tuple(groups) or (series.TOTAL,),
        labels,
        frozenset(reading.provisional(measure)),
        _onto_this(reading, earlier, grain),
        None if alone else reading.compared_with,
        _marks(reading, measure),
        DIMENSIONS[dimension] if dimension else None,
        earlier=earlier,
        ranks=reading.ranks(dimension) if dimension else (),
        zone=reading.view.window.zone,
    )


def of_members(
    reading: Reading, members: Mapping[str, Measure], total: Measure, group_title: str
) -> OverTime:
    """Return several sums that make up one over time, each under its label."""
    return _of_members(reading, tuple(members.items()), total, group_title)


@remembered
def _of_members(
    reading: Reading, named: tuple[tuple[str, Measure], ...], total: Measure, group_title: str
) -> OverTime:
    members = dict(named)
    grain, everything = reading.grain(total), list(members.values())
    rows = series.stacked({label: reading.over_time(m) for label, m in members.items()})
    each = [found for found in (_earlier(reading, one) for one in everything) if found is not None]
    earlier = series.together(pd.concat(each)) if each else None
    return OverTime(
        total,
        grain,
        rows,
        tuple(members),
        {label: label for label in members},
        frozenset(reading.unsettled(sources_behind(everything), grain)),
        _onto_this(reading, earlier, grain),
        reading.compared_with,
        _marks(reading, total),
        group_title=group_title,
        earlier=earlier,
        zone=reading.view.window.zone,
    )


@remembered
def of_sources(reading: Reading, measure: Measure) -> OverTime:
    """Return a sum over time, a series for each source that has any."""
    rows, labels = by_source(reading, measure)
    return OverTime(
        measure,
        reading.grain(measure),
        rows,
        tuple(labels),
        {label: label for label in labels},
        frozenset(reading.provisional(measure)),
        marks=_marks(reading, measure),
        group_title="Source",
        zone=reading.view.window.zone,
    )


def _onto_this(reading: Reading, earlier: pd.DataFrame | None, grain: Grain) -> pd.DataFrame | None:
    other = reading.compared
    if earlier is None or other is None:
        return None
    return series.moved(earlier, reading.view.window, grain, other)


def _earlier(reading: Reading, measure: Measure) -> pd.DataFrame | None:
    """Return the compared period's measure on its own buckets; None without one."""
    grain, other = reading.grain(measure), reading.compared
    if other is None:
        return None
    return series.over_time(reading.parts([measure], other, grain=grain), measure, grain, other)


def by_source(reading: Reading, measure: Measure) -> tuple[pd.DataFrame, list[str]]:
    """Return a sum by bucket and source (its label), and the labels of the sources that have any."""
    grain = reading.grain(measure)
    parts = reading.parts([measure], grain=grain)
    shown = {}
    for source in measure.sources:
        of_source = replace(measure, terms=tuple(t for t in measure.terms if t.source == source.name))
        rows = series.over_time(parts, of_source, grain, reading.view.window)
        rows = reading.known_buckets(rows, grain, [source])
        if any(rows["value"]):
            shown[source.label] = rows
    order = sorted(shown, key=lambda label: -sum(shown[label]["value"]))
    return series.stacked({label: shown[label] for label in order}), order


def _marks(reading: Reading, measure: Measure) -> pd.DataFrame:
    """Return notes, and revisions and credits of the measure, as marks (`lib.analysis.marks`)."""
    backend = reading.backend
    revised = [
        row
        for row in backend.store.revisions().to_pylist()
        if row["metric"] in measure.metrics.get(row["source"], ())
    ]
    notes = [note for note in loading.load_notes(backend) if not note.about]
    return marks_frame(
        marks.marks(
            notes, revised, reading.view.window, reading.grain(measure), _credits_of(reading, measure)
        )
    )


def _credits_of(reading: Reading, measure: Measure) -> list[Credit]:
    """Return the credits of the view's days, each day's by its line item."""
    items = reading.credited_items(measure, None)
    if not items:
        return []
    filters = reading.view.filters.narrowed("line_item", *items)
    parts = reading.parts([measure], by=("line_item",), grain=Grain.DAY, filters=filters)
    days = zip(parts["start"], parts["line_item"], measure.of(parts), strict=True)
    return [Credit(start.date(), item, amount) for start, item, amount in days if amount < 0]
