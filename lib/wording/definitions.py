"""What every measure and field means, as tables for people."""

from collections.abc import Collection, Iterable

import pandas as pd

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES, Measure, Term
from lib.catalog.sources import SOURCES


def measure_definitions(offered: Collection[str]) -> pd.DataFrame:
    """Return `measure`, `unit`, `definition`, `computed` (from which fields), `by` (which of `offered`)."""
    return pd.DataFrame(
        {
            "measure": m.label,
            "unit": m.unit.value,
            "definition": m.definition,
            "computed": _formula(m),
            "by": ", ".join(DIMENSIONS[d].label for d in m.dimensions if d in offered),
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
