"""Where a command works: the settings, the store, and how to reach the API."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.cli.standard_error import tell_progress
from lib.openai_admin import AdminClient
from lib.settings import Settings, load_settings, read_secrets
from lib.store.usage_store import Store
from lib.sync.plan import NAMES, Need, limits_due, names_due, plan
from lib.sync.run import Report, ensure, sync_limits, sync_names


@dataclass(frozen=True)
class Workplace:
    """The settings, the store, the access to the API, and the moment at which the command began."""

    settings: Settings
    store: Store
    key: str
    base_url: str
    now: dt.datetime

    def __repr__(self) -> str:
        return f"Workplace({self.store.uri})"

    def client(self) -> AdminClient:
        """Return a client that knows what was refused before."""
        return AdminClient(
            self.key,
            self.base_url,
            pool=self.settings.concurrency,
            largest=self.settings.largest_answer,
            refusals=self.store.refusals(),
        )

    def sync(self, needs: Iterable[Need]) -> Report:
        """Fetch and store what of `needs` is missing or stale, and return what that took."""
        return ensure(self.client, self.store, needs, self.settings, now=self.now, progress=tell_progress)

    def sync_names(self) -> dict[str, str]:
        """List the names where that is due; return a note on what could not be listed."""
        if not names_due(self.store, now=self.now, every=self.settings.names_refresh):
            return {}
        failures = sync_names(self.client(), self.store, now=self.now)
        return {NAMES: " ".join(failures)} if failures else {}

    def sync_limits(self) -> tuple[str, ...]:
        """Read spend limits where that is due; return why they could not be read."""
        settings = self.settings
        if limits_due(self.store, now=self.now, every=settings.names_refresh, again=settings.refresh):
            failures = sync_limits(self.client(), self.store, now=self.now)
            return (*failures, *self.store.limits().failures)
        return ()

    def lacks(self, need: Need) -> bool:
        """Return whether days of `need` were never fetched."""
        settle, refresh = self.settings.settle, self.settings.refresh
        return bool(plan(self.store, [need], now=self.now, settle=settle, refresh=refresh).missing)


@contextmanager
def opened() -> Iterator[Workplace]:
    """Give the workplace that the settings name; without a key, the demo organization's."""
    settings = load_settings(read_secrets(), os.environ)
    store = Store(settings.store_uri)
    if settings.admin_key is not None:
        yield Workplace(settings, store, settings.admin_key, settings.base_url, now())
        return
    from lib.demo.server.http_server import DemoServer  # only the demo waits for its prices to load

    with DemoServer(now=now) as demo:
        yield Workplace(settings, store, demo.admin_key, demo.base_url, now())


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)
