"""Marks in words: what a note, a revision or a credit says on a chart over time."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from lib.analysis.marks import Credit, Mark, Note, Revision
from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit
from lib.wording import dates
from lib.wording import numbers as fmt

_LINES = 4


def marks_frame(marks: Iterable[Mark]) -> pd.DataFrame:
    """Return `start` (UTC), `kind` and `text`: one row for each bucket and kind of `marks`."""
    rows = [
        (start, kind, _joined([in_words(mark.about) for mark in held]))
        for (start, kind), held in groupby(marks, lambda mark: (mark.start, mark.kind))
    ]
    return pd.DataFrame(
        {
            "start": pd.Series([pd.Timestamp(r[0]) for r in rows], dtype="datetime64[us, UTC]"),
            "kind": pd.Series([r[1] for r in rows], dtype=object),
            "text": pd.Series([r[2] for r in rows], dtype=object),
        }
    )


def in_words(about: Note | Revision | Credit) -> str:
    """Return the days and what was noted, the day and what its metric was and is, or what was credited."""
    if isinstance(about, Credit):
        return f"{dates.day(about.day)}: {about.line_item} {fmt.usd(about.amount, 2)}"
    if not isinstance(about, Revision):
        return f"{dates.day_range(about.first, about.last)}: {about.text}"
    metric = SOURCES[about.source].metric(about.metric)

    def written(value: Any) -> str:
        return fmt.usd(value, 2) if metric.unit is Unit.USD else f"{int(value):,}"

    label = f"{SOURCES[about.source].label}, {metric.label.lower()}"
    return (
        f"{dates.day(about.day)}: {label} was {written(about.before)}, is {written(about.after)} "
        f"since {about.seen_at:%-d %b %H:%M} UTC"
    )


def _joined(texts: Sequence[str]) -> str:
    more = len(texts) - _LINES
    return "\n".join([*texts[:_LINES], *([f"and {more} more"] if more > 0 else [])])
