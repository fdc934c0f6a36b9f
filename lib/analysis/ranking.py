"""Rankings: the largest few, everything else as one, and credits apart."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.exact import exactly
from lib.catalog.dimensions import CREDITS, other_of


@exactly()
def ranked(movers: pd.DataFrame, key: str, labels: Mapping[str, str], most: int, plural: str) -> pd.DataFrame:
    """Return `group` (label), `now`, `before` (exact): the first `most` rows, then `Other`, then `Credits`.

    `Other` says how many it holds, which are called `plural`.
    Up to twice as many rows stand by themselves where `Other` would be the largest of all without them.
    What is below zero is in `Credits`, whatever its row is, so that `Other` is what the rest cost.
    """
    rows, credit = [], (CREDITS, 0, 0)
    for name, *amounts in zip(movers[key], movers["now"], movers["before"], strict=True):
        own = [0 if name == CREDITS or value < 0 else value for value in amounts]
        taken = [value - kept for value, kept in zip(amounts, own, strict=True)]
        credit = (CREDITS, credit[1] + taken[0], credit[2] + taken[1])
        if any(own) or not any(amounts):
            rows.append((labels.get(name, name), *own))
    shown = most
    while shown < min(2 * most, len(rows)) and sum(row[1] for row in rows[shown:]) > rows[0][1]:
        shown += 1
    kept, rest = rows[:shown], rows[shown:]
    if len(rest) == 1:
        kept, rest = rows, []
    if rest:
        kept.append((other_of(len(rest), plural), sum(r[1] for r in rest), sum(r[2] for r in rest)))
    if any(credit[1:]):
        kept.append(credit)
    return pd.DataFrame(kept, columns=["group", "now", "before"]).astype(object)


@exactly()
def labelled(
    frame: pd.DataFrame, key: str, labels: Mapping[str, str], totals: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return `frame` with labels in place of the ids of `key`, each row's part of `totals` beside them.

    Parts are of what is above zero: a credit is no part of it.
    """
    named = frame.assign(**{key: [labels.get(v, v) for v in frame[key]]})
    for column in totals:
        whole = sum((v for v in frame[column] if v > 0), start=0)
        parts = [float(v) / float(whole) if whole and v >= 0 else None for v in frame[column]]
        named[f"{column}_part"] = pd.Series(parts, index=frame.index, dtype=object)
    return named


def drawn(ranked: pd.DataFrame, *, compared: bool = True) -> pd.DataFrame:
    """Return a ranking as a chart takes it: `group`, `value`, and `previous` where compared, as floats."""
    frame = ranked[["group"]].assign(value=[float(v) for v in ranked["now"]])
    return frame.assign(previous=[float(v) for v in ranked["before"]]) if compared else frame
