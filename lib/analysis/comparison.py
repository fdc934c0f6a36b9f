"""Compare two periods: how much changed, and what changed it."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis.exact import exactly

Number = Decimal | int | float


@dataclass(frozen=True)
class Change:
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
def movers(now: pd.DataFrame, before: pd.DataFrame, key: str, slug: str) -> pd.DataFrame:
    """Return `key`, `now`, `before`, `difference`, `share`: one row for each key of either period.

    Differences sum exactly to the difference of the totals. Largest `now` first.
    """
    after, earlier = (dict(zip(f[key], f[slug], strict=True)) for f in (now, before))
    rows = [
        {key: name, "change": Change(after.get(name) or 0, earlier.get(name) or 0)}
        for name in dict.fromkeys([*after, *earlier])
    ]
    rows.sort(key=lambda r: (-r["change"].now, -r["change"].before, r[key]))
    return pd.DataFrame(
        {
            key: pd.Series([r[key] for r in rows], dtype=object),
            "now": pd.Series([r["change"].now for r in rows], dtype=object),
            "before": pd.Series([r["change"].before for r in rows], dtype=object),
            "difference": pd.Series([r["change"].difference for r in rows], dtype=object),
            "share": pd.Series([r["change"].share for r in rows], dtype=object),
        }
    )
