"""What the API refused, in words: what it means for the numbers."""

from collections.abc import Iterable, Sequence

import pandas as pd

from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import Refusal, RefusalKind

_SAID = 3


def in_short(sentences: Sequence[str], thing: str = "list") -> list[str]:
    """Return the first few of the `sentences` about things that failed, and how many others did."""
    others = len(sentences) - _SAID
    if others <= 0:
        return list(sentences)
    more = f"One more {thing}" if others == 1 else f"{others:,} more {thing}s"
    return [*sentences[:_SAID], f"{more} could not be read."]


def refused(refusals: Iterable[Refusal]) -> pd.DataFrame:
    """Return `source`, `meaning` (in words), `said` (by the API) and `learned_at` (UTC), newest first."""
    rows = [
        {
            "source": SOURCES[r.source].label if r.source in SOURCES else "Names",
            "meaning": meaning(r),
            "said": r.message,
            "learned_at": r.learned_at,
        }
        for r in sorted(refusals, key=lambda r: r.learned_at, reverse=True)
    ]
    return pd.DataFrame(rows, columns=["source", "meaning", "said", "learned_at"])


def meaning(refusal: Refusal) -> str:
    """Return what a refusal means for the numbers, in a sentence."""
    what = refusal.dimension and (
        DIMENSIONS[refusal.dimension].in_words if refusal.dimension in DIMENSIONS else refusal.dimension
    )
    match refusal.kind:
        case RefusalKind.ENDPOINT:
            return (
                "This organization has no such endpoint, so the source is empty. It is asked again each day."
            )
        case RefusalKind.LOOKBACK:
            return f"Days before {refusal.until} are no longer served. What was stored earlier stays."
        case RefusalKind.FLOOR:
            return f"Days before {refusal.until} are not known by {what}: their rows are listed as No {what}."
        case RefusalKind.DIMENSION:
            return f"Rows {_span(refusal)} are not known by {what}; everything else about them is."
        case RefusalKind.COMBINATION:
            return f"Rows {_span(refusal)} are known by project or by user, but not by both at once."
        case RefusalKind.SCOPE:
            return f"The key lacks {what}: ids are shown instead of names that were not seen before."


def _span(refusal: Refusal) -> str:
    return f"from {refusal.since} to before {refusal.until}" if refusal.since else "of the organization"
