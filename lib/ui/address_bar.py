"""The address bar follows what is on the page, and what is on the page follows the address bar.

Streamlit can bind widgets to query parameters, but then links hold labels, which change, where ids
are wanted, which do not; and Back leaves the page. Here every change is a step that Back undoes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

Option = TypeVar("Option", bound=str)


def arrived() -> dict[str, list[str]] | None:
    """Return the query parameters where someone came by a link or went Back, else None.

    Changing the page empties the address bar; that is no wish to start over.
    """
    present = {name: st.query_params.get_all(name) for name in st.query_params}
    first = "written" not in st.session_state
    if first or (present != st.session_state.written and (present or _went_back_to_the_start())):
        st.session_state.written = present
        st.session_state.kept = {name: list(values) for name, values in present.items()}
        return present
    return None


def begin(shared: Mapping[str, Sequence[str]]) -> None:
    """Start the address of this run with the parameters that every page shares."""
    st.session_state.shared = {name: list(values) for name, values in shared.items()}
    st.session_state.address = dict(st.session_state.shared)


def link(page: str, **own: str) -> str:
    """Return the address of another page with what all pages share and its `own` parameters.

    It is relative to the page that it stands on, so that it holds under whatever path the app is served.
    """
    return f"{page}?{urlencode({**st.session_state.shared, **own}, doseq=True)}"


def write() -> None:
    """Put the address of this run into the address bar, where it differs from what is there."""
    address = st.session_state.get("address", {})
    present = {name: st.query_params.get_all(name) for name in st.query_params}
    if present != address:
        st.query_params.from_dict(address)
    st.session_state.written, st.session_state.written_on = address, _page()
    if not address:
        st.session_state.setdefault("started_on", set()).add(_page())


def choose(
    label: str,
    options: Sequence[Option],
    *,
    name: str,
    default: Option,
    words: Callable[[Option], str] = str,
    menu: bool = False,
    slider: bool = False,
) -> Option:
    """Draw a choice of this page, kept in the address as `name`, and return what is chosen."""
    kept: dict[str, list[str]] = st.session_state.setdefault("kept", {})
    key = f"choice:{name}"
    wanted = next(iter(kept.get(name, ())), default)
    if st.session_state.get(key) not in options or st.session_state[key] != wanted:
        st.session_state[key] = wanted if wanted in options else default

    def keep() -> None:
        kept[name] = [st.session_state[key]]

    draw = st.select_slider if slider else st.selectbox if menu else st.segmented_control
    extra = {} if menu or slider else {"required": True}
    chosen: Option = draw(label, options, key=key, format_func=words, on_change=keep, **extra)  # type: ignore[operator]
    if chosen != default:
        st.session_state.address[name] = [str(chosen)]
    return chosen


def asked_for(name: str) -> str | None:
    """Return what the address, or an earlier choice, asks for as `name`; None for nothing."""
    return next(iter(st.session_state.get("kept", {}).get(name, ())), None)


def _went_back_to_the_start() -> bool:
    """Return whether an empty address is an earlier step of this page, not the page's having just opened."""
    here = _page()
    return here == st.session_state.written_on and here in st.session_state.get("started_on", ())


def _page() -> str:
    page: str = st.session_state.get("page", "")
    return page
