"""Colours: one set that reads on light and on dark backgrounds, and which group gets which.

The nine hues keep a distance of at least 0.09 in OKLab from each other and from grey, for normal
sight and for each of the three colour-vision deficiencies. `.streamlit/config.toml` repeats them.
"""

from collections.abc import Iterable, Sequence

from lib.catalog.dimensions import CREDITS, OTHER

BLUE, GOLD, BRICK, SKY, VIOLET = "#3b6fd4", "#dca11f", "#bb4f5c", "#29bee9", "#6c5291"
SAGE, BROWN, AZURE, BRONZE = "#95b685", "#8d4f0b", "#2f95e2", "#b98129"
GREY = "#8a909b"
GREEN = "#2f9e6e"
"""The colour of credits, which hang below zero."""
CATEGORICAL = (BLUE, GOLD, BRICK, SKY, VIOLET, SAGE, BROWN, AZURE, BRONZE, GREY)
"""Ten colours, the last one kept for what is summed up as `OTHER`."""

TOKEN_CLASSES = {
    "Uncached input": BLUE,
    "Cached input": SKY,
    "Cache write": GOLD,
    "Output": BRICK,
}
"""The classes that tokens split into, in the order in which they are stacked."""


_LAST = {OTHER: GREY, CREDITS: GREEN}


def ordered(groups: Iterable[str]) -> list[str]:
    """Return `groups` without repeats, in their order, `OTHER` and then `CREDITS` moved to the end."""
    return sorted(dict.fromkeys(groups), key=lambda group: (group in _LAST, group == CREDITS))


def colours(groups: Sequence[str]) -> dict[str, str]:
    """Return each group's colour: by its place in `groups`, grey for `OTHER`, green for `CREDITS`."""
    hues = CATEGORICAL[:-1]
    named = (g for g in ordered(groups) if g not in _LAST)
    found = {group: hues[place % len(hues)] for place, group in enumerate(named)}
    return found | {group: hue for group, hue in _LAST.items() if group in groups}
