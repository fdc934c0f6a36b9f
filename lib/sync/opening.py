"""Open what a sync works with: the store as whoever asks may know it, and a client of the API."""

import datetime as dt
from collections.abc import Callable

from lib.engine.duckdb_scan import limit_memory
from lib.engine.engines import engine_at
from lib.openai_admin import AdminClient
from lib.openai_admin.refusals import fingerprint
from lib.settings import Settings
from lib.store.usage_store import Store


def opened_store(settings: Settings, key: str, base_url: str, now: dt.datetime) -> Store:
    """Return the store for whoever asks with `key`; what was refused before `now` is asked for again.

    Raises SettingsError where no engine has the address of the settings.
    """
    engine_at(settings.engine_url, settings.engine_seconds)
    limit_memory(settings.engine_megabytes)
    # The demo server is at another port each time, and the same.
    asker = fingerprint(key, "demo" if settings.is_demo else base_url)
    store = Store(settings.store_uri, asker, settings.object_access)
    store.organizations = (settings.organization,)
    store.is_one_of_several = settings.is_one_of_several
    store.engine_url, store.engine_seconds = settings.engine_url, settings.engine_seconds
    store.ask_again(now)
    store.look_ahead()
    return store


def shared_store(settings: Settings) -> Store | None:
    """Return what is about all of several organizations, None where there is one."""
    return Store(settings.shared_store, access=settings.object_access) if settings.organizations else None


def opened_client(settings: Settings, key: str, base_url: str, now: Callable[[], dt.datetime]) -> AdminClient:
    """Return a client that keeps to what `settings` allow; raise SettingsError for an unfit key or URL."""
    return AdminClient(key, base_url, pool=settings.concurrency, largest=settings.largest_answer, now=now)
