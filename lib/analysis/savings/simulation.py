"""What if: the same traffic with some of it moved, cached, batched or grown; all of it an estimate."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from lib.analysis.exact import exactly, rounded
from lib.analysis.reconciliation.causes import Price
from lib.analysis.savings.priced_traffic import INPUTS, STANDARD, monthly, unit
from lib.analysis.vectors import sums, total

_WHOLE = Decimal(1)


@dataclass(frozen=True)
class Moves:
    """What is changed, in percent.

    `moved` of the traffic of model `source` goes to `target`, `batched` of what is at the standard tier
    becomes batches, `cached` of all input is read from the cache (None: as it is), and all of it grows by
    `growth` each month.
    """

    source: str = ""
    target: str = ""
    moved: int = 0
    batched: int = 0
    cached: Decimal | int | None = None
    growth: int = 0


@exactly()
def months(
    traffic: pa.Table, days: int, price: Price, moves: Moves, starts: Sequence[dt.date]
) -> pd.DataFrame:
    """Return `month` (first day), `as_is`, `then` and `difference` (USD): one row for each of `starts`.

    `traffic` (`lib.analysis.savings.priced_traffic.priced`) of `days` is taken for an average month. A
    token moved costs what the list says of its new model, class and tier on its day; without such a price
    it stays. Every growth counts from the month before the first.
    """
    now = monthly(total(traffic["worth"]), days)
    then = monthly(moved(traffic, price, moves), days)
    rows = []
    for nth, start in enumerate(starts, 1):
        grown = rounded(then * (1 + Decimal(moves.growth) / 100) ** nth)
        rows.append((start, now, grown, grown - now))
    return pd.DataFrame(rows, columns=["month", "as_is", "then", "difference"]).astype({"as_is": object})


@exactly()
def moved(traffic: pa.Table, price: Price, moves: Moves) -> Decimal:
    """Return what the traffic would be worth (USD) without growth."""
    shifts = _shifts(traffic, moves)
    rows = sums(traffic, ("day", "model", "tier", "token_class", "modality"), ("units", "worth"))
    return rounded(sum((_worth(row, price, moves, shifts) for row in rows.to_pylist()), Decimal(0)))


@exactly()
def cached_share(traffic: pa.Table) -> Decimal:
    """Return which part of the input tokens was read from the cache; zero without any."""
    by_class = sums(traffic, ("token_class",), ("units",))
    units = dict(zip(by_class["token_class"].to_pylist(), by_class["units"].to_pylist(), strict=True))
    fresh, cached = (units.get(kind, 0) for kind in INPUTS)
    return rounded(Decimal(cached) / (fresh + cached)) if fresh + cached else Decimal(0)


def _shifts(traffic: pa.Table, moves: Moves) -> dict[str, Decimal]:
    """Return which part of each class of input changes to the other, so that `cached` of all is cached."""
    if moves.cached is None:
        return {}
    own, wanted = cached_share(traffic), Decimal(moves.cached) / 100
    fresh, cached = INPUTS
    if wanted > own:
        return {fresh: rounded((wanted - own) / (1 - own))}
    return {cached: rounded((own - wanted) / own)} if own else {}


def _worth(row: dict[Any, Any], price: Price, moves: Moves, shifts: dict[str, Decimal]) -> Decimal:
    worth = Decimal(0)
    for model, of_model in _parts(
        row["model"], moves.target, moves.moved if row["model"] == moves.source else 0
    ):
        other = INPUTS[1] if row["token_class"] == INPUTS[0] else INPUTS[0]
        shift = shifts.get(row["token_class"], Decimal(0)) * 100
        for token_class, of_class in _parts(row["token_class"], other, shift):
            batched = moves.batched if row["tier"] == STANDARD else 0
            for tier, of_tier in _parts(row["tier"], "batch", batched):
                part = of_model * of_class * of_tier
                each = unit(price, model, row["day"], token_class, tier, row["modality"])
                worth += part * (row["worth"] if each is None else each * row["units"])
    return worth


def _parts(own: str, other: str, percent: Decimal | int) -> Iterator[tuple[str, Decimal]]:
    part = Decimal(percent) / 100
    if part < _WHOLE:
        yield own, 1 - part
    if part:
        yield other, part
