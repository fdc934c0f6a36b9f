"""What the demo organization counts each day: tickets that it answered and documents that it read."""

import datetime as dt
from decimal import Decimal

from lib.periods.windows import ONE_DAY
from lib.store.records.quantities import Quantity

_FIRST = dt.date(2025, 11, 1)
_A_DAY = {"support tickets": (4_200, 1_500), "documents": (900, 150)}
"""How many on a weekday, and on a day of the weekend, when the demo begins."""


def quantities(today: dt.date) -> tuple[Quantity, ...]:
    """Return the same made-up quantities every time, of every day until yesterday."""
    return tuple(
        Quantity(name, day, Decimal(_on(day, weekday, weekend)), "Demo")
        for name, (weekday, weekend) in _A_DAY.items()
        for day in (_FIRST + n * ONE_DAY for n in range((today - _FIRST).days))
    )


def _on(day: dt.date, weekday: int, weekend: int) -> int:
    usual = weekend if day.weekday() >= 5 else weekday
    grown = usual * (1000 + (day - _FIRST).days) // 1000
    return grown * (95 + day.toordinal() * 7919 % 11) // 100
