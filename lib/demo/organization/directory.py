"""Who belongs to an organization: projects, people, service accounts, keys and spend limits."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def make_id(prefix: str, name: str, length: int) -> str:
    """Return an id of the API's shape that depends on nothing but `prefix` and `name`."""
    number = int.from_bytes(hashlib.sha512(f"{prefix}{name}".encode()).digest(), "big")
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return prefix + "".join(letters)


@dataclass(frozen=True)
class Project:
    """A project; `archived` is the day on which it was, None while it is active."""

    id: str
    name: str
    created: dt.date = dt.date(2024, 9, 2)
    archived: dt.date | None = None


@dataclass(frozen=True)
class User:
    """A person; after the day `left` the organization no longer lists them."""

    id: str
    name: str
    email: str
    role: str = "reader"
    added: dt.date = dt.date(2024, 9, 2)
    left: dt.date | None = None


@dataclass(frozen=True)
class ServiceAccount:
    """A service account of one project."""

    id: str
    name: str
    project_id: str
    created: dt.date = dt.date(2024, 9, 2)


@dataclass(frozen=True)
class Key:
    """A project key owned by a user or a service account; after `deleted` it is no longer listed."""

    id: str
    name: str
    project_id: str
    owner_id: str
    created: dt.date = dt.date(2024, 9, 2)
    deleted: dt.date | None = None


@dataclass(frozen=True)
class Budget:
    """The spend limit and the alerts of an organization or a project, in cents a month."""

    limit_cents: int | None = None
    alerts_cents: tuple[int, ...] = ()
    enforced: bool = False


@dataclass(frozen=True)
class Directory:
    """Everyone and everything that has a name. `budgets` is by project id, "" for the organization."""

    organization_id: str = "org-demo"
    organization_name: str = "Demo organization"
    projects: tuple[Project, ...] = ()
    users: tuple[User, ...] = ()
    service_accounts: tuple[ServiceAccount, ...] = ()
    keys: tuple[Key, ...] = ()
    budgets: Mapping[str, Budget] = field(default_factory=dict)

    @cached_property
    def project_names(self) -> Mapping[str, str]:
        """Return project names by id."""
        return {p.id: p.name for p in self.projects}

    @cached_property
    def emails(self) -> Mapping[str, str]:
        """Return e-mail addresses by user id."""
        return {u.id: u.email for u in self.users}
