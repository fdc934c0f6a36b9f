"""Collecting runs: when the app collected days by itself, and what came of it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.catalog.schemas import TIME
from lib.store.log import TEXT, Record, as_row, in_utc

_KEPT = 200


@dataclass(frozen=True)
class CollectingRun:
    """One run of `holder`, a process in words; `failures` holds a sentence by source.

    `started_at` and `finished_at` are by the clock of that process. `recorded_at` is set when the run is
    recorded: it is later than that of any run before, whatever a clock says.
    """

    started_at: dt.datetime
    finished_at: dt.datetime
    holder: str
    requests: int = 0
    rows: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    recorded_at: dt.datetime | None = None


def _encode(run: CollectingRun) -> dict[str, Any]:
    sources, said = list(run.failures), list(run.failures.values())
    return {**as_row(run), "failures": said or None, "failed": sources or None}


def _fold(table: pa.Table) -> pa.Table:
    """Return the newest runs, oldest first; before them the last one without a failure, and the next.

    So it is known since when days cannot be collected, however long that is.
    """
    table = table.sort_by("recorded_at")
    good = pc.indices_nonzero(pc.is_null(table["failed"])).to_pylist()
    last_good = good[-1] if good else -1
    first = max(table.num_rows - _KEPT, 0)
    kept = [*(nth for nth in (last_good, last_good + 1) if 0 <= nth < first), *range(first, table.num_rows)]
    return table.take(pa.array(kept, pa.int64()))


def _runs(table: pa.Table) -> tuple[CollectingRun, ...]:
    return tuple(_run(row) for row in _fold(table).to_pylist())


def _run(row: dict[str, Any]) -> CollectingRun:
    sources, said = row.pop("failed") or (), row.pop("failures") or ()
    moments = {name: in_utc(row[name]) for name in ("started_at", "finished_at", "recorded_at")}
    return CollectingRun(**{**row, **moments, "failures": dict(zip(sources, said, strict=True))})


COLLECTING_RUNS: Record[CollectingRun, tuple[CollectingRun, ...]] = Record(
    "collecting",
    pa.schema(
        [
            ("started_at", TIME),
            ("finished_at", TIME),
            ("holder", TEXT),
            ("requests", pa.int64()),
            ("rows", pa.int64()),
            ("failed", pa.list_(TEXT)),
            ("failures", pa.list_(TEXT)),
            ("recorded_at", TIME),
        ]
    ),
    _runs,
    _fold,
    "recorded_at",
    _encode,
)
"""Decoded: the latest runs, oldest first."""
