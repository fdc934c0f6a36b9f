"""Colours: one set that reads on light and on dark backgrounds, and which group gets which.

The nine hues keep a distance of at least 0.09 in OKLab from each other and from grey, for normal
sight and for each of the three colour-vision deficiencies. `.streamlit/config.toml` repeats them.
"""

from collections.abc import Iterable, Sequence

from lib.catalog.dimensions import OTHER

BLUE, GOLD, BRICK, SKY, VIOLET = "#3b6fd4", "#dca11f", "#bb4f5c", "#29bee9", "#6c5291"
SAGE, BROWN, AZURE, BRONZE = "#95b685", "#8d4f0b", "#2f95e2", "#b98129"
GREY = "#8a909b"
CATEGORICAL = (BLUE, GOLD, BRICK, SKY, VIOLET, SAGE, BROWN, AZURE, BRONZE, GREY)
"""Ten colours, the last one kept for what is summed up as `OTHER`."""

TOKEN_CLASSES = {
    "Uncached input": BLUE,
    "Cached input": SKY,
    "Cache write": GOLD,
    "Output": BRICK,
}
"""The classes that tokens split into, in the order in which they are stacked."""


def ordered(groups: Iterable[str]) -> list[str]:
    """Return `groups` without repeats, in their order, `OTHER` moved to the end."""
    distinct = list(dict.fromkeys(groups))
    return [g for g in distinct if g != OTHER] + [g for g in distinct if g == OTHER]


def colours(groups: Sequence[str]) -> dict[str, str]:
    """Return each group's colour: by its place in `groups`, grey for `OTHER`."""
    hues = CATEGORICAL[:-1]
    named = (g for g in ordered(groups) if g != OTHER)
    found = {group: hues[place % len(hues)] for place, group in enumerate(named)}
    return found | ({OTHER: GREY} if OTHER in groups else {})
