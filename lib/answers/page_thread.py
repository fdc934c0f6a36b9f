"""Whether somebody waits at a page: commands, alerts and the HTTP API ask the same questions without one."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def draws_a_page() -> bool:
    """Return whether this thread draws a page; what helps such a thread does not."""
    return whose_page() is not None


def whose_page() -> str | None:
    """Return the session whose page this thread draws, None where it draws none."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None
