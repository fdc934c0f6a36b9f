"""What Streamlit's own settings cannot say about how a page looks."""

import streamlit as st

# Links are cut to one line, of which a phone shows half. The toolbar of a chart covers what is above it;
# table, download and picture are offered beside the chart's question. What is chosen of a menu stands in
# white on the theme's colour, which is too light for that in the dark.
_RULES = """
[data-testid="stPageLink-NavLink"] { height: auto; }
[data-testid="stPageLink-NavLink"] :is(span, div, p) { white-space: normal; overflow: visible; }
[data-testid="stButton"] button p { white-space: normal; overflow: visible; overflow-wrap: anywhere; }
[data-testid="stElementContainer"]:has([data-testid="stVegaLiteChart"]) [data-testid="stElementToolbar"] {
  display: none;
}
[data-testid="stMultiSelectTagsContainer"] [data-tag] { background-color: #2f5fc2; }
"""


def set_tab(title: str) -> None:
    """Give the browser's tab its title and sign, and the page all of the width."""
    # An emoji, because a Material icon would be fetched from another host by every visitor's browser.
    st.set_page_config(page_title=title, page_icon="📊", layout="wide")


def set_style() -> None:
    """Give the page the rules that hold on all pages."""
    st.html(f"<style>{_RULES}</style>")
