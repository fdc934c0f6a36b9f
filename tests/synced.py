"""A store filled from a demo server, as the app and the command line would have filled it."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from lib.demo.server.http_server import DemoServer
from lib.openai_admin import AdminClient
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_keys, sync_names
from lib.sync.plan import Need
from lib.sync.run import run
from lib.sync.scheduling import Limits


def synced(server: DemoServer, folder: Path, needs: Iterable[Need], *, now: dt.datetime) -> Store:
    """Return a store in `folder` that holds all of `needs`, and every name, as the API told them at `now`."""
    store = Store(str(folder))
    client = AdminClient(server.admin_key, server.base_url, now=lambda: now)
    report = run(client, store, needs, now=now, limits=Limits(4))
    failures = [*report.failures.values(), *report.notes.values()]
    failures += [*sync_names(client, store, now=now), *sync_keys(client, store, now=now)]
    client.close()
    assert failures == []
    return store
