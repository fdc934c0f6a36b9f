"""Navigation: which pages there are, and how one is run."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote

import streamlit as st

from lib.access.rules import SignIn
from lib.answers import instance, loading
from lib.answers.view import View
from lib.answers.view_keeping import parameters_of
from lib.configuration.setting_rules import is_loopback
from lib.errors import AppError
from lib.ui import address_bar, text
from lib.ui.copying import show_copy_link
from lib.ui.filter_chips import show_scope
from lib.ui.gate import pass_gate
from lib.ui.listening import public_address
from lib.ui.messages import show_error
from lib.ui.page_times import timed
from lib.ui.provenance_dialog import offer_provenance
from lib.ui.saved_views_menu import show_saved_views, start_view
from lib.ui.session import session
from lib.ui.sidebar import choose_view, show_freshness
from lib.ui.site_map import APP, ENTRIES, FIRST, MOVED, SECTIONS, UNKNOWN, Entry, entry_of, page_path
from lib.ui.style import set_style, set_tab
from lib.ui.unknown_page import show_unknown_page
from lib.wording.escaping import markdown_text
from lib.wording.how_to_read import HOW_TO_READ

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


def navigation() -> "StreamlitPage":
    """Set up the browser's tab, draw the navigation and return the page that is open.

    An old address is sent to the page that took its place.
    """
    remembered = session()  # first, because as soon as the navigation is drawn people may click elsewhere
    pass_gate()
    set_tab(APP)
    pages = {section: [_page(entry) for entry in entries] for section, entries in SECTIONS.items()}
    pages[""] += [st.Page(page_path(old), visibility="hidden") for old in MOVED]
    if unknown := _unknown_address():
        # Without a page there, Streamlit would open a dialog in words of its own and then the first page.
        pages[""].append(_page_to_say_so(unknown))
    page = st.navigation(pages, position="top", expanded=True)
    if moved := MOVED.get(page.url_path):
        parameters = moved.parameters(address_bar.present())
        remembered.move(parameters)
        st.switch_page(str(page_path(moved.page)), query_params=parameters)
    _start(page)
    remembered.page = page.url_path
    return page


def _start(page: "StreamlitPage") -> None:
    """Send who has just come, to no page in particular, to the view that they start with."""
    remembered = session()
    if remembered.started:
        return
    remembered.started = True
    if page.url_path or address_bar.present():
        return
    view = start_view()
    if view and view.page in ENTRIES:
        parameters = parameters_of(view)
        remembered.move(parameters)
        st.switch_page(str(page_path(view.page)), query_params=parameters)


def show_page_links(**questions: str) -> None:
    """Draw links to other pages, by the question that each answers about what is shown here."""
    with st.container(horizontal=True):
        for file, question in questions.items():
            show_page_link(file, question)


def show_page_link(
    file: str, question: str, *, shared: Mapping[str, Sequence[str]] | None = None, **own: str
) -> None:
    """Draw a link to a page, with parameters of its own beside what all pages share, or beside `shared`."""
    parameters = {**(session().shared if shared is None else shared), **own}
    st.page_link(
        str(page_path(file)),
        label=markdown_text(question),
        icon=ENTRIES[file].icon,
        query_params=parameters if own or shared is not None else None,
    )


def current_view() -> View:
    """Return the view chosen in the sidebar.

    Streamlit opens files in pages/ directly until some session has run streamlit_app.py; such a visit
    is sent through it first.
    """
    pass_gate()
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
    set_style()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(markdown_text(page.title), anchor=False, width="stretch")
        if how := HOW_TO_READ.get(entry_of(session().page).file):
            with st.popover("How to read this", icon=":material/help:", type="tertiary"):
                st.markdown(how)
        show_saved_views()
        show_copy_link()
    show_scope(current_view())
    _say_doubles()
    _say_projects()
    _say_open()
    _say_demo()
    try:
        with timed(entry_of(session().page).file):
            page.run()
    except AppError as error:
        show_error(error)
    _finish()


def halt() -> NoReturn:
    """End the page here, as if it had been drawn to its end."""
    _finish()
    st.stop()


def _page(entry: Entry) -> "StreamlitPage":
    # Without icons, so that all sections fit side by side.
    return st.Page(
        page_path(entry.file),
        title=entry.title,
        help=entry.about,
        default=entry is FIRST,
        visibility="visible" if entry.listed else "hidden",
    )


def _unknown_address() -> str:
    """Return the last part of the browser's address where no page is called so, else nothing."""
    last = unquote((st.context.url or "").rpartition("/")[2])
    base = str(st.get_option("server.baseUrlPath")).rpartition("/")[2]
    return "" if last in {base, *ENTRIES, *MOVED} else last


def _page_to_say_so(address: str) -> "StreamlitPage":
    return st.Page(
        partial(show_unknown_page, address), title=UNKNOWN.title, url_path=address, visibility="hidden"
    )


def _finish() -> None:
    offer_provenance()
    show_freshness(current_view())
    address_bar.write()


def _say_doubles() -> None:
    """Say which organizations are left out, where a phone shows it too: the sidebar is shut there."""
    try:
        doubles = instance.doubles(instance.granted_settings())
    except AppError:
        return  # what goes wrong is said where the page needs it
    for name, other in doubles.items():
        text.caption(f"{name} is left out: its key is for the same organization as that of {other}.")


def _say_projects() -> None:
    """Say whose numbers these are, where somebody may see only those of some projects."""
    try:
        backend = instance.open_backend()
        if backend.store.projects is None:
            return
        labels = loading.load_labels(backend)
    except AppError:
        return  # what goes wrong is said where the page needs it
    view = backend.store.team_view
    known = [labels.of("project_id", i) for i in labels.known("project_id")]
    named = ", ".join(known) or "no existing project"
    if view is not None:
        named = f"what belongs to {', '.join(sorted(view.teams)) or 'no existing team'}"
    st.caption(f":material/visibility: You see {markdown_text(named)}, and nothing else of the organization.")


def _say_open() -> None:
    """Say that others can come without signing in, where that is declared to be right."""
    if (
        session().open_put_away
        or is_loopback(public_address())
        or instance.access().sign_in is not SignIn.NONE
    ):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            ":material/lock_open: **Open to everybody** who can reach this address: nobody has to sign in.",
            width="content",
        )
        st.button("Put away", icon=":material/close:", type="tertiary", key="open", on_click=_put_open_away)


def _put_open_away() -> None:
    session().open_put_away = True


def _say_demo() -> None:
    remembered = session()
    try:
        is_demo = instance.open_backend().settings.is_demo
    except AppError:
        return
    if not is_demo or remembered.demo_put_away:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(":material/science: **Demo data** of an invented organization.", width="content")
        show_page_link("connection", "See your own")
        st.button("Put away", icon=":material/close:", type="tertiary", key="demo", on_click=_put_demo_away)


def _put_demo_away() -> None:
    session().demo_put_away = True
