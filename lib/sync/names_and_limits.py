"""Sync what is listed and not counted: names, keys, and spend limits."""

import datetime as dt
from dataclasses import replace

from lib.errors import AppError
from lib.periods.finality import is_fresh
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.sync.client_protocol import Client
from lib.sync.ownership import require_own
from lib.sync.plan import NAMES
from lib.sync.unnamed import keys_due, used_lately

_MANY = 50
"""Projects, above which not all are asked about every time."""


def sync_names(client: Client, store: Store, *, now: dt.datetime) -> tuple[str, ...]:
    """List and store all projects and users; return a sentence for each thing that could not be listed."""
    client.know(store.binding_refusals())
    try:
        require_own(client, store, now)
    except AppError as failure:
        return (str(failure),)
    try:
        listed = client.fetch_names()
    except AppError as failure:
        return (str(failure),)
    finally:
        store.remember(client.refusals, now)
    store.merge_names(listed.names, now)
    if listed.names or not listed.failures:
        store.mark([Covered(NAMES, Width.DAY, now.date(), now.date() + ONE_DAY, now)])
    return listed.failures


def sync_keys(client: Client, store: Store, *, now: dt.datetime) -> tuple[str, ...]:
    """List and store the keys of projects that spend, where due; return what could not be listed."""
    due = keys_due(store, now)
    if not due:
        return ()
    try:
        require_own(client, store, now)
        listed = client.fetch_keys(due)
    except AppError as failure:
        return (str(failure),)
    projects = [replace(project, keys_listed_at=now) for project in due if project.id in listed.projects]
    # What the organization's own list calls a user is not changed by what a key calls its owner.
    users = {name.id for name in store.names() if name.kind == "user"}
    names = (name for name in listed.names if name.kind != "user" or name.id not in users)
    store.merge_names([*projects, *names], now)
    return listed.failures


def sync_limits(client: Client, store: Store, *, now: dt.datetime) -> tuple[str, ...]:
    """Read and store limits and alerts; return why that cannot be.

    Where there are many projects, those that spent nothing today or yesterday are asked about once a day;
    until then, theirs are those that were read before.
    """
    projects = [name.id for name in store.names() if name.kind == "project" and not name.archived]
    before = store.limits()
    asked, all_read_at = projects, now
    if len(projects) > _MANY and before.all_read_at and is_fresh(before.all_read_at, ONE_DAY, now):
        spend = used_lately(store, now)
        asked, all_read_at = [one for one in projects if one in spend], before.all_read_at
    others = set(projects).difference(asked)
    try:
        require_own(client, store, now)
        listed = client.fetch_limits(asked)
    except AppError as failure:
        return (str(failure),)
    kept = tuple(limit for limit in before.limits if limit.project_id in others)
    store.write_limits(replace(listed, limits=(*listed.limits, *kept), all_read_at=all_read_at), now)
    return ()
