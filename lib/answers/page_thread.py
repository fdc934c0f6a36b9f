"""Whether somebody waits at a page: commands, alerts and the HTTP API ask the same questions without one."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def draws_a_page() -> bool:
    """Return whether this thread draws a page; what helps such a thread does not."""
    return get_script_run_ctx(suppress_warning=True) is not None
