"""How wide the window is in which the app is looked at."""

import streamlit as st

_COOKIE = "usage_width"
_NARROW = 900
"""Below how many pixels a window has no room for long names beside their numbers and the sidebar."""
_LEAST, _MOST, _BESIDE = 140, 200, 190
"""Pixels that names take at least and at most, and what stands beside them: margins, a tick and a number."""
_DIGITS = 5

SCRIPT = f"""
(() => {{
  const say = () => {{
    document.cookie = `{_COOKIE}=${{Math.round(window.innerWidth)}}; path=/; SameSite=Lax`;
  }};
  say();
  window.addEventListener("resize", say, {{passive: true}});
}})();
"""
"""What a browser runs to say how wide its window is, as Streamlit does not: a cookie of the session."""


def room_for_names() -> int | None:
    """Return how many pixels names can take beside a number in a narrow window, None in a wide one.

    The window is as it was when the page was opened; a phone's is narrow, where none was told.
    """
    told = st.context.cookies.get(_COOKIE, "")
    if not (told.isascii() and told.isdecimal()):
        return _LEAST if "Mobi" in (st.context.headers.get("User-Agent") or "") else None
    width = int(told[:_DIGITS])
    return min(max(_LEAST, width - _BESIDE), _MOST) if width < _NARROW else None
