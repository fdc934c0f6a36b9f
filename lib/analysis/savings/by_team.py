"""Savings by team: what each could save at most, of keys and projects that several may share."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from lib.analysis.allocation.shared_costs import split
from lib.analysis.exact import exactly
from lib.analysis.savings.saving import NOTHING, Saving, largest_of_keys
from lib.catalog.dimensions import UNATTRIBUTED


class Used(NamedTuple):
    """How much a team used of a project's key, in dollars or tokens."""

    team: str
    project: str
    key: str
    amount: Decimal


@exactly()
def by_team(found: Iterable[Saving], used: Sequence[Sequence[Used]]) -> pd.DataFrame:
    """Return `group` (team) and `value` (USD a month), largest first; they sum to `at_most` of `found`.

    The largest saving of each key is split by what teams used of the key, or without a key of the project:
    by the first of `used` in which anybody used any.
    """
    sums: dict[str, Decimal] = {}
    for (project, key), amount in largest_of_keys((saving, saving.a_month) for saving in found).items():
        shares = _shares(project, key, used)
        for team, part in zip(shares, split(amount, list(shares.values())), strict=True):
            sums[team] = sums.get(team, NOTHING) + part
    rows = sorted(((t, v) for t, v in sums.items() if v), key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["group", "value"]).astype(object)


def _shares(project: str, key: str, used: Sequence[Sequence[Used]]) -> Mapping[str, Decimal]:
    for rows in used:
        shares: dict[str, Decimal] = {}
        for row in rows:
            is_theirs = row.project == project or not project
            if is_theirs and (row.key == key or not key) and row.amount > 0:
                shares[row.team] = shares.get(row.team, NOTHING) + row.amount
        if shares:
            return shares
    return {UNATTRIBUTED: Decimal(1)}
