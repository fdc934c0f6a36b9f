"""Revisions: days whose totals changed after a fetch that followed the day's end."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.sources import Source
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from lib.store.records.revisions import Revision
from lib.store.usage_store import Store

Totals = dict[tuple[dt.date, str], Decimal | int]


def revised(
    store: Store,
    source: Source,
    width: Width,
    window: Window,
    table: pa.Table,
    *,
    fetched: Mapping[dt.date, dt.datetime],
    seen_at: dt.datetime,
) -> list[Revision]:
    """Return how the totals of `table` differ from those stored, for days that had ended back then.

    `fetched` says when each day was fetched before; a moment after `seen_at` proves nothing.
    """
    ended = [
        d for d in window if d in fetched and unix(d) + 86400 <= fetched[d].timestamp() <= seen_at.timestamp()
    ]
    if not ended:
        return []
    # A metric that mixes units has no total that could mean anything.
    metrics = [m.name for m in source.metrics if m.needs is None]
    before = _totals(source, store.rows(source, width, window, ["start", "slice", *metrics]), metrics)
    after = _totals(source, table, metrics)
    return [
        Revision(source.name, width, day, metric, before.get((day, metric), 0), new, fetched[day], seen_at)
        for day in ended
        for metric in metrics
        if (new := after.get((day, metric), 0)) != before.get((day, metric), 0)
    ]


def _totals(source: Source, table: pa.Table, metrics: list[str]) -> Totals:
    """Return the sums by day; of several slices, which each add up to the whole, only the first counts."""
    first = pa.array([rung[0].name for rung in source.rungs], pa.string())
    table = table.filter(pc.is_in(table["slice"], first))
    table = table.append_column("date", table["start"].cast(pa.date32()))
    sums = table.group_by("date").aggregate([(metric, "sum") for metric in metrics])
    return {(row["date"], m): row[f"{m}_sum"] or 0 for row in sums.to_pylist() for m in metrics}
