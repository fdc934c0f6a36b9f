"""Saved views: a menu that opens them, and keeps the page as it is under a name."""

from dataclasses import replace

import streamlit as st

from lib.access.rules import Role
from lib.answers import instance, view_keeping
from lib.answers.instance import Backend
from lib.errors import AppError
from lib.store.records.saved_views import SavedView
from lib.ui import text
from lib.ui.changing import carry_out
from lib.ui.identity import may, signed_in_email
from lib.ui.session import session
from lib.ui.site_map import ENTRIES, entry_of, page_path
from lib.wording.escaping import markdown_text

_FAILURE = "saved_view_failure"
_NAME, _SHARED, _START = "saved_view:name", "saved_view:shared", "saved_view:start"


def show_saved_views() -> None:
    """Draw the menu; what is in it is drawn once it is opened."""
    menu = st.popover(
        "Views", icon=":material/bookmark:", type="tertiary", key="saved_views", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        try:
            backend = instance.open_backend()
            views = view_keeping.seen_by(_owner(), backend.store.saved_views())
        except AppError as failure:
            text.error(str(failure))
            return
        for view in views:
            _show(backend, view)
        if not views:
            text.caption("No view is saved yet. A view is a page with all that is chosen on it.")
        _show_form(backend)


def start_view() -> SavedView | None:
    """Return the view that whoever has just come starts with, None where they came by another address."""
    try:
        return view_keeping.start_of(_owner(), instance.open_backend().store.saved_views())
    except AppError:
        return None  # what is wrong is said on the page


def _owner() -> str:
    return signed_in_email() or ""


def _show(backend: Backend, view: SavedView) -> None:
    if view.page not in ENTRIES:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            str(page_path(view.page)),
            label=markdown_text(view.name),
            icon=ENTRIES[view.page].icon,
            query_params=view_keeping.parameters_of(view),
            help=_about(view),
        )
        if view.owner == _owner():
            st.button(
                "Remove",
                icon=":material/delete:",
                type="tertiary",
                key=f"saved_view:remove:{view.name}",
                help=markdown_text(f"Remove “{view.name}”"),
                on_click=_remove,
                args=(backend, view),
            )


def _about(view: SavedView) -> str:
    whose = f"Shared by {view.owner or 'somebody here'}" if view.shared else "Only you see it"
    return markdown_text(f"{whose}. {'The app opens with it.' if view.start else ''}".strip())


def _show_form(backend: Backend) -> None:
    held = session()
    st.text_input("Save this page as", key=_NAME, max_chars=view_keeping.LONGEST_NAME)
    if may(Role.EDITOR):
        st.toggle("Share it with everybody", key=_SHARED)
    st.toggle("Open the app with it", key=_START)
    st.button(
        "Save",
        icon=":material/bookmark_add:",
        on_click=_save,
        args=(backend, entry_of(held.page).file, dict(held.address)),
    )
    if said := st.session_state.pop(_FAILURE, None):
        text.error(said)


def _remove(backend: Backend, view: SavedView) -> None:
    _write(backend, replace(view, removed=True))


def _save(backend: Backend, page: str, address: dict[str, list[str]]) -> None:
    name, query = str(st.session_state[_NAME]).strip(), view_keeping.query_of(address)
    if said := view_keeping.problem(name, query):
        st.session_state[_FAILURE] = said
        return
    shared, start = bool(st.session_state.get(_SHARED)), bool(st.session_state[_START])
    if _write(backend, SavedView(name, page, query, _owner(), shared, start)):
        st.session_state[_NAME], st.session_state[_START] = "", False


def _write(backend: Backend, view: SavedView) -> bool:
    what = "removed" if view.removed else "shared" if view.shared else "kept"
    return carry_out(
        lambda: backend.store.write_saved_view(view, instance.now()),
        what=f"view “{view.name}” {what}",
        allowed=may(Role.EDITOR if view.shared else Role.VIEWER),
        refused="share views",
        said_in=_FAILURE,
    )
