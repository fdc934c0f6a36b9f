"""The instance: its settings, its store and what fetches for it, shared by all who visit."""

import datetime as dt
import os
from collections.abc import Collection, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError

from lib.access import audit
from lib.access.audit import Event
from lib.access.declared import load_access
from lib.access.rules import Access, Denial, Grant, SignIn
from lib.answers.caching import kept
from lib.answers.editions import editions
from lib.answers.page_thread import draws_a_page
from lib.answers.team_views import team_view
from lib.catalog.dimensions import ORGANIZATION
from lib.catalog.sources import SOURCES
from lib.configuration.secrets_files import ROOT, read_secrets
from lib.configuration.store_address import folder_of
from lib.demo.process import demo_process
from lib.errors import NotLetInError, SettingsError, StoreError
from lib.periods.widths import Width
from lib.settings import Settings, load_settings
from lib.store.scoped import Scoped
from lib.store.snapshot import Snapshot
from lib.store.team_declarations import folded
from lib.store.team_scoped import TeamScoped, of_teams
from lib.store.teamed import declared_teams, teamed, teams_of
from lib.store.teams import TeamView
from lib.store.together import Together
from lib.store.usage_store import Store
from lib.sync import ownership
from lib.sync.background import Syncer
from lib.sync.opening import opened_client, opened_store
from lib.sync.together_syncing import Syncers

MASKS = "instance:masks"
"""The key of the control that puts masks on people and keys."""
CHOSEN = f"where:{ORGANIZATION}"
"""The key of the control that chooses organizations."""
_NOT_LET_IN = "You are not let in, or no longer. Load the page again to see why."
_SINCE = "instance:since"
"""Where a session keeps when it began, which a proxy's word is as old as."""


@dataclass(frozen=True)
class Backend:
    """What one process shares between everybody."""

    settings: Settings
    store: Store
    syncer: Syncer

    @property
    def seen(self) -> Hashable:
        """Return what tells apart whose rows are seen, and by whom."""
        return self.settings.store_uri, self.store.seen_as

    def at_once(self) -> "Backend":
        """Return the same with the store as it is now, each table of which is looked at once."""
        return replace(self, store=_at_once(self.store))

    @property
    def is_behind(self) -> bool:
        """Return whether pages show something else than the newest rows, answers of which are being found."""
        with suppress(StoreError):  # pages say what is wrong with it
            return any(map(editions().is_behind, _members(self.store)))
        return False

    def masked(self) -> "Backend":
        """Return the same with masks for people and keys."""
        seen = self.at_once()
        seen.store.masks = True
        return seen

    def with_teams(self) -> "Backend":
        """Return the same with rows that belong to the teams that are declared now."""
        declared, store = declared_teams(self.settings), self.store
        if declared is None:
            return self
        named = store.log_versions("names")
        teams = kept(("teams", store.uri), lambda: teams_of(store, declared), version=(declared, named))
        return replace(self, store=teamed(store, teams))

    def scoped(self, projects: frozenset[str] | None, teams: frozenset[str] | None = None) -> "Backend":
        """Return the same with nothing but what is about `projects`, ids or names, or the rows of `teams`.

        A name stands for every project that goes by it. Of neither, everything is seen.
        """
        if teams is not None:
            return replace(self, store=of_teams(self.store, self._team_view(teams)))
        if projects is None:
            return self
        named = {n.id for n in self.store.real_names() if n.kind == "project" and n.name in projects}
        return replace(self, store=_scoped(self.store, projects | named))

    def _team_view(self, teams: frozenset[str]) -> TeamView:
        store, wanted = self.store, {folded(name) for name in teams}
        names = frozenset(n for n in (store.teams.names if store.teams else ()) if folded(n) in wanted)
        versions = [store.table_version(source, Width.DAY) for source in SOURCES.values()]
        logs = store.log_versions("names", "coverage", "restrictions")
        asked = ("team view", self.seen, names)
        return kept(asked, lambda: team_view(store, names), version=(logs, *versions))


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def open_backend() -> Backend:
    """Return the process's store and syncer, as far as whoever looks may see.

    Raises SettingsError or StoreError where they cannot be, and NotLetInError where nothing may be seen.
    """
    grant = decided()
    if isinstance(grant, Denial):
        raise NotLetInError(_NOT_LET_IN)
    backend = opened_for(grant, _chosen())
    return backend.masked() if _wants_masks() else backend


def opened_for(grant: Grant, chosen: Collection[str] = ()) -> Backend:
    """Return the process's store and syncer as far as a grant lets see, of the organizations `chosen`.

    Raises SettingsError or StoreError where they cannot be, and NotLetInError where nothing may be seen.
    """
    return _opened(_granted(grant), chosen).with_teams().scoped(grant.projects, grant.teams)


def organizations_of(grant: Grant) -> tuple[str, ...]:
    """Return the names of the organizations that a grant lets see; none where the one there is has none.

    Raises as `opened_for` does.
    """
    found = _granted(grant)
    return found.names


def granted_settings() -> Settings:
    """Return the settings of the organizations that whoever looks may see.

    Raises as `open_backend` does.
    """
    grant = decided()
    if isinstance(grant, Denial):
        raise NotLetInError(_NOT_LET_IN)
    return _granted(grant)


def whole_backends() -> tuple[Backend, ...]:
    """Return the store and syncer of each organization with all that is stored, for what the app does itself.

    Nothing of it may be shown to anybody. Raises SettingsError or StoreError where they cannot be.
    """
    found = settings()
    return tuple(map(backend_of, found.organizations or (found,)))


