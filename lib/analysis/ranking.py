"""Rankings: the largest few, and everything else as one."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.exact import exactly
from lib.catalog.dimensions import OTHER


@exactly()
def ranked(movers: pd.DataFrame, key: str, labels: Mapping[str, str], most: int) -> pd.DataFrame:
    """Return `group` (label), `now`, `before` (exact): the first `most` rows, and the rest as `Other`."""
    rows = [
        (labels.get(name, name), now, before)
        for name, now, before in zip(movers[key], movers["now"], movers["before"], strict=True)
    ]
    kept, rest = rows[:most], rows[most:]
    if len(rest) == 1:
        kept, rest = rows, []
    if rest:
        kept.append((OTHER, sum(r[1] for r in rest), sum(r[2] for r in rest)))
    return pd.DataFrame(kept, columns=["group", "now", "before"]).astype(object)


@exactly()
def labelled(
    frame: pd.DataFrame, key: str, labels: Mapping[str, str], totals: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return `frame` with labels in place of the ids of `key`, each row's part of `totals` beside them."""
    named = frame.assign(**{key: [labels.get(v, v) for v in frame[key]]})
    for column in totals:
        whole = sum(frame[column], start=0)
        named[f"{column}_part"] = [float(v) / float(whole) if whole else None for v in frame[column]]
    return named


def drawn(ranked: pd.DataFrame, *, compared: bool = True) -> pd.DataFrame:
    """Return a ranking as a chart takes it: `group`, `value`, and `previous` where compared, as floats."""
    frame = ranked[["group"]].assign(value=[float(v) for v in ranked["now"]])
    return frame.assign(previous=[float(v) for v in ranked["before"]]) if compared else frame
