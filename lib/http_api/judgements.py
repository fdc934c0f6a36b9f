"""Judgements: which days were unusual, and what could cost less."""

from typing import Any

from lib.analysis.anomalies import detection
from lib.analysis.anomalies.detection import Anomaly
from lib.analysis.anomalies.panel import BY
from lib.answers import loading, saving_effects, savings_found
from lib.answers.reading import Reading
from lib.catalog.dimensions import FILTERABLE, ORGANIZATION, TEAM
from lib.http_api import groups
from lib.http_api.answer import Answer
from lib.http_api.asking import Asked
from lib.http_api.cells import Column, Kind, table_of
from lib.store.records.notes import Note
from lib.wording import anomaly_words, savings_words
from lib.wording.numbers import usd

_WHOSE = groups.columns(BY)
ANOMALIES = (
    Column("first", Kind.DAY, "The first unusual day"),
    Column("last", Kind.DAY, "The last unusual day"),
    *_WHOSE,
    Column("kinds", Kind.TEXT, "What was unusual, the weightiest first: spend, tokens, retries and others"),
    Column("worst_day", Kind.TEXT, "How far off the worst day was, in words"),
    Column("above_usual", Kind.AMOUNT, "USD billed beyond the median of the days compared with", True),
    Column("score", Kind.ESTIMATE, "How many spreads the worst day was from its baseline"),
    Column("state", Kind.TEXT, "final; growing where some days can still grow; early where all can"),
    Column("expected", Kind.TEXT, "Why somebody marked it as expected; empty where nobody did", True),
)
SAVINGS = (
    Column("saving", Kind.TEXT, "What it is known by"),
    Column("kind", Kind.TEXT, "The rule that found it"),
    Column("title", Kind.TEXT, "What to do"),
    Column("assumption", Kind.TEXT, "What that rests on"),
    *_WHOSE,
    Column("a_month", Kind.AMOUNT, "USD a month, an estimate at list prices"),
    Column("confidence", Kind.TEXT, "high, medium or low"),
    Column("decision", Kind.TEXT, "What was decided about it; empty for nothing", True),
)
FILTERS = (*FILTERABLE, TEAM, ORGANIZATION)
"""The dimensions that can be filtered by."""


def anomalies(asked: Asked) -> Answer:
    """Return what is unusual on the days of the period, by how many dollars, and who made it so."""
    asked.check_filters("Anomalies", FILTERS)
    view = asked.view
    reading = asked.reading(detection.READS)
    watched = loading.load_watched(asked.backend, view.window, view.filters)
    notes = loading.load_notes(asked.backend)
    found = [_anomaly(anomaly, notes) for anomaly in watched.ranked]
    listed = anomaly_words.listed(watched.ranked, notes)
    whose = groups.cells(reading.labels, BY, zip(*(listed[d] for d in BY), strict=True))
    rows = [(*days, *who, *rest) for (days, rest), who in zip(found, whose, strict=True)]
    said = anomaly_words.not_judged(watched.unjudged(view.window), watched.young(view.window))
    sentences = tuple(f"{sentence[0].upper()}{sentence[1:]}." for sentence in said)
    return Answer(table_of(ANOMALIES, rows), reading.coverage, notes=sentences)


def _anomaly(one: Anomaly, notes: tuple[Note, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the cells before and behind whose it is."""
    note = detection.expected(one, notes)
    state = "early" if one.is_early else "growing" if one.early else "final"
    return (one.first, one.last), (
        " ".join(one.kinds),
        anomaly_words.in_words(one.lead, early=one.early),
        one.impact,
        float(one.lead.baseline.score),
        state,
        note.text if note else None,
    )


def savings(asked: Asked) -> Answer:
    """Return what could cost less, found in the latest four weeks whose bill is final."""
    asked.check_filters("Savings", FILTERS)
    view = savings_found.view_of(asked.view, asked.backend.settings.settle)
    reading = Reading(asked.backend, view, savings_found.READ)
    savings = savings_found.savings(reading)
    decisions = asked.backend.store.decisions()
    decided = {one.saving: saving_effects.decision_words(one) for one in decisions}
    whose = groups.cells(reading.labels, BY, ((s.project, s.key, s.model) for s in savings.found))
    rows = [
        (
            one.name,
            one.rule.slug,
            savings_words.title(one),
            savings_words.assumption(one),
            *who,
            one.a_month,
            one.confidence.value,
            decided.get(one.name),
        )
        for one, who in zip(savings.found, whose, strict=True)
    ]
    done = saving_effects.done(decisions)
    most, likely = usd(savings.at_most(done), 2), usd(savings.likely(done), 2)
    note = (
        f"At most {most} a month and likely {likely}, counting of each key only its largest saving, and none "
        "that is done: those of one key overlap."
    )
    return Answer(table_of(SAVINGS, rows), reading.coverage, notes=(note,))
