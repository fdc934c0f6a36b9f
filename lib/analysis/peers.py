"""Peers: one project, person or key beside all others of its kind in the same period."""

from collections.abc import Sequence

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.parts import measured, summed
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.measures import Measure


@exactly()
def peers(parts: pd.DataFrame, measures: Sequence[Measure], key: str, one: str) -> pd.DataFrame:
    """Return `measure`, `unit`, `own`, `others`, `rank`, `of`: a row for each of `measures`.

    `parts` are by `key`. `others` of a ratio is the ratio of the peers' sums, of anything else their
    median. `rank` counts from the largest, among the `of` that have a value, `one` included; it and `own`
    are None where there is no value. Rows without an id are nobody's peer.
    """
    named = parts.loc[parts[key] != UNATTRIBUTED]
    every = measured(summed(named, [key]), measures)
    rest = every.loc[every[key] != one]
    pooled = measured(summed(named.loc[named[key] != one], []), measures)
    rows = []
    for measure in measures:
        values = {k: v for k, v in zip(every[key], every[measure.slug], strict=True) if v is not None}
        own = values.get(one)
        others = pooled[measure.slug].iloc[0] if measure.is_ratio else _median(list(rest[measure.slug]))
        rank = None if own is None else 1 + sum(v > own for v in values.values())
        rows.append((measure.label, measure.unit.value, own, others, rank, len(values)))
    return pd.DataFrame(rows, columns=["measure", "unit", "own", "others", "rank", "of"]).astype(object)


def _median(values: list[object]) -> object:
    """Return the middle value, of an even number the lower of the two, so that it stays exact."""
    ordered = sorted(values)  # type: ignore[type-var]  # all are numbers of one kind
    return ordered[(len(ordered) - 1) // 2] if ordered else None
