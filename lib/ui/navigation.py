"""Navigation: which pages there are, and how one is run."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from lib.answers import instance
from lib.answers.view import View
from lib.errors import AppError
from lib.ui import address_bar
from lib.ui.messages import show_error
from lib.ui.session import session
from lib.ui.sidebar import choose_view, show_freshness
from lib.wording.escaping import markdown_text

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_PAGES = Path(__file__).resolve().parents[2] / "pages"
_ENTRIES = (
    ("overview", "Overview", ":material/dashboard:", "What was spent, on what, and what changed."),
    ("usage", "Usage", ":material/monitoring:", "Tokens, requests and every other unit over time."),
    ("breakdown", "Breakdown", ":material/stacked_bar_chart:", "Any measure by any one or two dimensions."),
    (
        "costs",
        "Costs",
        ":material/receipt_long:",
        "The bill by day, line item, project, key, user and model.",
    ),
    ("who", "Who", ":material/groups:", "Who spent it: by project, key, person and service account."),
    ("changes", "Changes", ":material/waterfall_chart:", "What changed between two periods, and why."),
    ("ledgers", "Ledgers", ":material/balance:", "Why the bill and the usage at list prices differ."),
    (
        "anomalies",
        "Anomalies",
        ":material/crisis_alert:",
        "Unusual days, and who made them so.",
    ),
    ("profile", "Profile", ":material/badge:", "One project, one person or one key."),
    ("forecast", "Forecast", ":material/timeline:", "Where the month ends, and the next three."),
    ("budgets", "Budgets", ":material/speed:", "Whether the budgets, limits and the balance hold."),
    ("savings", "Savings", ":material/savings:", "What could be saved, estimated from your own rows."),
    ("what_if", "What if", ":material/tune:", "Spend with other models, more batch, more cached input."),
    ("units", "Unit costs", ":material/straighten:", "What a customer, document or ticket costs."),
    (
        "data",
        "Data",
        ":material/database:",
        "What is stored, what the API refused, and what every number means.",
    ),
)
"""File, title, icon and help of each page: as it looks back, explains, looks ahead, and what it rests on."""


def navigation() -> "StreamlitPage":
    """Set up the browser's tab, draw the navigation and return the page that is open."""
    remembered = session()  # first, because as soon as the navigation is drawn people may click elsewhere
    # An emoji, because a Material icon would be fetched from another host by every visitor's browser.
    st.set_page_config(page_title="OpenAI usage and costs", page_icon="📊", layout="wide")
    first, *_ = _ENTRIES
    # Without icons, so that all of them fit side by side.
    pages = [
        st.Page(_PAGES / f"{file}.py", title=title, help=about, default=file == first[0])
        for file, title, _, about in _ENTRIES
    ]
    page = st.navigation(pages, position="top")
    remembered.page = page.url_path
    return page


def show_page_links(**questions: str) -> None:
    """Draw links to other pages, by the question that each answers about what is shown here."""
    with st.container(horizontal=True):
        for file, question in questions.items():
            show_page_link(file, question)


def show_page_link(file: str, question: str, **own: str) -> None:
    """Draw a link to a page, with parameters of its own beside what all pages share."""
    icons = {file: icon for file, _, icon, _ in _ENTRIES}
    parameters = {**session().shared, **own} if own else None
    st.page_link(
        str(_PAGES / f"{file}.py"), label=markdown_text(question), icon=icons[file], query_params=parameters
    )


def current_view() -> View:
    """Return the view chosen in the sidebar.

    Streamlit opens files in pages/ directly until some session has run streamlit_app.py; such a visit
    is sent through it first.
    """
    remembered = session()
    if remembered.view is None:
        navigation()
        if not remembered.rerouted:
            remembered.rerouted = True
            st.rerun()
        return choose_view()
    return remembered.view


def run(page: "StreamlitPage") -> None:
    """Run the page under its title; say what went wrong where it cannot be drawn."""
    st.title(markdown_text(page.title), anchor=False)
    _say_demo()
    try:
        page.run()
    except AppError as error:
        show_error(error)
    _finish()


def halt() -> NoReturn:
    """End the page here, as if it had been drawn to its end."""
    _finish()
    st.stop()


def _finish() -> None:
    show_freshness(current_view())
    address_bar.write()


def _say_demo() -> None:
    try:
        settings = instance.open_backend().settings
    except AppError:
        return
    if settings.is_demo:
        st.info(
            "**Demo data** of an invented organization. To see your own, put an OpenAI admin key into "
            "`.streamlit/secrets.toml` (as in `secrets.example.toml`) or `OPENAI_ADMIN_KEY`, and restart.",
            icon=":material/science:",
        )
