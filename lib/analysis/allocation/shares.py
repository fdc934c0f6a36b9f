"""Allocation: billed dollars shared out over the usage they pay for, where the bill does not say whose.

A line item has one price for each unit it bills, so its dollars are shared out by those units:
row's dollars = line's dollars × row's units / units of all rows that match (the day, the project and
whatever else the bill names). Shares are cut where the running sum of units, times the price, is at
18 decimals, so that they sum to the line exactly whatever is rounded.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from lib.analysis import ranking
from lib.analysis.allocation.meters import Meter, Row, meters
from lib.analysis.comparison import movers
from lib.analysis.exact import WIDE, exactly, rounded
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.line_items import parse
from lib.catalog.sources import COSTS, SOURCES

MONEY = "costs.cost_usd"
NOT_ALLOCATED = "(not allocated)"
"""The id, in every dimension asked for, of dollars that no usage was found for."""
CREDITS = "(credits)"
"""The id of what is taken off the bill without usage: within `NOT_ALLOCATED` it would hide other dollars."""
_NOBODY = (NOT_ALLOCATED, CREDITS)
UNKNOWN_OWNER = "(unknown owner)"
OF_KEY = "(owner of key) "
"""What stands before the id of a key's owner where a row has no user."""
NO_METER = "Usage does not record what this line bills"
NO_USAGE = "No matching usage in that project on that day"
NOT_RECORDED = "Usage records this by project only"

_TOLD_APART = ("batch", "service_tier", "model")


class Basis(StrEnum):
    """How dollars came to somebody's name."""

    BILLED = "billed"
    ALLOCATED = "allocated"
    NOT_ALLOCATED = "not allocated"
    CREDITED = "credited"


_LEFT_OVER = (Basis.NOT_ALLOCATED, Basis.CREDITED)


def shared_out(amount: Decimal, units: Sequence[int]) -> list[Decimal]:
    """Return `amount` in parts in proportion to `units` (whole, not negative, not all zero).

    The parts sum to `amount` exactly; each is within one unit of the 18th decimal of its fair share.
    """
    whole, so_far, cut, parts = sum(units), 0, Decimal(0), []
    for count in units:
        so_far += count
        until = amount
        if so_far < whole:
            until = rounded(WIDE.divide(WIDE.multiply(amount, so_far), whole))
        parts.append(WIDE.subtract(until, cut))
        cut = until
    return parts


