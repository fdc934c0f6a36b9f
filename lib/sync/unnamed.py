"""Which projects to ask about: those that spend, for an organization may have thousands that do not."""

import datetime as dt
from collections.abc import Iterator

from lib.catalog.sources import SOURCES, Source
from lib.engine.execution import known_values
from lib.openai_admin.name_lists import Name
from lib.periods.finality import is_fresh
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY, Window
from lib.store.usage_store import Store

AGAIN = dt.timedelta(days=1)
"""How long the keys of a project that spends are known."""
SOON = dt.timedelta(hours=1)
"""The same for a project in which a key turned up that has no name."""
_BY = ("project_id", "api_key_id")
_LATELY = 2 * ONE_DAY


def keys_due(store: Store, now: dt.datetime) -> tuple[Name, ...]:
    """Return the projects, not archived, of which keys and service accounts are to be listed.

    Those are projects with rows whose keys were never listed, and of those with rows of today or yesterday
    the ones whose keys were listed long ago, or do not include one that is used.
    """
    names = store.names()
    named = {name.id for name in names if name.kind == "api_key"}
    used = used_lately(store, now)
    ever: set[str] | None = None
    due = []
    for project in names:
        if project.kind != "project" or project.archived:
            continue
        if project.keys_listed_at is None:
            ever = _with_rows(store) if ever is None else ever
            if project.id in ever:
                due.append(project)
        elif project.id in used:
            known_for = AGAIN if used[project.id] <= named else SOON
            if not is_fresh(project.keys_listed_at, known_for, now):
                due.append(project)
    return tuple(due)


def _with_rows(store: Store) -> set[str]:
    """Return the projects that have rows on any day."""
    found: set[str | None] = set()
    for source in _sources():
        found |= known_values(store, source, _BY[:1]).get(_BY[0], set())
    return {project for project in found if project}


def used_lately(store: Store, now: dt.datetime) -> dict[str, set[str]]:
    """Return the projects with rows of today or yesterday, and the keys of these rows."""
    days = Window(now.date() + ONE_DAY - _LATELY, now.date() + ONE_DAY)
    used: dict[str, set[str]] = {}
    for source in _sources():
        rows = store.rows(source, Width.DAY, days, _BY).group_by([*_BY]).aggregate([])
        for project, key in zip(*(rows[name].to_pylist() for name in _BY), strict=True):
            if project:
                used.setdefault(project, set()).update([key] if key else [])
    return used


def _sources() -> Iterator[Source]:
    return (source for source in SOURCES.values() if set(_BY) <= set(source.dimensions))
