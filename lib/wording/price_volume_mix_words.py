"""The price–volume–mix split in words: what its parts are called, and how it is done."""

from collections.abc import Mapping
from decimal import Decimal

from lib.analysis.contributions import Contribution

_MIX = {
    "mix_model": "Mix: models",
    "mix_tier": "Mix: batch and tier",
    "mix_direction": "Mix: input against output",
    "mix_cache": "Mix: cached share",
    "mix_variant": "Mix: versions and variants",
}
PARTS = {"volume": "Volume", **_MIX, "price": "Unit prices", "unsplit": "Not split"}
"""What the parts of `lib.analysis.price_volume_mix.whole` are called."""

COLUMNS = {
    "difference": "Change",
    "before": "Before",
    "now": "Now",
    "volume": PARTS["volume"],
    "mix": "Mix, all",
    "price": PARTS["price"],
    "unsplit": PARTS["unsplit"],
    **_MIX,
}
"""What the columns of `lib.analysis.price_volume_mix.split` are called."""

METHOD = (
    "A price–volume–mix split: volume is how much was used, at the old average price; mix is a shift to "
    "dearer or cheaper models, tiers and kinds of tokens, at their old prices; unit price is the same line "
    "items at their new prices. What is billed without a quantity, such as a credit, is not split."
)
"""The method in plain words."""


def contributions(split: Mapping[str, Decimal]) -> list[Contribution]:
    """Return the parts that are not zero, by name, in the order in which they are taken."""
    return [(PARTS[name], value) for name, value in split.items() if value]
