"""How wide the window is in which the app is looked at."""

import streamlit as st

_COOKIE = "usage_width"
_NARROW = 900
"""Below how many pixels a window has no room for long names beside their numbers and the sidebar."""

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


def is_narrow() -> bool:
    """Return whether the window was narrow when the page was opened; a phone's is, where none was told."""
    width = st.context.cookies.get(_COOKIE, "")
    if width.isascii() and width.isdecimal():
        return len(width) <= len(str(_NARROW)) and int(width) < _NARROW
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
