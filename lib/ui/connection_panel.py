"""The panel of the Connection page: which key is in use, what it may do, and where another one goes."""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st
from streamlit import config

from lib import tables
from lib.access.rules import Role
from lib.answers import instance, secrets_file
from lib.answers.connections import Connection, connections
from lib.answers.provenance import added_up_by
from lib.configuration.environment import variable_of
from lib.configuration.setting_rules import is_loopback
from lib.errors import AppError
from lib.openai_admin.api_errors import ADMIN_KEYS, NAMES_SCOPE, USAGE_SCOPE
from lib.openai_admin.key_check import Permission, last_letters, not_an_admin_key, permissions
from lib.settings import Settings
from lib.ui import text
from lib.ui.cards import show_table
from lib.ui.changing import carry_out
from lib.ui.identity import granted, may_edit, signed_in_email
from lib.ui.listening import public_address
from lib.ui.messages import show_error
from lib.wording.provenance_words import added_up

STEPS = f"""1. As an owner of the organization, open
   [{ADMIN_KEYS.removeprefix("https://")}]({ADMIN_KEYS}).
2. Create an admin key with `{USAGE_SCOPE}`, and `{NAMES_SCOPE}` so that names are shown.
3. Put it into `.streamlit/secrets.toml`, as `secrets.example.toml` shows, or into `OPENAI_ADMIN_KEY`. A
   changed file counts from the next click on; a changed variable needs a restart."""
_SIGNS = {True: "✓ Granted", False: "✗ Missing", None: "– Not known"}
_TYPED = "connection:key"
_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
"""Headers that only a proxy adds: whoever comes through one may be anywhere."""


def may_connect(settings: Settings) -> bool:
    """Return whether whoever looks may see which key is used and test it.

    Those are admins; where no rules are declared, whoever sits here, and editors.
    """
    grant = granted()
    if grant is None or grant.role is not None:
        return grant is not None and grant.is_at_least(Role.ADMIN)
    return is_here() or (not settings.is_demo and may_edit(settings.editors, signed_in_email()))


def is_here() -> bool:
    """Return whether the app listens to this machine alone, and was opened on it without a proxy between."""
    headers = st.context.headers
    host = urlsplit(f"//{headers.get('Host', 'localhost')}").hostname
    return (
        is_loopback(public_address()) and is_loopback(host) and not any(name in headers for name in _PROXIED)
    )


def show_keys_in_use(settings: Settings) -> None:
    """Draw which keys are used and at which address, how fresh their bills are, and buttons to test."""
    for file in secrets_file.readable_by_others():
        text.warning(
            f"Others on this machine can read {file}, and with it the key. Run: chmod 600 {file}",
            icon=":material/lock_open:",
        )
    if settings.is_demo:
        text.info("No key is set: the demo organization is shown.", icon=":material/science:")
        return
    for one in connections(settings):
        _show_connection(one)


def _show_connection(one: Connection) -> None:
    settings, name = one.settings, one.settings.organization
    key, in_environment = settings.admin_key or "", variable_of(name) in os.environ
    if name:
        text.subheading(name)
    text.sentence(
        f"The key that ends in {last_letters(key)} is used, at {settings.base_url}, from "
        f"{'the environment' if in_environment else 'a secrets file'}."
    )
    if name:
        when = f"last fetched {one.fetched_at:%-d %b %Y, %H:%M} UTC" if one.fetched_at else "not fetched yet"
        text.caption(f"Its bill was {when}.")
    for sentence in dict.fromkeys(one.failing.values()):
        text.warning(sentence, icon=":material/sync_problem:")
    if said := not_an_admin_key(key):
        text.warning(said, icon=":material/key_off:")
    own = f":{name}" if name else ""
    if st.button("Test this key", icon=":material/network_check:", key=f"connection:test{own}"):
        _show_tested(key, settings.base_url)


def show_engine(settings: Settings) -> None:
    """Draw what adds up the rows that pages show."""
    text.caption(added_up(added_up_by(settings)))


def show_key_form(settings: Settings) -> None:
    """Draw a field for a key that can be tested, and written to the secrets file; for this machine only."""
    file = secrets_file.usual_file()
    with st.container(border=True):
        text.subheading("Use another key")
        typed = st.text_input("Admin key", type="password", key=_TYPED, autocomplete="off").strip()
        said = not_an_admin_key(typed)
        if said:
            text.warning(said, icon=":material/key_off:")
        with st.container(horizontal=True):
            test = st.button(
                "Test",
                icon=":material/network_check:",
                disabled=not typed or bool(said),
                key="connection:try",
            )
            if not config.is_manually_set("secrets.files"):  # where another file is read than is written
                text.button(
                    f"Write it to {file}",
                    icon=":material/save:",
                    disabled=not typed or bool(said),
                    key="connection:write",
                    on_click=_write,
                )
        if test:
            _show_tested(typed, settings.base_url)
        if failure := st.session_state.pop("connection:failure", None):
            text.error(failure)
        if done := st.session_state.pop("connection:done", None):
            text.success(done)
        st.caption("It is kept on this machine only, in a file that nobody else on it can read.")


def _write() -> None:
    file = secrets_file.usual_file()
    done = carry_out(
        lambda: secrets_file.write_key(file, st.session_state[_TYPED]),
        what=f"the key in {file}",
        allowed=may_connect(instance.settings()),
        refused="change the key",
        said_in="connection:failure",
    )
    if done:
        st.session_state[_TYPED] = ""
        over = " OPENAI_ADMIN_KEY is set too, and wins." if os.environ.get("OPENAI_ADMIN_KEY") else ""
        st.session_state["connection:done"] = f"The key is in {file} and is used from now on.{over}"


def _show_tested(key: str, base_url: str) -> None:
    try:
        with st.spinner("Asking OpenAI"):
            found = permissions(key, base_url, instance.now())
    except AppError as failure:
        show_error(failure)
        return
    show_table(
        "What may this key do?",
        _rows(found),
        {
            "granted": tables.text_column("Granted", pinned=True),
            "name": tables.text_column("Permission"),
            "gives": tables.text_column("What it gives"),
            "lost": tables.text_column("Without it"),
            "said": tables.text_column("What the API said"),
        },
        name="permissions",
    )


def _rows(found: Sequence[Permission]) -> pd.DataFrame:
    rows = [(_SIGNS[p.granted], p.name, p.gives, "" if p.granted else p.lost, p.said) for p in found]
    return pd.DataFrame(rows, columns=["granted", "name", "gives", "lost", "said"], dtype=object)
