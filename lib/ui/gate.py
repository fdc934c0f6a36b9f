"""The gate: nobody sees a page who may not, and what people may change follows from their role."""

import streamlit as st

from lib.access.audit import Event
from lib.access.rules import Access, Denial, Grant, SignIn
from lib.answers import instance
from lib.errors import AppError
from lib.ui import text
from lib.ui.identity import NOBODY, granted
from lib.ui.messages import show_error
from lib.ui.session import session
from lib.ui.site_map import APP
from lib.ui.style import set_tab
from lib.wording.access_words import denied

_SIGN_IN_HELPS = {Denial.NOT_SIGNED_IN, Denial.SIGN_IN_IS_OLD}


def pass_gate() -> None:
    """Let whoever may look go on; tell anybody else why not, and end the run.

    Decided anew at every run from the rules as they are now, so that access that is withdrawn ends then.
    """
    try:
        access = instance.access()
        decision = instance.decided()
    except AppError as failure:
        set_tab(APP)
        show_error(failure)
        st.stop()
    _write_down(decision, _name(access))
    if isinstance(decision, Denial):
        _show_denied(access, decision)
        st.stop()


def show_person() -> None:
    """Draw who is signed in, and a button that signs them out, where people sign in."""
    grant = granted()
    if grant is None or grant.person is None:
        return
    if not st.session_state.get(instance.MASKS):
        text.caption(f"Signed in as {grant.person.name}")
    if instance.access().sign_in is SignIn.OIDC:
        st.button("Sign out", icon=":material/logout:", key="gate:out", on_click=st.logout, width="stretch")


def _name(access: Access) -> str:
    return str(instance.claims(access).get("email") or NOBODY)


def _write_down(decision: Grant | Denial, name: str) -> None:
    """Write a sign-in or a refusal down, once in each session."""
    if isinstance(decision, Grant) and decision.person is None:
        return
    remembered, outcome = session(), decision.value if isinstance(decision, Denial) else "let in"
    if remembered.gate == outcome or decision is Denial.NOT_SIGNED_IN:
        return
    remembered.gate = outcome
    if isinstance(decision, Grant):
        role = decision.role.name.lower() if decision.role else "everything, as no rules are declared"
        instance.write_audit(Event.SIGN_IN, name, f"let in as {role}")
    else:
        instance.write_audit(Event.REFUSAL, name, outcome)


def _show_denied(access: Access, denial: Denial) -> None:
    set_tab(f"Sign in · {APP}")
    _left, middle, _right = st.columns([1, 2, 1])
    with middle:
        st.title(APP, anchor=False)
        text.sentence(denied(access, denial, _name(access)))
        if access.sign_in is not SignIn.OIDC:
            return
        if denial in _SIGN_IN_HELPS:
            for provider in access.providers or (None,):
                st.button(
                    f"Sign in with {provider}" if provider else "Sign in",
                    icon=":material/login:",
                    type="primary",
                    key=f"gate:in:{provider}",
                    on_click=st.login,
                    args=(provider,) if provider else (),
                )
        else:
            st.button("Sign out", icon=":material/logout:", key="gate:out", on_click=st.logout)
