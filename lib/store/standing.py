"""Which refusals still stand, given what was answered since."""

import datetime as dt
from collections.abc import Mapping

from lib.catalog.sources import SOURCES
from lib.openai_admin.refusals import ASKED_AGAIN, Refusal, RefusalKind
from lib.store.records.coverage import Days, Groupings


def stands(refusal: Refusal, fetched: Days, told: Mapping[dt.date, Groupings]) -> bool:
    """Return whether nothing that was fetched after `refusal` was learned contradicts it.

    `fetched` says when each day of its source was fetched, `told` by which groupings.
    """
    if refusal.kind is RefusalKind.LOOKBACK:
        return True
    later = (day for day, moment in fetched.items() if moment > refusal.learned_at)
    if refusal.kind in ASKED_AGAIN:
        return next(later, None) is None
    return not any(refusal.is_about(day) and _tells(refusal, told.get(day, ())) for day in later)


def _tells(refusal: Refusal, groupings: Groupings) -> bool:
    """Return whether rows are grouped in a way that was refused."""
    if refusal.kind is not RefusalKind.COMBINATION:
        return any(refusal.dimension in dimensions for dimensions in groupings)
    coarser = [set(slice_.dimensions) for slice_ in SOURCES[refusal.source].rungs[-1]]
    return any(not any(set(dimensions) <= apart for apart in coarser) for dimensions in groupings)
