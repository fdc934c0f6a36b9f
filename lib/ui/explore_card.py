"""The table that people can shape: which rows, how many, and what is in the rest."""

import streamlit as st

from lib import tables
from lib.answers.exploring import explored
from lib.answers.reading import Reading
from lib.catalog.dimensions import DIMENSIONS
from lib.catalog.measures import MEASURES
from lib.ui import address_bar, text
from lib.ui.answer_cards import say_contradictions
from lib.ui.cards import show_table
from lib.ui.messages import totals_words
from lib.ui.picks import pick_of

ALL = "all"
_TOP = ("5", "10", "25", ALL)


def explore_card(
    question: str, reading: Reading, by: tuple[str, ...], slugs: tuple[str, ...], *, name: str
) -> None:
    """Draw measures by one or two dimensions as a table, with a search and a number of rows beside it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = address_bar.ask("Search the rows", name="named")
        top = address_bar.choose("Rows", _TOP, name="top", default="10", words=lambda n: n.capitalize())
    found = explored(reading, by, slugs, wanted, None if top == ALL else int(top))
    if found.rows.empty:
        text.info(f"No row has “{wanted}” in its name or id.")
        return
    say_contradictions(reading.ranking(MEASURES[slugs[0]], by[0]))
    show_table(
        question,
        found.rows,
        tables.explored_columns([DIMENSIONS[d] for d in by], found.measures, found.compared_with),
        name=name,
        note=totals_words(reading, found.measures),
        pick=pick_of(by[0], found.labels[by[0]]),
    )
    if found.folded:
        text.button(
            f"Show the {found.folded:,} in Other",
            icon=":material/unfold_more:",
            type="tertiary",
            key=f"open-other:{name}",
            on_click=address_bar.keep,
            args=("top", ALL),
        )
