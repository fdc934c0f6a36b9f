"""Exact arithmetic: a decimal context that is wide enough for dollars, and the places that they are kept to.

Python's default context holds 28 digits, so products and sums of large amounts with 18 decimals would be
rounded silently. What adds or multiplies amounts runs under `exactly()`; what divides ends with `rounded`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Context, Decimal, localcontext

WIDE = Context(prec=80)
"""Holds the product of two amounts of `decimal128(38, 18)` without rounding."""
PLACES = Decimal("1E-18")
"""The decimals of the bill, to which every quotient is rounded."""


@contextmanager
def exactly() -> Iterator[None]:
    """Run a block, or a function decorated with it, in the context `WIDE`."""
    with localcontext(WIDE):
        yield


def rounded(value: Decimal) -> Decimal:
    """Return `value` to the 18 places of the bill, whatever the current context is."""
    return value.quantize(PLACES, context=WIDE)
