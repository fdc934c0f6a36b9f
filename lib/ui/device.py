"""What the browser says of the device that it runs on."""

import streamlit as st


def on_phone() -> bool:
    """Return whether the browser is a phone's, whose screen is narrow."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
