"""What is said where the API's numbers contradict each other."""

from collections.abc import Sequence

from lib.catalog.measures import Measure
from lib.catalog.sources import SOURCES

_NAMED = 5


def impossible_share(measure: Measure, names: Sequence[str] = (), days: str | None = None) -> str:
    """Return why a share (of some `names`) has no value: more is reported of the part than of the whole.

    `days` names the compared period where it is there that the share has none.
    """
    terms = measure.terms[0], measure.per[0]
    part, whole = (SOURCES[term.source].metric(term.metric).label.lower() for term in terms)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    of = f" of {', '.join(names[:_NAMED])}{more}" if names else ""
    where = f"in {days}" if days else "here"
    return f"No {measure.in_words}{of}: the API reports more {part} than {whole} {where}."
