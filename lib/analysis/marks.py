"""Marks on charts over time: what people noted about a day, and bills that changed after the day."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from lib.catalog.sources import SOURCES
from lib.catalog.units import Unit
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window, midnight
from lib.store.records.notes import Note
from lib.wording import numbers as fmt

_LINES = 4

NOTED, REVISED = "Note", "Revised"
"""The kinds of marks on charts over time."""


def marks(
    notes: Iterable[Note], revised: Iterable[Mapping[str, Any]], window: Window, grain: Grain
) -> pd.DataFrame:
    """Return `start` (UTC, of a bucket of the window), `kind` (Note or Revised) and `text`, by start.

    One row for each bucket and kind; a note of several days stands on the first of them in the window.
    `revised` holds rows of `lib.store.Store.revisions` (see `changes`).
    """
    said: list[tuple[Any, str, str]] = []
    for note in notes:
        if note.first < window.end and note.last >= window.first:
            start = grain.floor(midnight(max(note.first, window.first)))
            days = fmt.day_range(note.first, note.last)
            said.append((start, NOTED, f"{days}: {note.text}"))
    for row in changes(revised):
        if window.first <= row["day"] < window.end:
            text = (
                f"{fmt.day(row['day'])}: {row['label']} was {row['before']}, is {row['after']} "
                f"since {row['seen_at']:%-d %b %H:%M} UTC"
            )
            said.append((grain.floor(midnight(row["day"])), REVISED, text))
    said.sort(key=lambda mark: mark[:2])
    rows = [(*key, _joined([mark[2] for mark in held])) for key, held in groupby(said, lambda m: m[:2])]
    return pd.DataFrame(
        {
            "start": pd.Series([pd.Timestamp(r[0]) for r in rows], dtype="datetime64[us, UTC]"),
            "kind": pd.Series([r[1] for r in rows], dtype=object),
            "text": pd.Series([r[2] for r in rows], dtype=object),
        }
    )


def changes(revised: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each day's revision once: `day`, `label`, `before`, `after` (in words) and `seen_at`, by day.

    `revised` holds rows of `lib.store.Store.revisions`, newest first: `before` is what was seen first,
    `after` what was seen last. Rows of other widths than a day say the same again and are left out.
    """
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(revised, key=lambda r: r["seen_at"]):
        if row["width"] == Width.DAY:
            key = row["day"], row["source"], row["metric"]
            kept[key] = {**row, "old": kept.get(key, row)["old"]}
    return [_in_words(row) for _, row in sorted(kept.items(), key=lambda item: item[0])]


def _in_words(row: Mapping[str, Any]) -> dict[str, Any]:
    metric = SOURCES[row["source"]].metric(row["metric"])

    def written(value: Any) -> str:
        return fmt.usd(value, 2) if metric.unit is Unit.USD else f"{int(value):,}"

    return {
        "day": row["day"],
        "label": f"{SOURCES[row['source']].label}, {metric.label.lower()}",
        "before": written(row["old"]),
        "after": written(row["new"]),
        "seen_at": row["seen_at"],
    }


def _joined(texts: Sequence[str]) -> str:
    more = len(texts) - _LINES
    return "\n".join([*texts[:_LINES], *([f"and {more} more"] if more > 0 else [])])
