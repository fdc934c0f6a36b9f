"""Where numbers come from: what was asked of the API for them, when, and what it would not tell."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from lib.answers import loading
from lib.answers.instance import Backend
from lib.catalog.sources import SOURCES, Source
from lib.engine.engines import engine_at
from lib.openai_admin.refusals import Refusal
from lib.periods.finality import DayState
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.sync.plan import Need


@dataclass(frozen=True)
class Origin:
    """What one source was asked for: days of `window`, in buckets of `width`.

    `groupings` are the dimensions by which the rows of its stored days are told, each once; `first_fetched`
    and `last_fetched` when those days were fetched (UTC), None where none is stored; `final`, `provisional`
    and `missing` count its days. `refused` is what the API would not tell of any of them.
    """

    source: Source
    width: Width
    window: Window
    groupings: tuple[tuple[str, ...], ...]
    first_fetched: dt.datetime | None
    last_fetched: dt.datetime | None
    final: int
    provisional: int
    missing: int
    refused: tuple[Refusal, ...]


def origins(backend: Backend, needs: Iterable[Need]) -> list[Origin]:
    """Return the origin of each of `needs`, by source and then by days, each once."""
    order = {name: nth for nth, name in enumerate(SOURCES)}
    distinct = sorted(set(needs), key=lambda n: (order[n.source], n.width, -n.window.first.toordinal()))
    return [_origin(backend, need) for need in distinct]


def added_up_by(settings: Settings) -> str:
    """Return the engine that adds up stored rows, with where it is unless that is here."""
    return engine_at(settings.engine_url, settings.engine_seconds).called


def _origin(backend: Backend, need: Need) -> Origin:
    store, source = backend.store, SOURCES[need.source]
    fetched, told = store.coverage(source, need.width), store.groupings(source, need.width)
    states = list(loading.load_states(backend, source, need.window, need.width).values())
    held = [fetched[day] for day in need.window if day in fetched]
    # Days that were stored before groupings were recorded are told by all that the source has.
    usual = (source.dimensions,)
    groupings = dict.fromkeys(g for day in need.window if day in fetched for g in told.get(day, usual))
    return Origin(
        source,
        need.width,
        need.window,
        tuple(groupings) or usual,
        min(held, default=None),
        max(held, default=None),
        states.count(DayState.SETTLED),
        states.count(DayState.PROVISIONAL),
        states.count(DayState.MISSING),
        tuple(r for r in store.refusals() if r.source == source.name and _touches(r, need.window)),
    )


def _touches(refusal: Refusal, window: Window) -> bool:
    begins_later = refusal.since is not None and refusal.since >= window.end
    ended_before = refusal.until is not None and refusal.until <= window.first
    return not begins_later and not ended_before
