"""The instance: its settings, its store and what fetches for it, shared by all who visit."""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError

from lib.demo.process import demo_process
from lib.errors import SettingsError
from lib.settings import Settings, load_settings, read_secrets
from lib.store.snapshot import Snapshot
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.opening import opened_client, opened_store


@dataclass(frozen=True)
class Backend:
    """What one process shares between everybody."""

    settings: Settings
    store: Store
    syncer: Syncer

    def at_once(self) -> "Backend":
        """Return the same with the store as it is now, each table of which is looked at once."""
        return replace(self, store=Snapshot(self.store))


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def open_backend() -> Backend:
    """Return the process's store and syncer; raise SettingsError or StoreError where they cannot be."""
    return _backend(settings())


def settings() -> Settings:
    """Return the settings as they are now; raise SettingsError naming a bad one."""
    return load_settings(_secrets(), os.environ)


@st.cache_resource(show_spinner=False)
def _backend(settings: Settings) -> Backend:
    key, url = settings.admin_key, settings.base_url
    if key is None:
        key, url = demo_process().access
    store = opened_store(settings, key, url, now())
    client = opened_client(settings, key, url, now)
    return Backend(settings, store, Syncer(client, store, settings, now=now))


def _secrets() -> Mapping[str, Any]:
    """Return what the secrets files hold, those of Streamlit's option `secrets.files` where that is set."""
    if not config.is_manually_set("secrets.files"):
        return read_secrets()
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as missing:
        if getattr(missing, "error_id", None) == "no-secrets-found":
            return {}
        msg = "The secrets file cannot be read as TOML. Compare it with .streamlit/secrets.example.toml."
        raise SettingsError(msg) from None
