"""Allocation in words: what a total of each basis is called and means, and how much is an estimate."""

from collections.abc import Mapping
from decimal import Decimal

from lib.analysis.allocation.shares import Basis
from lib.wording import numbers as fmt

LABELS: Mapping[Basis, str] = {
    Basis.BILLED: "Billed",
    Basis.ALLOCATED: "Allocated (estimate)",
    Basis.NOT_ALLOCATED: "Not allocated",
    Basis.CREDITED: "Credits",
}
"""What a total of each basis is called."""

MEANINGS: Mapping[Basis, str] = {
    Basis.BILLED: "The bill itself names whose it is.",
    Basis.ALLOCATED: "The bill names the line item, and usage tells whose tokens, images or calls.",
    Basis.NOT_ALLOCATED: "No usage was found for these line items. They have a row of their own.",
    Basis.CREDITED: "Taken off the bill, such as promotional credits: no usage belongs to them.",
}
"""What each basis means."""


def explained(about: str) -> str:
    """Return how dollars are allocated by `about`, a dimension in words."""
    return (
        f"On some of these days the bill does not name the {about}. There, each line item’s dollars are "
        "shared out over the usage that it pays for, by its own tokens, images, seconds or calls of that day "
        "and project. Together they are the bill, to the last decimal."
    )


def estimated(part: Decimal | None) -> str:
    """Return which `part` of an amount is allocated, to follow the period's name; nothing for None."""
    return f", of which {fmt.share(part)} is allocated (estimate)" if part is not None else ""
