"""List the names of an organization: projects, users, keys and service accounts."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import quote

from lib.errors import AdminApiError, MissingScope, UnexpectedResponse
from lib.openai_admin.connection import Connection, Parameters
from lib.openai_admin.groupings import Memory
from lib.openai_admin.refusals import RefusalKind

NAMES = "names"
MOST_PAGES = 1000
_PAGE = 100

NameKind = Literal["project", "user", "api_key", "service_account"]


@dataclass(frozen=True)
class Name:
    """What one id is called; `name` is the id itself where the API gave no name.

    `detail` is a user's e-mail address or a key's redacted value. `project_id` and `owner_id` say to
    what a key or service account belongs. `first_seen` and `last_seen` are aware, in UTC, as is
    `keys_listed_at`: when the keys of a project were listed.
    """

    kind: NameKind
    id: str
    name: str
    detail: str | None = None
    project_id: str | None = None
    owner_id: str | None = None
    archived: bool = False
    first_seen: dt.datetime | None = None
    last_seen: dt.datetime | None = None
    keys_listed_at: dt.datetime | None = None


@dataclass(frozen=True)
class NameList:
    """Every name that could be listed, and one sentence for each thing that could not.

    `projects` are the ids of those whose keys and service accounts were listed to the end.
    """

    names: tuple[Name, ...]
    failures: tuple[str, ...] = ()
    projects: frozenset[str] = frozenset()


Item = dict[str, Any]
Reader = Callable[[Item], Iterable[Name]]


@dataclass(frozen=True)
class _Listing:
    """One list to fetch and how its items read."""

    what: str
    path: str
    reader: Reader
    parameters: Parameters


@dataclass(frozen=True)
class _Listed:
    """The names of one list, as far as it could be read, and what stopped it."""

    names: tuple[Name, ...]
    what: str
    failure: AdminApiError | None


class NameLister:
    """Lists names over a connection; a missing permission is remembered."""

    def __init__(self, connection: Connection, memory: Memory, pool: int) -> None:
        self._connection = connection
        self._memory = memory
        self._pool = pool

    def fetch(self) -> NameList:
        """Return all projects and users, and a sentence for each list that cannot be read."""
        refused = [r for r in self._memory.fresh() if r.source == NAMES and r.kind is RefusalKind.SCOPE]
        if refused:
            return NameList((), tuple(dict.fromkeys(r.message for r in refused)))
        listed = self._all(_ORGANIZATION)
        names = _distinct(name for one in listed for name in one.names)
        if not names:
            self._remember_scopes(listed)
        return NameList(names, _sentences(listed))

    def fetch_keys(self, projects: Sequence[Name]) -> NameList:
        """Return the keys and service accounts of `projects`, and a sentence for each unreadable list."""
        listed = self._all([each for project in projects for each in _in_project(project)])
        ends = zip(projects, listed[::2], listed[1::2], strict=True)
        return NameList(
            _distinct(name for one in listed for name in one.names),
            _sentences(listed),
            frozenset(project.id for project, *lists in ends if not any(one.failure for one in lists)),
        )

    def _all(self, listings: Sequence[_Listing]) -> list[_Listed]:
        with ThreadPoolExecutor(self._pool, thread_name_prefix=NAMES) as pool:
            return list(pool.map(self._listed, listings))

    def _remember_scopes(self, listed: list[_Listed]) -> None:
        for one in listed:
            if isinstance(one.failure, MissingScope):
                scope, sentence = one.failure.scope, _sentence(one.failure, one.what)
                self._memory.remember(NAMES, RefusalKind.SCOPE, sentence, dimension=scope)

    def _listed(self, listing: _Listing) -> _Listed:
        names: list[Name] = []
        try:
            for item in self._items(listing):
                names += listing.reader(item)
        except AdminApiError as failure:
            return _Listed(tuple(names), listing.what, failure)
        return _Listed(tuple(names), listing.what, None)

    def _items(self, listing: _Listing) -> Iterator[Item]:
        parameters: dict[str, str | int | list[str]] = {"limit": _PAGE, **listing.parameters}
        used: set[str] = set()
        for _ in range(MOST_PAGES):
            answer = self._connection.get(listing.path, parameters, counted_as=NAMES)
            data, has_more = answer.get("data"), answer.get("has_more")
            if not isinstance(data, list) or not isinstance(has_more, bool):
                raise UnexpectedResponse(f"{listing.path} was answered without `data` or `has_more`.")
            items = [item for item in data if isinstance(item, dict) and _text(item, "id")]
            yield from items
            if not has_more:
                return
            cursor = _text(answer, "last_id") or (_text(items[-1], "id") if items else None)
            if cursor is None or cursor in used:
                raise UnexpectedResponse(f"{listing.path} says that there is more but does not send it.")
            used.add(cursor)
            parameters["after"] = cursor
        raise UnexpectedResponse(f"{listing.path} came in more than {MOST_PAGES} pages.")


def _in_project(project: Name) -> tuple[_Listing, _Listing]:
    path = f"/organization/projects/{quote(project.id, safe='')}"

    def keys(item: Item) -> Iterable[Name]:
        return _key(item, project.id)

    def service_accounts(item: Item) -> Iterable[Name]:
        return (_name("service_account", item, project_id=project.id),)

    any_owner: Parameters = {"owner_project_access": "any"}
    return (
        _Listing(f"API keys of {project.name}", f"{path}/api_keys", keys, any_owner),
        _Listing(f"service accounts of {project.name}", f"{path}/service_accounts", service_accounts, {}),
    )


def _project(item: Item) -> Iterable[Name]:
    archived = item.get("status") == "archived" or item.get("archived_at") is not None
    return (_name("project", item, archived=archived),)


def _user(item: Item) -> Iterable[Name]:
    nested = item.get("user") if isinstance(item.get("user"), dict) else {}
    known = {**cast("Item", nested), **{k: v for k, v in item.items() if v is not None}}
    return (_name("user", known, detail=_text(known, "email")),)


def _key(item: Item, project_id: str) -> Iterator[Name]:
    """Yield the key, and its owner: an owner may be listed nowhere else."""
    owner = _owner(item.get("owner"), project_id)
    yield _name(
        "api_key",
        item,
        detail=_text(item, "redacted_value"),
        project_id=project_id,
        owner_id=owner.id if owner else None,
    )
    if owner:
        yield owner


def _owner(owner: object, project_id: str) -> Name | None:
    """Return the owner of a key: an object within it or, in older answers, the key object itself."""
    if not isinstance(owner, dict):
        return None
    account = owner.get("service_account")
    if isinstance(account, dict) and _text(account, "id"):
        return _name("service_account", account, project_id=project_id)
    user = owner.get("user") if isinstance(owner.get("user"), dict) else owner
    if not isinstance(user, dict) or not _text(user, "id"):
        return None
    if owner.get("type") == "service_account":
        return _name("service_account", user, project_id=project_id)
    return _name("user", user, detail=_text(user, "email"))


def _name(
    kind: NameKind,
    item: Item,
    *,
    detail: str | None = None,
    project_id: str | None = None,
    owner_id: str | None = None,
    archived: bool = False,
) -> Name:
    name = _text(item, "name") or detail or item["id"]
    return Name(kind, item["id"], name, detail, project_id, owner_id, archived)


def _text(item: Item, field: str) -> str | None:
    value = item.get(field)
    return value if isinstance(value, str) and value else None


def _distinct(names: Iterable[Name]) -> tuple[Name, ...]:
    """Return each id once, as first listed."""
    found: dict[tuple[str, str], Name] = {}
    for name in names:
        found.setdefault((name.kind, name.id), name)
    return tuple(found.values())


def _sentences(listed: Iterable[_Listed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_sentence(one.failure, one.what) for one in listed if one.failure))


def _sentence(failure: AdminApiError, what: str) -> str:
    """Return what could not be listed; a missing permission is the same sentence for every list."""
    if isinstance(failure, MissingScope):
        return f"Ids are shown where names are missing: {str(failure)[:1].lower()}{str(failure)[1:]}"
    return f"The {what} could not be listed: {failure}"


_ORGANIZATION = (
    _Listing("projects", "/organization/projects", _project, {"include_archived": "true"}),
    _Listing("users", "/organization/users", _user, {}),
)