def usage_dimensions(source: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions by which `allocate` needs the rows of a usage source to be told apart."""
    needed = (*_TOLD_APART, *COSTS.dimensions, *wanted)
    return tuple(d for d in SOURCES[source].dimensions if d in needed and d != "api_source")


@exactly()
def allocate(billed: pd.DataFrame, used: Mapping[str, pd.DataFrame], wanted: Sequence[str]) -> pd.DataFrame:
    """Return the rows of `billed` with `wanted` (ids) filled in from usage, `basis` and `reason`.

    `billed`: `start`, `project_id`, `line_item`, further dimensions that the bill names, and
    `costs.cost_usd` (USD). `used`: by source of `meters.METERED`, its rows by day and
    `usage_dimensions`, with its metrics. Dollars sum exactly to `billed`; what matches no usage is one
    row with the id `NOT_ALLOCATED`, or `CREDITS` where it is below zero, and the reason.
    """
    known = [d for d in COSTS.dimensions if d in billed and d not in {*wanted, "line_item", "api_source"}]
    told_by = ["start", *known]
    usage = {source: _indexed(frame, told_by) for source, frame in used.items()}
    rows: list[dict[str, Any]] = []
    for line in billed.to_dict("records"):
        if line[MONEY]:
            place = tuple(line[d] for d in told_by)
            rows += _shares(line, {source: at.get(place, []) for source, at in usage.items()}, wanted)
    columns = [*dict.fromkeys([*billed.columns, *wanted]), "basis", "reason"]
    return pd.DataFrame(rows, columns=columns).astype({c: object for c in columns if c != "start"})


def as_billed(billed: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which the bill itself says whose they are, with that as their `basis`."""
    return billed.assign(basis=Basis.BILLED, reason="")


def names_all(billed: pd.DataFrame, wanted: Iterable[str]) -> set[pd.Timestamp]:
    """Return the days on which the bill names a value of every dimension in `wanted` somewhere."""
    days = [set(billed.loc[billed[d] != UNATTRIBUTED, "start"]) for d in wanted]
    return set.intersection(*days) if days else set()


def kept(rows: pd.DataFrame, where: Mapping[str, Collection[str | None]]) -> pd.DataFrame:
    """Return the rows whose ids are among those of `where`, in which None is for no id."""
    for dimension, values in where.items():
        ids = {UNATTRIBUTED if v is None else v for v in values}
        rows = rows.loc[[v in ids for v in rows[dimension]]]
    return rows


def owned(spent: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Return `spent` with the `owner` of each row's key beside it, from `owners` by the key's id."""
    same = {UNATTRIBUTED, *_NOBODY}
    found = [k if k in same else owners.get(k, UNKNOWN_OWNER) for k in spent["api_key_id"]]
    return spent.assign(owner=pd.Series(found, index=spent.index, dtype=object))


def by_key_owner(spent: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Return `spent` with the owner of its key, marked `OF_KEY`, for the user of rows that have none."""
    users = [
        f"{OF_KEY}{owners[key]}" if user == UNATTRIBUTED and key in owners else user
        for user, key in zip(spent["user_id"], spent["api_key_id"], strict=True)
    ]
    return spent.assign(user_id=pd.Series(users, index=spent.index, dtype=object))


@exactly()
def spenders(now: pd.DataFrame, before: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the movers of spend by `key` (`lib.analysis.comparison.movers`), with `estimated` USD of `now`.

    `estimated` is what of `now` was allocated. What is nobody's (not allocated, credits) comes last.
    """
    found = movers(_summed(now, key), _summed(before, key), key, MONEY)
    estimates = _summed(now.loc[now["basis"] == Basis.ALLOCATED], key)
    of_key = dict(zip(estimates[key], estimates[MONEY], strict=True))
    found = found.assign(estimated=pd.Series([of_key.get(k, 0) for k in found[key]], dtype=object))
    last = found[key].isin(_NOBODY)
    return pd.concat([found.loc[~last], found.loc[last]], ignore_index=True)


@exactly()
def ranked(found: pd.DataFrame, key: str, labels: Mapping[str, str], most: int, plural: str) -> pd.DataFrame:
    """Return the first `most` of `spenders` as `lib.analysis.ranking.ranked`, what is nobody's apart."""
    apart = found[key].isin(_NOBODY)
    rows = [
        ranking.ranked(found.loc[~apart], key, labels, most, plural),
        ranking.ranked(found.loc[apart], key, labels, len(_NOBODY), plural),
    ]
    return pd.concat(rows, ignore_index=True)


@exactly()
def by_basis(spent: pd.DataFrame) -> dict[Basis, Decimal]:
    """Return the dollars of each basis; only `BILLED` where the bill tells all, credits only if any."""
    sums = _summed(spent, "basis")
    found = dict(zip(sums["basis"], sums[MONEY], strict=True))
    if set(found) <= {Basis.BILLED}:
        return {Basis.BILLED: found.get(Basis.BILLED, Decimal(0))}
    return {b: found.get(b, Decimal(0)) for b in Basis if b in found or b is not Basis.CREDITED}


@exactly()
def allocated_share(spent: pd.DataFrame) -> Decimal | None:
    """Return which part of the dollars of `spent` is allocated; None where none is, or all sum to zero."""
    bases = by_basis(spent)
    allocated, whole = bases.get(Basis.ALLOCATED), sum(bases.values())
    return rounded(allocated / whole) if allocated and whole else None


@exactly()
def left_over(spent: pd.DataFrame) -> pd.DataFrame:
    """Return `line_item`, `reason` and `costs.cost_usd` of what was not allocated, largest first."""
    rows = spent.loc[spent["basis"].isin(_LEFT_OVER), ["line_item", "reason", MONEY]]
    sums = rows.groupby(["line_item", "reason"], as_index=False)[[MONEY]].sum()
    order = sorted(range(len(sums)), key=lambda n: (-abs(sums[MONEY].iloc[n]), sums["line_item"].iloc[n]))
    return sums.iloc[order].reset_index(drop=True)


def days_of(rows: pd.DataFrame, days: Collection[dt.date]) -> pd.Series:
    """Return which rows start on one of `days`."""
    return pd.Series([start.date() in days for start in rows["start"]], index=rows.index, dtype=bool)


def nameable(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels of what can be narrowed to: not of dollars that nobody's name was found for."""
    return {
        i: text
        for i, text in labels.items()
        if i not in {*_NOBODY, UNKNOWN_OWNER} and not i.startswith(OF_KEY)
    }


def parts(spent: pd.DataFrame) -> pd.DataFrame:
    """Return `spent` as parts (see `lib.analysis.parts`): its dimensions and dollars."""
    return spent.drop(columns=["basis", "reason", "line_item"])


def _summed(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    return rows[[key, MONEY]].groupby(key, as_index=False)[[MONEY]].sum()


def _indexed(frame: pd.DataFrame, keys: Sequence[str]) -> Mapping[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in frame.to_dict("records"):
        named = {str(name): value for name, value in row.items()}
        found[tuple(named.get(key, UNATTRIBUTED) for key in keys)].append(named)
    return found


def _shares(
    line: Mapping[Any, Any], usage: Mapping[str, list[Row]], wanted: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield one row for each combination of `wanted` ids that a billed line pays for in `usage`."""
    tried = meters(parse(line["line_item"]))
    able = [m for m in tried if set(wanted) <= set(SOURCES[m.source].dimensions)]
    for meter in able:
        units = _units(meter, usage.get(meter.source, []), wanted)
        if units:
            parts = shared_out(line[MONEY], list(units.values()))
            for ids, part in zip(units, parts, strict=True):
                filled = dict(zip(wanted, ids, strict=True))
                yield {**line, **filled, MONEY: part, "basis": Basis.ALLOCATED, "reason": ""}
            return
    reason = NO_USAGE if able else NOT_RECORDED if tried else NO_METER
    credited = line[MONEY] < 0
    nobody = dict.fromkeys(wanted, CREDITS if credited else NOT_ALLOCATED)
    basis = Basis.CREDITED if credited else Basis.NOT_ALLOCATED
    yield {**line, **nobody, "basis": basis, "reason": reason}


def _units(meter: Meter, rows: Iterable[Row], wanted: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return the units of the rows that fit by their `wanted` ids, in the order of the ids."""
    units: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        if meter.fits(row):
            units[tuple(row[d] for d in wanted)] += meter.units(row)
    return {ids: units[ids] for ids in sorted(units) if units[ids]}
