"""Days that are stored by fewer dimensions than the API would tell now."""

import datetime as dt
from collections.abc import Iterable, Mapping

from lib.catalog.sources import Source
from lib.openai_admin import groupings
from lib.openai_admin.refusals import Refusal, RefusalKind, fresh
from lib.periods.windows import Window
from lib.store.records.coverage import Groupings

_NARROWING = frozenset({RefusalKind.FLOOR, RefusalKind.DIMENSION, RefusalKind.COMBINATION})


def narrowed(
    source: Source,
    window: Window,
    told: Mapping[dt.date, Groupings],
    refusals: Iterable[Refusal],
    now: dt.datetime,
) -> set[dt.date]:
    """Return the days of `window` to ask for again, given by which groupings stored days are `told`.

    Of the days that a refusal narrowed that has expired, it is the last one only: what comes of that day
    says whether the others are worth asking for. Raises UnknownEndpoint where the endpoint is refused.
    """
    known = tuple(refusals)
    holding = fresh(known, now)
    asked: dict[Window, list[tuple[str, ...]]] = {}
    for ask in groupings.plan(source, window, holding):
        asked.setdefault(ask.window, []).append(ask.dimensions)
    found = {
        day
        for piece, finest in asked.items()
        for day in piece
        if day in told and _is_finer(tuple(finest), told[day])
    }
    lapsed = [r for r in known if r not in holding and r.source == source.name and r.kind in _NARROWING]
    about = [{day for day in found if refusal.is_about(day)} for refusal in lapsed]
    return found.difference(*about) | {max(days) for days in about if days}


def _is_finer(asked: Groupings, stored: Groupings) -> bool:
    return asked != stored and all(any(set(s) <= set(a) for a in asked) for s in stored)
