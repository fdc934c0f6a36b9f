"""What is said where the API's numbers contradict each other."""

from lib.catalog.measures import Measure
from lib.catalog.sources import SOURCES


def impossible_share(measure: Measure) -> str:
    """Return why a share has no value: the API reports more of the part than of the whole."""
    terms = measure.terms[0], measure.per[0]
    part, whole = (SOURCES[term.source].metric(term.metric).label.lower() for term in terms)
    return f"No {measure.in_words}: the API reports more {part} than {whole} here."
