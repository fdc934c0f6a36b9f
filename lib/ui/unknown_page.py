"""The page at an address where there is none: it says so and leads on."""

from difflib import get_close_matches

import streamlit as st

from lib.ui import text
from lib.ui.site_map import ENTRIES, FIRST, page_path
from lib.wording.escaping import markdown_text


def show_unknown_page(address: str) -> None:
    """Say that there is no page at `address`, and link to all, the one called most like it first."""
    text.sentence(
        f"There is no page called “{address}”. What the rest of the address says holds on every page."
    )
    like = get_close_matches(address.casefold(), ENTRIES, n=1)
    for file in dict.fromkeys([*like, FIRST.file, *ENTRIES]):
        entry = ENTRIES[file]
        st.page_link(
            str(page_path(file)), label=markdown_text(f"{entry.title}: {entry.about}"), icon=entry.icon
        )
