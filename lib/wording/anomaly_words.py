"""Anomalies in words: what was unusual, how far, and how many there are."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

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


EARLY = "Early signal"

HOW_TO_READ = (
    "Every day of every project, key and model is compared with the same weekday in the eight weeks before "
    "it: in dollars, tokens and requests, and in signs of errors (more requests without more tokens, output "
    "that collapses, a cache that is no longer read).\n\n"
    "A day that can still change can only grow. So it is an **early signal** if it is above usual already; "
    "what is below usual so far is not judged, and such days are named as not judged yet. What has less than "
    "four weeks of history is not judged either.\n\n"
    "*Above usual* is what was billed on the unusual days beyond the median of the days they are compared "
    "with, and orders the list."
)
"""What the page of anomalies needs to be understood, in Markdown."""


def listed(anomalies: Iterable[Anomaly], notes: Sequence[Note]) -> pd.DataFrame:
    """Return a row for each anomaly, in their order.

    `first`, `last` (days), `project_id`, `api_key_id`, `model` (ids, empty for none alone), `what`,
    `how` (the worst day, in words), `impact` (US dollars, None where not known), `score` (of that day),
    `state` (whether it can still grow), `expected` (why, empty where nobody said).
    """
    rows = [
        (
            anomaly.first,
            anomaly.last,
            anomaly.scope.project or _first(anomaly.projects),
            anomaly.lead.scope.key or _first(anomaly.keys),
            anomaly.lead.scope.model or _first(anomaly.models),
            "; ".join(KINDS[kind] for kind in anomaly.kinds),
            in_words(anomaly.lead, early=anomaly.early),
            anomaly.impact,
            anomaly.lead.baseline.score,
            _state(anomaly),
            note.text if (note := expected(anomaly, notes)) else "",
        )
        for anomaly in anomalies
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)


_COLUMNS = (
    "first",
    "last",
    "project_id",
    "api_key_id",
    "model",
    "what",
    "how",
    "impact",
    "score",
    "state",
    "expected",
)


def unmarked(listed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that nobody called expected: unusual things, and early signals."""
    rows = listed[listed["expected"] == ""]
    early = rows["state"] == EARLY
    return rows[~early], rows[early]


def headline(
    listed: pd.DataFrame, days: int, unjudged: Sequence[dt.date] = (), young: Sequence[dt.date] = ()
) -> str:
    """Return how many unusual things are in a period of `days`, and which of its days are not judged.

    `unjudged` days can still change, and before `young` ones there is too little history.
    """
    unusual, early = (len(rows) for rows in unmarked(listed))
    marked = len(listed) - unusual - early
    judged = days - len(unjudged) - len(young)
    said = []
    if judged or unusual:
        partly = f"on the {judged} of {days} days that are judged"
        when = partly if unjudged or young else "in this period"
        said.append(f"{fmt.counted(unusual, 'unusual thing') if unusual else 'Nothing unusual'} {when}")
        said[0] += f", {marked} marked as expected" if marked else ""
    if early:
        said.append(fmt.counted(early, "early signal"))
    return _sentence(said, unjudged, young)


def not_judged(unjudged: Sequence[dt.date], young: Sequence[dt.date]) -> list[str]:
    """Return which days are not judged yet, and before which there is too little history, in words."""
    said = [f"not judged yet: {_spans(unjudged)}"] if unjudged else []
    return [*said, f"too little history to judge {_spans(young)}"] if young else said


def _sentence(said: Sequence[str], unjudged: Sequence[dt.date], young: Sequence[dt.date]) -> str:
    whole = "; ".join((*said, *not_judged(unjudged, young)))
    return whole[:1].upper() + whole[1:]


def _spans(days: Iterable[dt.date]) -> str:
    return ", ".join(dates.day_range(w.first, w.end - ONE_DAY) for w in runs(days))


def in_words(found: Finding, *, early: Collection[dt.date] = ()) -> str:
    """Return a finding's value and its baseline: $133.10 on 7 Nov 2026 instead of $4.20.

    What an `early` day has come to is so far.
    """
    unit, day = MEASURES[found.kind.slug].unit, found.baseline.day
    value, middle = (fmt.by_unit(v, unit) for v in (found.baseline.value, found.baseline.median))
    return f"{value}{' so far' if day in early else ''} on {dates.day(day)} instead of {middle}"


def message(row: Mapping[str, Any], link: str) -> str:
    """Return an anomaly as a message to whoever may know why; `row` is one of `listed`, in names.

    `owner` is whose the key is, "" where that is not known.
    """
    what = row["what"].lower().replace(";", ",")
    said = f"{'Early signal' if row['state'] == EARLY else 'Unusual'}, {row['days']}: {row['project_id']}"
    said += f" – {what} ({row['how']}{_above(row['impact'])})."
    if row["api_key_id"] != fmt.MISSING:
        said += f" API key: {row['api_key_id']}{', owned by ' + row['owner'] if row['owner'] else ''}."
    if row["model"] != fmt.MISSING:
        said += f" Model: {row['model']}."
    return f"{said} Was this expected? {link}"


def named_in_ranking(listed: pd.DataFrame, dimension: str) -> str:
    """Return which values of a dimension are unusual and unmarked, in words; `listed` holds names."""
    found: dict[str, list[str]] = {}
    rows = pd.concat(unmarked(listed))
    for name, days, state in zip(rows[dimension], rows["days"], rows["state"], strict=True):
        found.setdefault(name, []).append(f"early signal, {days}" if state == EARLY else days)
    found.pop(fmt.MISSING, None)
    few = [f"{name} ({'; '.join(days)})" for name, days in found.items()][:_NAMED]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"▲ Unusual: {', '.join(few)}{more}" if few else ""


_NAMED = 3
"""How many are named under a ranking."""


def _above(impact: Decimal | None) -> str:
    return f"; {fmt.usd(impact, 2)} above usual in all" if impact else ""


def _state(anomaly: Anomaly) -> str:
    if anomaly.is_early:
        return EARLY
    return "Can still grow" if anomaly.early else ""


def _first(parts: Sequence[Part]) -> str:
    return parts[0].name if parts else ""
