"""A tiny organization of hand-written rows, for tests that need exact numbers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.demo.organization.directory import Directory
from lib.demo.organization.generator import Row


class FixedRows:
    """Serves exactly the rows it is given: `{source: {day: [row, …]}}`.

    A row holds dimensions and metrics under the API's names; what it leaves out is null or absent.
    `at` ("HH:MM", midnight by default) says when in the day it happened, for hours and minutes. Rows
    of costs hold `amount` (text, number or Decimal) and perhaps `currency`, `quantity` and
    `quantity_unit`. Every row is there at once: nothing lags, is partial or arrives late.

        FixedRows({
            "completions": {dt.date(2026, 11, 1): [{"model": "gpt-6-sol", "input_tokens": 7, "at": "13:05"}]},
            "costs": {dt.date(2026, 11, 1): [{"line_item": "gpt-6-sol, input", "amount": "0.5"}]},
        })

    `days` may be changed between requests, to play an organization whose history is revised.
    """

    def __init__(
        self, days: Mapping[str, Mapping[dt.date, Sequence[Row]]], directory: Directory | None = None
    ) -> None:
        self.days = days
        self.directory = directory or Directory()

    def slices(
        self,
        source: str,
        day: dt.date,
        edges: Sequence[int],
        now: dt.datetime,  # noqa: ARG002
    ) -> list[list[Row]]:
        """Return, for each two neighbouring `edges` (seconds of `day`), the rows between them."""
        rows = [(_second(row), _plain(row)) for row in self.days.get(source, {}).get(day, ())]
        return [[row for second, row in rows if first <= second < end] for first, end in pairwise(edges)]


def _second(row: Row) -> int:
    at = dt.time.fromisoformat(row.get("at", "00:00"))
    return (at.hour * 60 + at.minute) * 60 + at.second


def _plain(row: Row) -> Row:
    plain: dict[str, Any] = {name: value for name, value in row.items() if name != "at"}
    for name in ("amount", "quantity"):
        if plain.get(name) is not None:
            plain[name] = Decimal(str(plain[name]))
    return {"currency": "usd", **plain} if "amount" in plain else plain
