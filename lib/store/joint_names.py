"""The names of several organizations as one list, in which names that read alike say whose they are."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lib.openai_admin.name_lists import Name

_OWN = ("project", "api_key", "service_account")
"""Kinds of which each is one organization's; a person can be in several."""
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def joined(listed: Mapping[str, Iterable[Name]]) -> list[Name]:
    """Return the names by organization as one list; of an id that several list, as it was last seen."""
    found: dict[tuple[str, str], Name] = {}
    for names in listed.values():
        for name in names:
            had = found.get((name.kind, name.id))
            if had is None or (had.last_seen or _NEVER) < (name.last_seen or _NEVER):
                found[name.kind, name.id] = name
    return list(found.values())


def named_apart(listed: Mapping[str, Iterable[Name]]) -> list[Name]:
    """Return the names as `joined` does, with their organization where others have one that reads alike."""
    listed = {organization: list(names) for organization, names in listed.items()}
    using: dict[tuple[str, str], set[str]] = {}
    for organization, names in listed.items():
        for name in names:
            using.setdefault((name.kind, name.name), set()).add(organization)
    return joined(
        {
            organization: [
                replace(n, name=f"{n.name} ({organization})")
                if n.kind in _OWN and n.name != n.id and len(using[n.kind, n.name]) > 1
                else n
                for n in names
            ]
            for organization, names in listed.items()
        }
    )
