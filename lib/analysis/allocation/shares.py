"""Shares of the bill: whose dollars they are, and how that is known."""

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum

import pandas as pd

from lib.analysis import ranking
from lib.analysis.comparison import movers
from lib.analysis.exact import exactly, rounded
from lib.catalog.dimensions import UNATTRIBUTED

MONEY = "costs.cost_usd"
NOT_ALLOCATED = "(not allocated)"
"""The id, in every dimension asked for, of dollars that no usage was found for."""
CREDITS = "(credits)"
"""The id of what is taken off the bill without usage: within `NOT_ALLOCATED` it would hide other dollars."""
_NOBODY = (NOT_ALLOCATED, CREDITS)
UNKNOWN_OWNER = "(unknown owner)"
OF_KEY = "(owner of key) "
"""What stands before the id of a key's owner where a row has no user."""


class Basis(StrEnum):
    """How dollars came to somebody's name."""

    BILLED = "billed"
    ALLOCATED = "allocated"
    NOT_ALLOCATED = "not allocated"
    CREDITED = "credited"


_LEFT_OVER = (Basis.NOT_ALLOCATED, Basis.CREDITED)


def as_billed(billed: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which the bill itself says whose they are, with that as their `basis`."""
    return billed.assign(basis=Basis.BILLED, reason="")


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
