"""Contributions: what the change of a total is made of, as steps from one total to the other."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from lib.analysis.comparison import Number
from lib.analysis.exact import exactly
from lib.catalog.dimensions import CREDITS, OTHER

BEFORE, UP, DOWN, NOW = "before", "up", "down", "now"
"""The kinds of steps: the total before, what was added, what was taken away, the total now."""

Contribution = tuple[str, Number]
"""A label, and by how much it changed the total."""


@exactly()
def largest(movers: pd.DataFrame, key: str, labels: Mapping[str, str], most: int = 8) -> list[Contribution]:
    """Return the `most` largest changes of movers (`lib.analysis.comparison`), the rest as `Other (k)`.

    Largest by size, in the order from the greatest rise to the greatest fall, `Other` last; credits are never
    in it. What did not change is left out, so the contributions sum exactly to the change of the total.
    """
    changed = [
        (labels.get(name, name), difference)
        for name, difference in zip(movers[key], movers["difference"], strict=True)
        if difference
    ]
    changed.sort(key=lambda c: (-abs(c[1]), c[0]))
    cut = len(changed) if len(changed) == most + 1 else most
    kept = [c for n, c in enumerate(changed) if n < cut or c[0] == CREDITS]
    rest = [c for c in changed[cut:] if c[0] != CREDITS]
    kept.sort(key=lambda c: (-c[1], c[0]))
    return [*kept, (f"{OTHER} ({len(rest)})", sum(r[1] for r in rest))] if rest else kept


@exactly()
def waterfall(before: Contribution, contributions: Sequence[Contribution], now: str) -> pd.DataFrame:
    """Return `group` (label), `kind`, `from`, `to`, `value` (USD, exact): one step for each contribution.

    `before` names the first total and says what it was, `now` names the last one. A step begins where the
    one above it ends; `value` is the total, or the contribution with its sign.
    """
    label, total = before
    rows: list[tuple[str, str, Number, Number, Number]] = [(label, BEFORE, Decimal(0), total, total)]
    for name, value in contributions:
        end = total + value  # type: ignore[operator]  # both are of one kind
        rows.append((name, UP if value > 0 else DOWN, total, end, value))
        total = end
    rows.append((now, NOW, Decimal(0), total, total))
    return pd.DataFrame(rows, columns=["group", "kind", "from", "to", "value"]).astype(object)
