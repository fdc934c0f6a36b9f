"""Identity: who uses the app, as far as somebody signed in, and what they may do."""

from collections.abc import Sequence

import streamlit as st

from lib.access.audit import Event
from lib.access.people import address
from lib.access.rules import Grant, Role
from lib.answers import instance
from lib.configuration.setting_rules import EVERYONE
from lib.errors import AppError

NOBODY = "not signed in"


def granted() -> Grant | None:
    """Return what whoever looks is let in as by the rules as they are now; None where they are not."""
    try:
        decision = instance.decided()
    except AppError:
        return None
    return decision if isinstance(decision, Grant) else None


def may(role: Role) -> bool:
    """Return whether whoever looks may do what `role` may; without rules that is everybody who is let in."""
    grant = granted()
    return grant is not None and grant.is_at_least(role)


def may_change_budgets(editors: Sequence[str], email: str | None) -> bool:
    """Return whether whoever looks, as `email`, may change budgets: by their role, else by `editors`."""
    grant = granted()
    if grant is None or grant.role is None:
        return grant is not None and may_edit(editors, email)
    return grant.is_at_least(Role.EDITOR)


def signed_in_email() -> str | None:
    """Return the e-mail address that somebody signed in with, None without a sign-in to rely on."""
    grant = granted()
    if grant and grant.person:
        return grant.person.email
    return address(st.user.to_dict())


def who() -> str:
    """Return what whoever looks is called in records and in the audit log."""
    return signed_in_email() or NOBODY


def may_edit(editors: Sequence[str], email: str | None) -> bool:
    """Return whether somebody signed in as `email` (None: not signed in) is among `editors`."""
    return EVERYONE in editors or (email is not None and email.casefold() in editors)


def write_down(event: Event, what: str) -> None:
    """Write what whoever looks did into the audit log."""
    instance.write_audit(event, who(), what)
