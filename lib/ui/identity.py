"""Identity: who uses the app, as far as somebody signed in."""

from collections.abc import Sequence

import streamlit as st

from lib.settings import EVERYONE

NOBODY = "not signed in"


def signed_in_email() -> str | None:
    """Return the e-mail address that somebody signed in with, None without a sign-in to rely on."""
    user = st.user.to_dict()
    email = user.get("email")
    sound = user.get("is_logged_in") is True and user.get("email_verified") is not False
    return email if sound and isinstance(email, str) else None


def may_edit(editors: Sequence[str], email: str | None) -> bool:
    """Return whether somebody signed in as `email` (None: not signed in) may change budgets."""
    return EVERYONE in editors or (email is not None and email.casefold() in editors)
