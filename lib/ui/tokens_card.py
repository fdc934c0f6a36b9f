"""The card about tokens: which programs may ask the HTTP API, and for what; made, shown once and revoked."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import pandas as pd
import streamlit as st

from lib import tables
from lib.access import tokens
from lib.access.rules import Grant
from lib.access.tokens import ApiToken
from lib.answers import instance, loading
from lib.answers.instance import Backend
from lib.catalog.dimensions import UNATTRIBUTED
from lib.errors import AppError
from lib.settings import Settings
from lib.store import token_keeping
from lib.ui import text
from lib.ui.cards import show_table
from lib.ui.changing import carry_out
from lib.ui.connection_panel import may_connect
from lib.ui.identity import granted, who
from lib.wording import dates, token_words
from lib.wording import numbers as fmt

_MADE, _FAILURE = "tokens:made", "tokens:failure"
_NAME, _DAYS, _SHOWS = "tokens:name", "tokens:days", "tokens:shows"
EVERYTHING, PROJECTS, TEAMS = "everything", "projects", "teams"


def show_tokens() -> None:
    """Draw the tokens, a form that makes one, and buttons that revoke them; for who runs the instance."""
    text.heading("HTTP API")
    text.caption(
        "Programs are answered under /api/v1 when they bring a token, and see what the token is for: "
        "docs/api.md says how. A token works until it expires or is revoked, whoever made it."
    )
    grant = granted()
    if grant is None:
        return
    backend = instance.open_backend()
    try:
        every = _own(token_keeping.kept_tokens(instance.settings()).read(), grant)
    except AppError as failure:
        text.error(str(failure))
        return
    projects = dict(_projects(backend))
    if every:
        _show_table(every, projects, is_masked=backend.store.masks)
    _show_made(projects)
    with st.container(border=True):
        text.subheading("Make a token")
        _show_form(backend, projects)
    _show_revoking([token for token in every if token.holds(instance.now())])
    if said := st.session_state.pop(_FAILURE, None):
        text.error(said)


def _own(every: Iterable[ApiToken], grant: Grant) -> list[ApiToken]:
    """Return the tokens that show no other organizations than a grant does, the newest first."""
    shown = [
        token
        for token in every
        if grant.organizations is None
        or (token.organizations is not None and grant.organizations.issuperset(token.organizations))
    ]
    return shown[::-1]


def _show_table(every: Sequence[ApiToken], projects: dict[str, str], *, is_masked: bool) -> None:
    now = instance.now()
    rows = [
        {
            "name": token.name,
            "state": token_words.state(token, now),
            "until": dates.minute(token.expires_at),
            "shows": token_words.scope(token, projects),
            "made_by": fmt.MISSING if is_masked else token.made_by,
            "made_at": dates.minute(token.made_at),
            "id": token.token_id,
        }
        for token in every
    ]
    show_table(
        "Which programs may ask for numbers?",
        pd.DataFrame(rows, dtype=object),
        {
            "name": tables.text_column("Token", pinned=True),
            "state": tables.text_column("State"),
            "until": tables.text_column("Until (UTC)"),
            "shows": tables.text_column("Shows"),
            "made_by": tables.text_column("Made by"),
            "made_at": tables.text_column("Made (UTC)"),
            "id": tables.text_column("Id", "As the audit log has it"),
        },
        name="tokens",
    )


def _show_made(projects: dict[str, str]) -> None:
    """Draw the token that was just made, until it is put away."""
    if _MADE not in st.session_state:
        return
    token, secret = st.session_state[_MADE]
    text.success(token_words.made(token, projects))
    st.code(secret, language=None)
    st.button("Put it away", icon=":material/visibility_off:", key="tokens:away", on_click=_put_away)


def _put_away() -> None:
    with suppress(KeyError):
        del st.session_state[_MADE]


def _show_form(backend: Backend, projects: dict[str, str]) -> None:
    teams = backend.store.teams.names if backend.store.teams else ()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("What will use it", key=_NAME, max_chars=tokens.LONGEST_NAME, autocomplete="off")
        st.number_input("Days", 1, tokens.MOST_DAYS, tokens.USUAL_DAYS, key=_DAYS)
        options = [EVERYTHING, *([PROJECTS] if projects else []), *([TEAMS] if teams else [])]
        shows = st.selectbox("It shows", options, format_func=str.capitalize, key=_SHOWS)
    if shows == PROJECTS:
        options = sorted(projects, key=lambda one: projects[one].casefold())
        st.multiselect("Projects", options, format_func=projects.__getitem__, key=f"tokens:{PROJECTS}")
    if shows == TEAMS:
        st.multiselect("Teams", sorted(teams), key=f"tokens:{TEAMS}")
    names = instance.granted_settings().names
    if len(names) > 1:
        st.multiselect("Organizations (all, unless some are chosen)", names, key="tokens:organizations")
    st.button("Make a token", icon=":material/key:", key="tokens:make", on_click=_make)


def _projects(backend: Backend) -> Iterable[tuple[str, str]]:
    labels = loading.load_labels(backend)
    stored = loading.load_values(backend)["project_id"]
    return labels.apart("project_id", {*labels.known("project_id"), *stored} - {UNATTRIBUTED}).items()


def _make() -> None:
    settings, state, now = instance.settings(), st.session_state, instance.now()
    shows, name = state.get(_SHOWS, EVERYTHING), str(state[_NAME]).strip()
    chosen = list(state.get(f"tokens:{shows}") or ())
    log = token_keeping.kept_tokens(settings)
    try:
        said = tokens.problem(name, int(state[_DAYS] or 0), log.read(), now)
    except AppError as failure:
        said = str(failure)
    if said or (shows != EVERYTHING and not chosen):
        state[_FAILURE] = said or f"Choose the {shows} that the token shows."
        return

    def make() -> None:
        state[_MADE] = token_keeping.make(
            log,
            name,
            int(state[_DAYS]),
            by=who(),
            now=now,
            projects=chosen if shows == PROJECTS else None,
            teams=chosen if shows == TEAMS else None,
            organizations=_organizations(),
        )

    if _carry_out(settings, make, f"token “{name}” made"):
        state[_NAME] = ""


def _organizations() -> list[str] | None:
    """Return the organizations that are chosen, None for all; no more than whoever makes it sees."""
    grant, chosen = granted(), list(st.session_state.get("tokens:organizations") or ())
    if chosen or grant is None or grant.organizations is None:
        return chosen or None
    return list(instance.granted_settings().names)


def _show_revoking(holding: Sequence[ApiToken]) -> None:
    """Draw a menu of the tokens that let somebody in, and a button that ends one; nothing without any."""
    if not holding:
        return
    named = {token.token_id: token for token in holding}
    with st.container(border=True):
        text.subheading("Revoke a token")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Token",
                named,
                format_func=lambda one: named[one].name if one in named else one,
                key="tokens:revoked",
            )
            st.button(
                "Revoke it",
                icon=":material/key_off:",
                key="tokens:revoke",
                on_click=_revoke,
                args=(named.get(chosen, holding[0]),),
            )


def _revoke(token: ApiToken) -> None:
    settings = instance.settings()
    log = token_keeping.kept_tokens(settings)
    _carry_out(
        settings,
        lambda: token_keeping.revoke(log, token, by=who(), now=instance.now()),
        f"{token.called} revoked",
    )


def _carry_out(settings: Settings, act: Callable[[], None], what: str) -> bool:
    return carry_out(
        act, what=what, allowed=may_connect(settings), refused="make or revoke tokens", said_in=_FAILURE
    )
