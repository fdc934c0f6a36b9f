"""Compare two periods: how much changed, and what changed it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

import pandas as pd

from lib.analysis.exact import exactly

Number = Decimal | int | float
Value = TypeVar("Value", bound=Number | None, covariant=True)


@dataclass(frozen=True)
class Change(Generic[Value]):
    """From `before` to `now`, each None for a ratio without anything to divide by: then nothing changed it.

    `share` is the change over `before`, None where there was nothing before.
    """

    now: Value
    before: Value

    @property
    @exactly()
    def difference(self) -> Value:
        """Return now less before, exact where both are; None where one of them has no value."""
        if self.now is None or self.before is None:
            return None  # type: ignore[return-value]  # only where the value may be None
        return self.now - self.before  # type: ignore[operator, return-value]  # both are of one kind

    @property
    @exactly()
    def share(self) -> float | None:
        """Return the difference as a share of before."""
        difference: Number | None = self.difference
        before: Number | None = self.before
        return float(difference) / abs(float(before)) if difference is not None and before else None


@exactly()
def movers(
    now: pd.DataFrame, before: pd.DataFrame, key: str, slug: str, *, empty: Number | None = 0
) -> pd.DataFrame:
    """Return `key`, `now`, `before`, `difference`, `share`: one row for each key of either period.

    A key without rows in a period counts as `empty` there: zero for sums, whose differences sum exactly to
    the difference of the totals; None for ratios. Largest `now` first, what has no value last.
    """
    after, earlier = (dict(zip(f[key], f[slug], strict=True)) for f in (now, before))
    rows = [
        {
            key: name,
            "change": Change(*(empty if v is None else v for v in (after.get(name), earlier.get(name)))),
        }
        for name in dict.fromkeys([*after, *earlier])
    ]
    rows.sort(key=lambda r: (*_size(r["change"].now), *_size(r["change"].before), r[key]))
    return pd.DataFrame(
        {
            key: pd.Series([r[key] for r in rows], dtype=object),
            "now": pd.Series([r["change"].now for r in rows], dtype=object),
            "before": pd.Series([r["change"].before for r in rows], dtype=object),
            "difference": pd.Series([r["change"].difference for r in rows], dtype=object),
            "share": pd.Series([r["change"].share for r in rows], dtype=object),
        }
    )


def _size(value: Number | None) -> tuple[bool, Number]:
    return value is None, -(value or 0)
