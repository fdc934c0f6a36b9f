"""Credits: what is taken off the bill, as a group of its own beside the groups that cost something.

Within another group, within "Other" or among rows without an id a credit would hide as many dollars of cost.
"""

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.parts import part_columns, summed
from lib.catalog.dimensions import CREDITS
from lib.catalog.measures import Measure
from lib.catalog.units import Unit


def can_hold(measure: Measure) -> bool:
    """Return whether a sum of the measure below zero is a credit: dollars, and no ratio of them."""
    return measure.unit is Unit.USD and not measure.is_ratio


@exactly()
def apart(parts: pd.DataFrame, credited: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return `parts` with the credits among them as rows of the group `CREDITS` of `key`.

    `credited` are the parts of the credits alone, by the same keys. The sum stays the same; a group that
    held nothing else is gone.
    """
    if credited.empty:
        return parts
    columns = part_columns(parts)
    taken = credited.assign(**{c: pd.Series([-v for v in credited[c]], dtype=object) for c in columns})
    given = credited.assign(**{key: CREDITS})
    keys = [str(c) for c in parts if c not in columns]
    whole = summed(pd.concat([parts, taken, given], ignore_index=True), keys)
    emptied = whole[key].isin(credited[key]) & ~whole[columns].astype(bool).any(axis=1)
    return whole.loc[~emptied].reset_index(drop=True)


def grouped(parts: pd.DataFrame, measure: Measure, key: str) -> pd.DataFrame:
    """Return `parts` with every group of `key` whose dollars sum to less than zero as `CREDITS`."""
    if not can_hold(measure):
        return parts
    sums = summed(parts, [key])
    below = {name for name, value in zip(sums[key], measure.of(sums), strict=True) if value < 0}
    return parts.assign(**{key: [CREDITS if name in below else name for name in parts[key]]})
