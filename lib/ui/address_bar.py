"""The address bar follows what is on the page, and what is on the page follows the address bar.

Streamlit can bind widgets to query parameters, but then links hold labels, which change, where ids
are wanted, which do not; and Back leaves the page. Here every change is a step that Back undoes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin

import streamlit as st

from lib.ui import text
from lib.ui.session import Session, session
from lib.wording.escaping import markdown_text

_LONGEST = 200
Option = TypeVar("Option", bound=str)


def arrived() -> dict[str, list[str]] | None:
    """Return the query parameters where someone came by a link or went Back, else None.

    Changing the page empties the address bar; that is no wish to start over.
    """
    there, held = present(), session()
    if held.in_bar is None:
        return held.link
    if there != held.in_bar and (there or _went_back_to_the_start(held)):
        return there
    if held.bar_page != held.page:
        held.in_bar, held.bar_page = there, held.page
    return None


def present() -> dict[str, list[str]]:
    """Return the query parameters that are in the address bar now."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def begin(shared: Mapping[str, Sequence[str]]) -> None:
    """Start the address of this run with the parameters that every page shares."""
    held = session()
    held.shared = {name: list(values) for name, values in shared.items()}
    held.address = dict(held.shared)


def link(page: str, **own: str) -> str:
    """Return the address of another page with what all pages share and its `own` parameters.

    It is relative to the page that it stands on, so that it holds under whatever path the app is served.
    """
    return f"{page}?{urlencode({**session().shared, **own}, doseq=True)}"


def full_link(page: str, parameters: Mapping[str, str | Sequence[str]]) -> str:
    """Return the whole address of a page, for somebody else; as `link` where the browser told none."""
    there = f"{page}?{urlencode(parameters, doseq=True)}"
    return urljoin(st.context.url, there) if st.context.url else there


def write() -> None:
    """Put the address of this run into the address bar, where it differs from what is there."""
    held = session()
    if present() != held.address:
        st.query_params.from_dict(held.address)
    held.in_bar, held.bar_page = held.address, held.page
    if not held.address:
        held.started_on.add(held.page)


def choose(
    label: str,
    options: Sequence[Option],
    *,
    name: str,
    default: Option,
    words: Callable[[Option], str] = str,
    menu: bool = False,
    slider: bool = False,
    bare: bool = False,
) -> Option:
    """Draw a choice of this page, kept in the address as `name`, and return what is chosen.

    A `bare` one shows its label to screen readers only.
    """
    held = session()
    key = f"choice:{name}"
    wanted = next(iter(held.kept.get(name, ())), default)
    # At every run: a browser that draws two runs as one would else show that nothing is chosen.
    st.session_state[key] = wanted if wanted in options else default

    def keep() -> None:
        session().kept[name] = [st.session_state[key]]

    draw = st.select_slider if slider else st.selectbox if menu else st.segmented_control
    extra: dict[str, Any] = {} if menu or slider else {"required": True}
    if bare:
        extra["label_visibility"] = "collapsed"
    # The options of a menu are drawn as they are, those of the others as Markdown.
    called = words if menu else text.labels(words)
    chosen: Option = draw(  # type: ignore[operator]
        markdown_text(label), options, key=key, format_func=called, on_change=keep, **extra
    )
    if chosen != default:
        held.address[name] = [str(chosen)]
    return chosen


def choose_several(
    label: str,
    options: Sequence[Option],
    *,
    name: str,
    default: Sequence[Option],
    words: Callable[[Option], str] = str,
) -> list[Option]:
    """Draw a menu of this page, kept in the address as `name`, and return what is chosen of it, in order.

    Nothing at all is kept as an empty word.
    """
    held = session()
    key = f"choice:{name}"
    kept = held.kept.get(name, default)
    wanted = [option for option in options if option in kept]
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted

    def keep() -> None:
        session().kept[name] = list(st.session_state[key]) or [""]

    st.multiselect(markdown_text(label), options, key=key, format_func=words, on_change=keep)
    if wanted != list(default):
        held.address[name] = list(map(str, wanted)) or [""]
    return wanted


def keep(name: str, value: str) -> None:
    """Choose `value` for a choice of the page; for use in callbacks."""
    session().kept[name] = [value]


def ask(label: str, *, name: str) -> str:
    """Draw a field for words, kept in the address as `name`, and return what stands in it, "" for nothing."""
    held = session()
    key = f"choice:{name}"
    wanted = next(iter(held.kept.get(name, ())), "")[:_LONGEST]
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted

    def keep() -> None:
        session().kept[name] = [st.session_state[key]]

    written: str = st.text_input(markdown_text(label), key=key, max_chars=_LONGEST, on_change=keep)
    if written:
        held.address[name] = [written]
    return written


def asked_for(name: str) -> str | None:
    """Return what the address, or an earlier choice, asks for as `name`; None for nothing."""
    return next(iter(session().kept.get(name, ())), None)


def _went_back_to_the_start(held: Session) -> bool:
    """Return whether an empty address is an earlier step of this page, not the page's having just opened."""
    return held.page == held.bar_page and held.page in held.started_on
