"""What is said where the API's numbers contradict each other."""

from collections.abc import Sequence

from lib.catalog.measures import Measure
from lib.catalog.sources import SOURCES

_NAMED = 5


def impossible_share(measure: Measure, names: Sequence[str] = ()) -> str:
    """Return why a share (of some `names`) has no value: more is reported of the part than of the whole."""
    terms = measure.terms[0], measure.per[0]
    part, whole = (SOURCES[term.source].metric(term.metric).label.lower() for term in terms)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    of = f" of {', '.join(names[:_NAMED])}{more}" if names else ""
    return f"No {measure.in_words}{of}: the API reports more {part} than {whole} here."
