"""Colours: one set that reads on light and on dark backgrounds, and which group gets which.

The nine hues keep a distance of at least 0.09 in OKLab from each other and from grey, for normal
sight and for each of the three colour-vision deficiencies. `.streamlit/config.toml` repeats them.
"""

from collections.abc import Iterable, Mapping, Sequence

from lib.catalog.dimensions import CREDITS, is_other

BLUE, GOLD, BRICK, SKY, VIOLET = "#3b6fd4", "#dca11f", "#bb4f5c", "#29bee9", "#6c5291"
SAGE, BROWN, AZURE, BRONZE = "#95b685", "#8d4f0b", "#2f95e2", "#b98129"
GREY = "#8a909b"
GREEN = "#2f9e6e"
"""The colour of credits, which hang below zero."""
CATEGORICAL = (BLUE, GOLD, BRICK, SKY, VIOLET, SAGE, BROWN, AZURE, BRONZE, GREY)
"""Ten colours, the last one kept for what is summed up as Other."""
_HUES = CATEGORICAL[:-1]

TOKEN_CLASSES = {
    "Uncached input": BLUE,
    "Cached input": SKY,
    "Cache write": GOLD,
    "Output": BRICK,
}
"""The classes that tokens split into, in the order in which they are stacked."""


def ordered(groups: Iterable[str]) -> list[str]:
    """Return `groups` without repeats, in their order, `Other` and then `CREDITS` moved to the end."""
    return sorted(dict.fromkeys(groups), key=lambda group: (_is_last(group), group == CREDITS))


def colours(groups: Sequence[str]) -> dict[str, str]:
    """Return each group's colour: by its place in `groups`, grey for `Other`, green for `CREDITS`."""
    named = (g for g in ordered(groups) if not _is_last(g))
    return {group: _HUES[place % len(_HUES)] for place, group in enumerate(named)} | _of_the_last(groups)


def by_rank(ranks: Mapping[str, int]) -> dict[str, str]:
    """Return each group's colour: that of its rank, so that it has the same one in every chart.

    Ranks go on beyond the number of hues. Of two groups that would share one, the higher in rank has it, and
    the other takes the next one that is free. Where none is, groups next to each other, in the order of
    `ranks` and around its end, still differ.
    """
    named = [g for g in ordered(ranks) if not _is_last(g)]
    found: dict[str, str] = {}
    for group in sorted(named, key=lambda g: (ranks[g], g)):
        first = ranks[group] % len(_HUES)
        hues = [*_HUES[first:], *_HUES[:first]]
        at = named.index(group)
        beside = {found.get(named[at - 1]), found.get(named[(at + 1) % len(named)])}
        free = [hue for hue in hues if hue not in found.values()]
        found[group] = next(iter(free or [hue for hue in hues if hue not in beside]))
    return found | _of_the_last(ranks)


def _is_last(group: str) -> bool:
    return group == CREDITS or is_other(group)


def _of_the_last(groups: Iterable[str]) -> dict[str, str]:
    return {group: GREEN if group == CREDITS else GREY for group in groups if _is_last(group)}
