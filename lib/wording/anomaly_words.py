"""Anomalies in words: what was unusual, how far, and how many there are."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from lib.analysis.anomalies.detection import Anomaly, Part, expected
from lib.analysis.anomalies.findings import AnomalyKind, Finding
from lib.analysis.marks import Note
from lib.catalog.measures import MEASURES
from lib.periods.windows import ONE_DAY, runs
from lib.wording import dates
from lib.wording import numbers as fmt

KINDS: Mapping[AnomalyKind, str] = {
    AnomalyKind.SPEND: "Spend up",
    AnomalyKind.TOKENS: "Tokens up",
    AnomalyKind.RETRIES: "Requests up, tokens flat",
    AnomalyKind.REQUESTS: "Requests up",
    AnomalyKind.OUTPUT: "Output per request down",
    AnomalyKind.CACHED: "Cached share down",
}
"""Each kind as a heading says it."""


def listed(anomalies: Iterable[Anomaly], notes: Sequence[Note]) -> pd.DataFrame:
    """Return a row for each anomaly, in their order.

    `first`, `last` (days), `project_id`, `api_key_id`, `model` (ids, empty for none alone), `what`,
    `how` (the worst day, in words), `score` (of that day), `expected` (why, empty where nobody said).
    """
    rows = [
        (
            anomaly.first,
            anomaly.last,
            anomaly.scope.project or _first(anomaly.projects),
            anomaly.lead.scope.key or _first(anomaly.keys),
            anomaly.lead.scope.model or _first(anomaly.models),
            "; ".join(KINDS[kind] for kind in anomaly.kinds),
            in_words(anomaly.lead),
            anomaly.lead.baseline.score,
            note.text if (note := expected(anomaly, notes)) else "",
        )
        for anomaly in anomalies
    ]
    columns = ("first", "last", "project_id", "api_key_id", "model", "what", "how", "score", "expected")
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def headline(listed: pd.DataFrame, days: int, unjudged: Sequence[dt.date] = ()) -> str:
    """Return how many unusual things are in a period of `days`, and which of its days are not judged."""
    marked = sum(bool(why) for why in listed["expected"])
    unusual = len(listed) - marked
    judged = days - len(unjudged)
    if not judged:
        return f"Not judged yet: {_spans(unjudged)}"
    when = f"on the {judged} of {days} days that are judged" if unjudged else "in this period"
    counted = (
        f"{unusual or 'Nothing'} unusual{' things' if unusual > 1 else ' thing' if unusual else ''} {when}"
    )
    counted += f", {marked} marked as expected" if marked else ""
    return f"{counted}; not judged yet: {_spans(unjudged)}" if unjudged else counted


def _spans(days: Iterable[dt.date]) -> str:
    return ", ".join(dates.day_range(w.first, w.end - ONE_DAY) for w in runs(days))


def in_words(found: Finding) -> str:
    """Return a finding's value and its baseline: $133.10 on 7 Nov 2026 instead of $4.20."""
    unit = MEASURES[found.kind.slug].unit
    value, middle = (fmt.by_unit(v, unit) for v in (found.baseline.value, found.baseline.median))
    return f"{value} on {dates.day(found.baseline.day)} instead of {middle}"


def _first(parts: Sequence[Part]) -> str:
    return parts[0].name if parts else ""
