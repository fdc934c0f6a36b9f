"""Compare two periods: how much changed, and what changed it."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import exactly

Number = Decimal | int | float


@dataclass(frozen=True)
class Compared:
    """A measure now and before: None where a ratio has nothing to divide by."""

    now: Number | None
    before: Number | None


@dataclass(frozen=True)
class Change(Compared):
    """From `before` to `now`; `share` is the change over `before`, None where there was nothing before."""

    now: Number
    before: Number

    @property
    @exactly()
    def difference(self) -> Number:
        """Return now less before, exact where both are."""
        return self.now - self.before  # type: ignore[operator]  # both are of one kind

    @property
    @exactly()
    def share(self) -> float | None:
        """Return the difference as a share of before."""
        return float(self.difference) / abs(float(self.before)) if self.before else None


@exactly()
def movers(
    now: pd.DataFrame, before: pd.DataFrame, key: str, slug: str, *, missing: Number | None = 0
) -> pd.DataFrame:
    """Return `key`, `now`, `before`, `difference`, `share`: one row for each key of either period.

    Differences sum exactly to the difference of the totals. Largest `now` first. `missing` stands for
    what a period does not hold: None for a ratio, which then has no change either.
    """
    after, earlier = (dict(zip(f[key], f[slug], strict=True)) for f in (now, before))
    rows = []
    for name in dict.fromkeys([*after, *earlier]):
        new, old = (missing if held.get(name) is None else held[name] for held in (after, earlier))
        change = None if new is None or old is None else Change(new, old)
        rows.append((name, new, old, change and change.difference, change and change.share))
    rows.sort(key=lambda row: (-(row[1] or 0), -(row[2] or 0), row[0]))
    columns = [key, "now", "before", "difference", "share"]
    return pd.DataFrame({c: pd.Series([row[n] for row in rows], dtype=object) for n, c in enumerate(columns)})