def joint_backend() -> Backend | None:
    """Return all that `whole_backends` has of several organizations as one; None of fewer than two."""
    found = settings()
    twice = doubles(found)
    names = [each.organization or "" for each in found.organizations if each.organization not in twice]
    return _together(found.of(names), is_whole=True) if len(names) > 1 else None


def _granted(grant: Grant) -> Settings:
    """Return the settings of the organizations of a grant; raise NotLetInError where there is none."""
    found = settings()
    if grant.organizations is None:
        return found
    names = [each.organization for each in found.organizations or (found,)]
    seen = [name for name in names if name in grant.organizations]
    if not seen:
        msg = "You may see none of the organizations that are set up here. Ask whoever runs this."
        raise NotLetInError(msg)
    return found.of(seen) if found.organizations else found


def _chosen() -> Collection[str]:
    """Return the names of the organizations that the sidebar chose, none for all."""
    if not draws_a_page():
        return ()
    return st.session_state.get(CHOSEN) or ()


def _opened(found: Settings, chosen: Collection[str]) -> Backend:
    """Return what is shared of the organizations of `found`, only of those `chosen` where there are some."""
    every = {each.organization: each for each in found.organizations if each.organization}
    if not every:
        return backend_of(found)
    named = [name for name in every if name in chosen] or list(every)
    kept = [name for name in named if name not in doubles(found.of(named))]
    if len(kept) == 1:
        return backend_of(every[kept[0]])
    return _together(found.of(kept), is_whole=len(named) == len(settings().organizations))


def doubles(found: Settings) -> dict[str, str]:
    """Return the organizations whose key is for the same as that of another, which would be counted twice."""
    return ownership.doubles(
        (each.organization or "", backend_of(each).store.organization()) for each in found.organizations
    )


@st.cache_resource(show_spinner=False, hash_funcs={Settings: hash})
def _together(settings: Settings, *, is_whole: bool) -> Backend:
    """Return what is shared of several organizations; what is about all is seen where it `is_whole`."""
    members = {each.organization or "": backend_of(each) for each in settings.organizations}
    syncer = Syncers({name: backend.syncer for name, backend in members.items()})
    shared = Store(settings.shared_store, access=settings.object_access) if is_whole else None
    store = Together({name: backend.store for name, backend in members.items()}, shared, syncer.failing_of)
    return Backend(settings, store, syncer)


def _at_once(store: Store) -> Store:
    if isinstance(store, Together):
        return store.each(_at_once)
    found = _looked_at(store)
    with suppress(StoreError):  # whoever reads on is told why
        if edition := editions().read(store):
            found.hold(edition)
    return found


def _looked_at(store: Store) -> Snapshot:
    if store.team_view is not None:
        return TeamScoped(store, store.team_view)
    return Snapshot(store) if store.projects is None else Scoped(store, store.projects)


def _members(store: Store) -> Collection[Store]:
    return store.members.values() if isinstance(store, Together) else [store]


def _scoped(store: Store, projects: frozenset[str]) -> Store:
    if isinstance(store, Together):
        seen = store.each(lambda member: Scoped(member, projects))
        seen.projects, seen.shared = projects, None
        return seen
    return Scoped(store, projects)


def _wants_masks() -> bool:
    return draws_a_page() and bool(st.session_state.get(MASKS))


def decided() -> Grant | Denial:
    """Return what whoever looks is let in as, or why not, by the rules as they are now.

    Raises SettingsError naming a bad setting.
    """
    declared = access()
    return declared.decide(claims(declared), now())


def claims(access: Access) -> Mapping[str, Any]:
    """Return what is claimed about whoever looks, by the sign-in or by the proxy in front."""
    if access.sign_in is SignIn.NONE:
        return {}
    if access.sign_in is SignIn.OIDC:
        return st.user.to_dict()
    return access.proxied(st.context.headers.get_all, st.session_state.setdefault(_SINCE, now()))


def settings() -> Settings:
    """Return the settings as they are now; raise SettingsError naming a bad one."""
    return load_settings(secrets(), os.environ)


def access() -> Access:
    """Return who may see and change what, as it is declared now; raise SettingsError naming a bad setting."""
    return load_access(secrets(), os.environ)


def write_audit(event: Event, who: str, what: str) -> None:
    """Add a line to the audit log, which lies in the store's folder unless it is declared elsewhere.

    Raises SettingsError naming a bad setting.
    """
    usual = folder_of(settings().store_uri) or ROOT / ".data"
    audit.write(access().audit_log or usual / "audit.log", now(), event, who, what)


# By its own hash: Streamlit's, which takes half a millisecond, is asked for twenty times by a page.
@st.cache_resource(show_spinner=False, hash_funcs={Settings: hash})
def backend_of(settings: Settings) -> Backend:
    """Return what is shared of the one organization of `settings`, without asking who looks."""
    key, url = settings.admin_key, settings.base_url
    if key is None:
        key, url = demo_process().access
    store = opened_store(settings, key, url, now())
    client = opened_client(settings, key, url, now)
    return Backend(settings, store, Syncer(client, store, settings, now=now))


def secrets() -> Mapping[str, Any]:
    """Return what the secrets files hold: those of Streamlit's option `secrets.files` where that is set."""
    if not config.is_manually_set("secrets.files"):
        return read_secrets()
    files = [Path(file) for file in config.get_option("secrets.files")]
    if not any(file.is_dir() for file in files):
        # Streamlit notices a changed file only where it watches files; access must end when it is changed.
        return read_secrets(files)
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as missing:
        if getattr(missing, "error_id", None) == "no-secrets-found":
            return {}
        msg = "The secrets file cannot be read as TOML. Compare it with .streamlit/secrets.example.toml."
        raise SettingsError(msg) from None
