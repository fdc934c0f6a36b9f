"""What is found of the incidents in a year of the demo organization, and what else is called unusual.

`pytest -s tests/demo/organization/test_incidents.py` prints the figures that docs/numbers.md states.
"""

import datetime as dt
import sys
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from lib.analysis.anomalies.detection import READS, Anomaly, history, watch
from lib.analysis.anomalies.findings import AnomalyKind
from lib.analysis.anomalies.panel import BY
from lib.analysis.parts import agreed
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.demo.organization.generator import Organization
from lib.demo.organization.incidents import INCIDENTS
from lib.demo.organization.traffic import Incident
from lib.periods.windows import Window
from tests.analysis.anomalies.columns import rows as table

NOW = dt.datetime(2026, 11, 24, 20, tzinfo=dt.UTC)
YEAR = Window(dt.date(2025, 11, 22), dt.date(2026, 11, 22))
TO_BE_FOUND = {p.name: p for p in INCIDENTS if p.name not in {"assistant-migration", "search-caching"}}
"""The incidents that somebody should be told of: a planned migration and a saving are none."""
SEEN_AS = {
    "classifier-retries": AnomalyKind.RETRIES,
    "scoring-truncated": AnomalyKind.OUTPUT,
    "backfill-rerun": AnomalyKind.SPEND,
    "cache-broken": AnomalyKind.SPEND,
    "agent-loop": AnomalyKind.SPEND,
    "leaked-key": AnomalyKind.SPEND,
}
AFTER_A_CHANGE = {
    "2025-12-10",
    "2026-01-22",
    "2026-02-03",
    "2026-02-10",
    "2026-04-03",
    "2026-05-13",
    "2026-08-28",
}
"""Unusual for a reason, though no incident: within weeks of a move to another model or a launch."""
CHANCE = {"2025-12-30", "2026-03-16", "2026-06-25"}
"""False alarms: one person's key on a busy day."""


def rows(source: str, metrics: tuple[str, ...], window: Window) -> Iterator[tuple[Any, ...]]:
    organization = Organization()
    for day in window:
        for row in organization.rows(source, day, NOW):
            billed = source == "costs"
            model = parse(row["line_item"]).model if billed else row["model"]
            ids = (v or UNATTRIBUTED for v in (row["project_id"], row["api_key_id"], model))
            values = [row["amount"]] if billed else [row[m] for m in metrics]
            yield (pd.Timestamp(day, tz="UTC"), *ids, *values)


@pytest.fixture(scope="module")
def found() -> tuple[Anomaly, ...]:
    """Return what is called unusual in the whole year."""
    window, keys = history(YEAR), ["start", *BY]
    wanted: dict[str, dict[str, None]] = {}
    for measure in READS:
        for source, metrics in measure.metrics.items():
            wanted.setdefault(source, {}).update(dict.fromkeys(metrics))
    answers = {}
    for source, names in wanted.items():
        frame = pd.DataFrame(rows(source, tuple(names), window), columns=[*keys, *names])
        exact = frame.astype(dict.fromkeys(names, object))
        sums = exact.groupby(keys, as_index=False)[list(names)].sum()
        answers[source] = table(sums.rename(columns={name: f"{source}.{name}" for name in names}))
    parts = [agreed(answer, answers) for answer in answers.values()]
    return watch(parts, YEAR, {m.slug: frozenset(window) for m in READS}).anomalies


def of(incident: Incident, found: tuple[Anomaly, ...]) -> list[Anomaly]:
    last = incident.last or incident.first
    return [
        a
        for a in found
        if a.scope.project == incident.project and a.first <= last and a.last >= incident.first
    ]


def test_every_incident_is_found_and_ten_more_are_called_unusual_in_a_year(
    found: tuple[Anomaly, ...],
) -> None:
    caught = {name: hits for name, incident in TO_BE_FOUND.items() if (hits := of(incident, found))}
    known = {a.key for hits in caught.values() for a in hits}
    others = {str(a.first) for a in found if a.key not in known}

    sys.stdout.write(
        f"\n{YEAR.days} days: found {len(caught)} of {len(TO_BE_FOUND)} incidents, "
        f"missed {len(TO_BE_FOUND) - len(caught)}, and {len(others)} others: {sorted(others)}\n"
    )
    assert caught.keys() == TO_BE_FOUND.keys()
    assert others == AFTER_A_CHANGE | CHANCE


@pytest.mark.parametrize("name", TO_BE_FOUND)
def test_an_incident_is_one_anomaly_of_its_days_project_and_key(
    name: str, found: tuple[Anomaly, ...]
) -> None:
    incident = TO_BE_FOUND[name]

    (anomaly,) = of(incident, found)

    assert (anomaly.first, anomaly.last) == (incident.first, incident.last)
    assert anomaly.lead.kind is SEEN_AS[name]
    assert anomaly.keys[0].name == incident.key
    assert incident.model is None or anomaly.models[0].name == incident.model


def test_a_saving_is_not_called_unusual(found: tuple[Anomaly, ...]) -> None:
    saving = next(p for p in INCIDENTS if p.name == "search-caching")

    assert [a for a in found if a.scope.project == saving.project] == []


def test_each_incident_multiplies_what_its_words_say() -> None:
    plain = Incident("", YEAR.first, None, "", None, None, "")
    told = ("requests", "inputs", "outputs", "cached")
    changed = {
        i.name: {name: getattr(i, name) for name in told if getattr(i, name) != getattr(plain, name)}
        for i in INCIDENTS
    }

    assert changed == {
        "classifier-retries": {"requests": 4.0, "inputs": 0.26, "outputs": 0.2},
        "scoring-truncated": {"outputs": 0.1},
        "backfill-rerun": {"requests": 6.0},
        "assistant-migration": {},
        "cache-broken": {"cached": 0.04},
        "search-caching": {"cached": 0.62},
        "agent-loop": {"requests": 10.0, "outputs": 0.08},
        "leaked-key": {"requests": 200.0},
    }
