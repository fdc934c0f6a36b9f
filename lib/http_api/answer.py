"""An answer as it is sent: its rows, of which days they are, and which of these are known."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.answers.answer_coverage import Coverage
from lib.periods.windows import ONE_DAY, Window, runs

STATES = ("final", "provisional", "missing", "unserved", "unattributed")
"""What can be said of a day, see `lib.answers.answer_coverage`; one that is being fetched is missing yet."""


@dataclass(frozen=True)
class Answer:
    """`table` of the days of a window; `compared` are those that it is set against, None without any.

    `left_out` counts the rows beyond a limit that was asked for; `notes` are sentences about the rows.
    """

    table: pa.Table
    coverage: Coverage
    compared: Window | None = None
    left_out: int = 0
    notes: tuple[str, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        """Return what is said beside the rows, as JSON holds it."""
        return {
            "period": _range(self.coverage.window),
            "time_zone": self.coverage.window.zone,
            "compared": _range(self.compared) if self.compared else None,
            "coverage": {
                "complete": self.coverage.is_complete,
                **{state: [_range(run) for run in runs(days)] for state, days in self._days().items()},
            },
            "left_out": self.left_out,
            "notes": list(self.notes),
        }

    @property
    def headers(self) -> dict[str, str]:
        """Return what the response says of the days, whatever form the rows have."""
        period = _range(self.coverage.window)
        counts = ", ".join(f"{state}={len(days)}" for state, days in self._days().items())
        return {
            "Usage-Period": f"{period['from']}/{period['to']}",
            "Usage-Time-Zone": self.coverage.window.zone,
            "Usage-Coverage": counts,
        }

    def _days(self) -> dict[str, Collection[dt.date]]:
        held = {state: getattr(self.coverage, state) for state in STATES}
        return {**held, "missing": self.coverage.missing | self.coverage.fetching}


def _range(window: Window) -> dict[str, str]:
    return {"from": window.first.isoformat(), "to": (window.end - ONE_DAY).isoformat()}
