"""Inventory: what is in the store, what was refused, and what every number means, as tables."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES, Measure, Term
from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Kind, Refusal
from lib.periods.finality import DayState


def covered(
    states: Mapping[str, Mapping[dt.date, DayState]], fetched: Mapping[str, Mapping[dt.date, dt.datetime]]
) -> pd.DataFrame:
    """Return for each source how many days of a range are settled, provisional and missing.

    Columns: `source`, `settled`, `provisional`, `missing` (days), `first`, `last` (days ever fetched) and
    `fetched_at` (the newest fetch, UTC).
    """
    rows = []
    for name, days in states.items():
        count, ever = Counter(days.values()), fetched[name]
        rows.append(
            {
                "source": SOURCES[name].label,
                **{state.value: count[state] for state in DayState},
                "first": min(ever, default=None),
                "last": max(ever, default=None),
                "fetched_at": max(ever.values(), default=None),
            }
        )
    return pd.DataFrame(rows)


def refused(refusals: Iterable[Refusal]) -> pd.DataFrame:
    """Return `source`, `meaning` (in words), `said` (by the API) and `learned_at` (UTC), newest first."""
    rows = [
        {
            "source": SOURCES[r.source].label if r.source in SOURCES else "Names",
            "meaning": _meaning(r),
            "said": r.message,
            "learned_at": r.learned_at,
        }
        for r in sorted(refusals, key=lambda r: r.learned_at, reverse=True)
    ]
    return pd.DataFrame(rows, columns=["source", "meaning", "said", "learned_at"])


def measure_definitions() -> pd.DataFrame:
    """Return `measure`, `unit`, `definition`, `computed` (from which fields) and `by` (which dimensions)."""
    return pd.DataFrame(
        {
            "measure": m.label,
            "unit": m.unit.value,
            "definition": m.definition,
            "computed": _formula(m),
            "by": ", ".join(DIMENSIONS[d].label for d in m.dimensions),
        }
        for m in MEASURES.values()
    )


def field_definitions() -> pd.DataFrame:
    """Return `source`, `path`, `field`, `label`, `unit` and `part_of`: every field that is kept."""
    return pd.DataFrame(
        {
            "source": s.label,
            "path": s.path,
            "field": m.field or m.name,
            "label": m.label,
            "unit": m.unit.value,
            "part_of": m.part_of or "",
        }
        for s in SOURCES.values()
        for m in s.metrics
    )


def _formula(measure: Measure) -> str:
    top = _sum(measure.terms)
    if not measure.per:
        return top
    times = f" × {measure.scale:,}" if measure.scale != 1 else ""
    return f"({top}) ÷ ({_sum(measure.per)}){times}"


def _sum(terms: Iterable[Term]) -> str:
    words = " ".join(f"{'−' if t.sign < 0 else '+'} {t.column}" for t in terms)
    return words.removeprefix("+ ")


def _meaning(refusal: Refusal) -> str:
    what = refusal.dimension and (
        DIMENSIONS[refusal.dimension].in_words if refusal.dimension in DIMENSIONS else refusal.dimension
    )
    match refusal.kind:
        case Kind.ENDPOINT:
            return (
                "This organization has no such endpoint, so the source is empty. It is asked again each day."
            )
        case Kind.LOOKBACK:
            return f"Days before {refusal.until} are no longer served. What was stored earlier stays."
        case Kind.FLOOR:
            return f"Days before {refusal.until} are not known by {what}: their rows go by No {what}."
        case Kind.DIMENSION:
            return f"Rows {_span(refusal)} are not known by {what}; everything else about them is."
        case Kind.COMBINATION:
            return f"Rows {_span(refusal)} are known by project or by user, but not by both at once."
        case Kind.SCOPE:
            return f"The key lacks {what}: ids are shown instead of names that were not seen before."


def _span(refusal: Refusal) -> str:
    return f"from {refusal.since} to before {refusal.until}" if refusal.since else "of the organization"
