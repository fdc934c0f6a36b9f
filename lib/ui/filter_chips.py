"""What the view keeps to, in words and as chips under the title that take a filter away."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st

from lib.answers import instance, loading
from lib.answers.view import View
from lib.catalog.dimensions import DIMENSIONS, text_of
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError
from lib.ui import text
from lib.ui.session import session
from lib.ui.sidebar import widen
from lib.ui.site_map import APP, Control, entry_of
from lib.wording import zone_words
from lib.wording.labels import Labels

_EACH = 3
"""Of more values than these, a chip says how many there are."""


@dataclass(frozen=True)
class Chip:
    """A filter in words, and what goes away with it."""

    words: str
    dimension: str
    values: tuple[str, ...]


def chips_of(view: View, labels: Labels) -> list[Chip]:
    """Return a chip for each value that is filtered by, or one for all of a dimension with many."""
    return [
        Chip(f"{DIMENSIONS[dimension].label}: {words}", dimension, values)
        for dimension, words, values in _kept(view.kept, labels)
    ]


def filter_words(filters: Filters, labels: Labels) -> str:
    """Return what the filters keep, by name: “Search, Ada”; nothing without filters."""
    return ", ".join(words for _, words, _ in _kept(filters, labels))


def _kept(filters: Filters, labels: Labels) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield dimension, words and values for each value that is filtered by, or for many of them at once."""
    for dimension, kept in filters:
        values = tuple(map(text_of, kept))
        if len(values) > _EACH:
            yield dimension, f"{len(values)} {DIMENSIONS[dimension].plural}", values
        else:
            names = labels.apart(dimension, values)
            yield from ((dimension, names[value], (value,)) for value in values)


def show_scope(view: View) -> None:
    """Draw, as far as they count on the page, which days it shows and chips for its filters; name the tab."""
    entry = entry_of(session().page)
    try:
        labels = loading.load_labels(instance.open_backend())
    except AppError:
        labels = Labels(())
    counts = Control.FILTERS in entry.controls
    shown = view if counts else replace(view, filters=EVERYTHING)
    named = filter_words(shown.kept, labels)
    st.set_page_config(page_title=" · ".join(filter(None, (entry.title, named, APP))))
    if Control.PERIOD in entry.controls:
        text.caption(zone_words.days(view.window))
    chips = chips_of(shown, labels)
    if not chips:
        return
    with st.container(horizontal=True, gap="small"):
        for chip in chips:
            text.button(
                chip.words,
                key=f"chip:{chip.dimension}:{':'.join(chip.values)}",
                icon=":material/close:",
                on_click=widen,
                args=(chip.dimension, *chip.values),
                help="Remove this filter",
            )
