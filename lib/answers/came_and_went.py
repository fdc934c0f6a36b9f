"""What came and what went: when values of a dimension were first and last billed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from lib.analysis import turnover
from lib.analysis.parts import measured
from lib.answers import loading
from lib.answers.reading import Reading
from lib.answers.remembered_answers import remembered_of_all_days
from lib.catalog.dimensions import value_of
from lib.catalog.measures import Measure
from lib.catalog.sources import COSTS
from lib.engine.filters import Filters
from lib.openai_admin.refusals import RefusalKind
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window


@remembered_of_all_days
def days_of(
    reading: Reading, measure: Measure, dimension: str, value: str
) -> tuple[list[dt.date], list[dt.date]]:
    """Return the stored days that have any of `measure` for `value`, and all that tell `dimension`.

    The view's days and filters do not matter: when something was first seen is a fact about it.
    """
    held = sorted(reading.backend.store.coverage(measure.sources[0], Width.DAY))
    if not held:
        return [], []
    whole = Window(held[0], held[-1] + ONE_DAY)
    unattributed = loading.load_unattributed(reading.backend, [dimension], whole)
    found = reading.parts([measure], whole, grain=Grain.DAY, filters=Filters(((dimension, (value,)),)))
    days = zip(found["start"], measure.of(found), strict=True) if len(found) else ()
    return [start.date() for start, amount in days if amount], [d for d in held if d not in unattributed]


def stored_before(reading: Reading) -> list[dt.date]:
    """Return the days before the view's whose bill is stored, earliest first."""
    days = reading.backend.store.coverage(COSTS, Width.DAY)
    return sorted(day for day in days if day < reading.view.window.first)


def known_from(reading: Reading, dimension: str) -> dt.date | None:
    """Return the first day whose bill knows `dimension`, None where the API refused it for no day."""
    column = COSTS.derived.get(dimension, dimension)
    floors = [
        r.until
        for r in reading.backend.store.refusals()
        if r.source == COSTS.name
        and r.kind in {RefusalKind.FLOOR, RefusalKind.DIMENSION}
        and r.dimension == column
    ]
    return max((day for day in floors if day), default=None)


def turnover_of(reading: Reading, measure: Measure, dimension: str, compared: Window) -> pd.DataFrame:
    """Return what came or went, and when it was first and last billed (see `lib.analysis.turnover`)."""
    stored, known = stored_before(reading), known_from(reading, dimension)
    now, before = (_amounts(reading, measure, dimension, w) for w in (reading.view.window, compared))
    # Days are asked for only of what came or went, because a year of every key is a lot.
    names = turnover.changed(now, before)
    reach = Window(min([*stored, reading.view.window.first]), reading.view.window.end)
    daily = _daily(reading, measure, dimension, names, reach)
    between, earlier = (
        turnover.amounts(daily, dimension, measure.slug, days)
        for days in turnover.around(stored, compared, reading.view.window)
    )
    told = not known or known <= compared.first
    found = turnover.turnover(dimension, now, before, between, earlier if told else None)
    return turnover.dated(found, daily, dimension, measure.slug)


def _daily(
    reading: Reading, measure: Measure, dimension: str, names: Sequence[str], window: Window
) -> pd.DataFrame:
    """Return `start`, `dimension` and the measure of some values of a dimension."""
    if not names:
        return pd.DataFrame(columns=["start", dimension, measure.slug])
    filters = reading.view.filters.narrowed(dimension, *map(value_of, names))
    parts = reading.parts([measure], window, by=(dimension,), grain=Grain.DAY, filters=filters)
    return measured(parts, [measure])


def _amounts(reading: Reading, measure: Measure, dimension: str, window: Window) -> dict[str, Decimal]:
    found = reading.totals([measure], (dimension,), window)
    return dict(zip(found[dimension], found[measure.slug], strict=True))
