"""Changes that people make: only by those who may, written down, and said where they fail."""

from collections.abc import Callable

import streamlit as st

from lib.access.audit import Event
from lib.errors import AppError
from lib.ui.identity import write_down


def carry_out(act: Callable[[], None], *, what: str, allowed: bool, refused: str, said_in: str) -> bool:
    """Do what `act` does if that is `allowed`, and write down `what` it was; return whether it was done.

    Otherwise the key `said_in` of the session says why; `refused` is what may not be done. For use in
    callbacks.
    """
    if not allowed:
        st.session_state[said_in] = f"You may not {refused} here. Nothing was changed."
        return False
    try:
        act()
        write_down(Event.CHANGE, what)
    except AppError as failure:
        st.session_state[said_in] = str(failure)
        return False
    return True
