"""A chart over nearly all of the window, one click away from its card."""

from collections.abc import Callable, Mapping

import streamlit as st

from lib.charts.specification import Drawing
from lib.ui import text
from lib.ui.session import session
from lib.wording.escaping import markdown_text

_HEIGHT, _SMALL = 520, 200
"""How many pixels high a plot is drawn, and each of several."""


def offer_enlarged(
    question: str,
    charts: Mapping[str, Drawing],
    name: str,
    note: str | None,
    draw: Callable[[Mapping[str, Drawing]], None],
) -> None:
    """Draw a button that opens `charts` large, as `draw` draws them, under their question and note."""
    if not st.button(
        "Enlarge",
        icon=":material/open_in_full:",
        type="tertiary",
        key=f"enlarge:{name}",
        help="The chart as large as the window",
    ):
        return
    height = _SMALL if len(charts) > 1 else _HEIGHT
    clicks = session().clicked.get(name, 0)

    def show() -> None:
        if session().clicked.get(name, 0) != clicks:
            st.rerun()  # a click narrowed the view, which is for the page behind to show
        if note:
            text.caption(note)
        draw({group: chart.enlarged(height) for group, chart in charts.items()})

    st.dialog(markdown_text(question), width="large")(show)()
