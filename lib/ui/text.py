"""Text on a page, drawn as it is written: whatever a name holds, it stays text.

Streamlit reads Markdown in everything that it draws. Text that is composed at run time goes through
these functions; only literals of the code may be Markdown.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.ui.session import session
from lib.wording.escaping import markdown_text


def heading(text: str) -> None:
    """Draw the heading of a part of the page, which the headings of cards below it belong to."""
    session().in_part = True
    st.header(markdown_text(text), anchor=False)


def subheading(text: str, **options: Any) -> None:
    """Draw the heading of a card, a level below the one that it belongs to; `options` of `st.header`."""
    draw = st.subheader if session().in_part else st.header
    draw(markdown_text(text), anchor=False, **options)


def sentence(text: str) -> None:
    """Draw a paragraph."""
    st.markdown(markdown_text(text))


def caption(text: str) -> None:
    """Draw a paragraph in small grey letters."""
    st.caption(markdown_text(text))


def info(text: str, *, icon: str | None = None) -> None:
    """Draw a box that says what to know."""
    st.info(markdown_text(text), icon=icon)


def success(text: str, *, icon: str | None = None) -> None:
    """Draw a box that says that all is well."""
    st.success(markdown_text(text), icon=icon)


def warning(text: str, *, icon: str | None = None) -> None:
    """Draw a box that says what to look out for."""
    st.warning(markdown_text(text), icon=icon)


def error(text: str, *, icon: str | None = None) -> None:
    """Draw a box that says what went wrong."""
    st.error(markdown_text(text), icon=icon)


def button(label: str, *, help: str | None = None, **options: Any) -> bool:  # noqa: A002 - Streamlit's word
    """Draw a button and return whether it was just clicked; `options` are those of `st.button`."""
    return st.button(markdown_text(label), help=help and markdown_text(help), **options)


def metric(
    label: str,
    value: str,
    delta: str | None = None,
    *,
    help: str | None = None,  # noqa: A002 - Streamlit's word
    **options: Any,
) -> None:
    """Draw a number under its label; `value` and `delta` are numbers in words, `options` of `st.metric`."""
    st.metric(markdown_text(label), value, delta, help=help and markdown_text(help), border=True, **options)


def labels(words: Callable[[Any], str]) -> Callable[[Any], str]:
    """Return `words` for the options of segmented controls, pills, radios and select sliders.

    The options of menus are no Markdown: they take `words` as they are.
    """
    return lambda option: markdown_text(words(option))
