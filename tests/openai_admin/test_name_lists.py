"""Names: which lists are asked, how items read, and what happens where one is refused."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lib.openai_admin import AdminClient
from lib.openai_admin.name_lists import Name, NameList
from lib.openai_admin.refusals import RefusalKind
from tests.fake_time import FakeTime
from tests.loopback import Handler, Loopback, Request, Response, error

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ROOT = "/v1/organization"
FORBIDDEN = error(
    403, "You have insufficient permissions for this operation. Missing scopes: api.management.read."
)
FORBIDDEN_SENTENCE = (
    "Ids are shown where names are missing: the admin key lacks the permission api.management.read; "
    "add it to the key at https://platform.openai.com/settings/organization/admin-keys."
)
ALPHA = {"id": "proj_a", "name": "Alpha", "status": "active"}
ADA = {"id": "user-1", "name": "Ada", "email": "ada@example.com"}

Make = Callable[[Handler], tuple[AdminClient, Loopback]]


@pytest.fixture
def serve() -> Iterator[Make]:
    opened = ExitStack()

    def make(handler: Handler) -> tuple[AdminClient, Loopback]:
        server = opened.enter_context(Loopback(handler))
        time = FakeTime(NOW)
        client = AdminClient("sk-admin-x", server.base_url, sleep=time.sleep, clock=time.clock, now=time.now)
        opened.callback(client.close)
        return client, server

    with opened:
        yield make


def listing(*items: Any, has_more: bool = False, last_id: str | None = None) -> Response:
    return Response({"object": "list", "data": list(items), "has_more": has_more, "last_id": last_id})


def organization(lists: dict[str, Response]) -> Handler:
    """Answer each path below /organization with its list, others with an empty one."""
    return lambda request: lists.get(request.path.removeprefix(f"{ROOT}/"), listing())


def listed(client: AdminClient) -> NameList:
    """Return all names: the organization's, and then those of each project that is in use."""
    names = client.fetch_names()
    keys = client.fetch_keys([n for n in names.names if n.kind == "project" and not n.archived])
    distinct: dict[tuple[str, str], Name] = {}
    for name in (*names.names, *keys.names):
        distinct.setdefault((name.kind, name.id), name)
    failures = tuple(dict.fromkeys((*names.failures, *keys.failures)))
    return NameList(tuple(distinct.values()), failures)


def paths(server: Loopback) -> list[str]:
    return sorted(r.path.removeprefix(f"{ROOT}/") for r in server.requests)


def test_every_kind_of_name_is_listed(serve: Make) -> None:
    key = {
        "id": "key_1",
        "name": "Ci",
        "redacted_value": "sk-…abcd",
        "owner": {"type": "user", "user": ADA},
    }
    bot = {"object": "organization.project.service_account", "id": "svc_1", "name": "Bot"}
    client, server = serve(
        organization(
            {
                "projects": listing(ALPHA, {"id": "proj_b", "name": "Beta", "status": "archived"}),
                "users": listing(ADA),
                "projects/proj_a/api_keys": listing(key),
                "projects/proj_a/service_accounts": listing(bot),
            }
        )
    )

    assert listed(client) == NameList(
        (
            Name("project", "proj_a", "Alpha"),
            Name("project", "proj_b", "Beta", archived=True),
            Name("user", "user-1", "Ada", "ada@example.com"),
            Name("api_key", "key_1", "Ci", "sk-…abcd", "proj_a", "user-1"),
            Name("service_account", "svc_1", "Bot", None, "proj_a"),
        )
    )
    assert paths(server) == [
        "projects",
        "projects/proj_a/api_keys",
        "projects/proj_a/service_accounts",
        "users",
    ]
    assert {r.path.removeprefix(f"{ROOT}/"): r.raw_query for r in server.requests} == {
        "projects": "limit=100&include_archived=true",
        "users": "limit=100",
        "projects/proj_a/api_keys": "limit=100&owner_project_access=any",
        "projects/proj_a/service_accounts": "limit=100",
    }
    assert client.requests_made == {"names": 4}


@pytest.mark.parametrize(
    ("owner", "owners"),
    [
        (
            {"type": "user", "user": {"object": "organization.project.user", "added_at": 1, **ADA}},
            [Name("user", "user-1", "Ada", "ada@example.com")],
        ),
        (
            {"object": "organization.project.user", "added_at": 1, **ADA},
            [Name("user", "user-1", "Ada", "ada@example.com")],
        ),
        (
            {"type": "service_account", "service_account": {"id": "svc_1", "name": "Bot"}},
            [Name("service_account", "svc_1", "Bot", None, "proj_a")],
        ),
        ({"type": "user", "user": None}, []),
        (None, []),
        ("user-1", []),
    ],
    ids=["older user", "user itself", "service account", "no user", "none", "text"],
)
def test_a_keys_owner_is_named_too(serve: Make, owner: Any, owners: list[Name]) -> None:
    key = {"id": "key_1", "name": "Ci", "owner": owner}
    client, _ = serve(organization({"projects": listing(ALPHA), "projects/proj_a/api_keys": listing(key)}))

    assert listed(client).names == (
        Name("project", "proj_a", "Alpha"),
        Name("api_key", "key_1", "Ci", None, "proj_a", owners[0].id if owners else None),
        *owners,
    )


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"id": "user-1", "name": None}, Name("user", "user-1", "user-1")),
        ({"id": "user-1", "name": ""}, Name("user", "user-1", "user-1")),
        ({"id": "user-1", "email": "a@x.com"}, Name("user", "user-1", "a@x.com", "a@x.com")),
        (
            {"id": "user-1", "name": None, "user": {"id": "user-1", "name": "Ada", "email": "a@x.com"}},
            Name("user", "user-1", "Ada", "a@x.com"),
        ),
    ],
)
def test_an_id_stands_where_a_name_is_missing(serve: Make, item: Any, name: Name) -> None:
    client, _ = serve(organization({"users": listing(item)}))

    assert listed(client).names == (name,)


def test_the_same_name_twice_stays_two_things(serve: Make) -> None:
    client, _ = serve(
        organization({"users": listing({"id": "user-1", "name": "Ada"}, {"id": "user-2", "name": "Ada"})})
    )

    assert [n.id for n in listed(client).names] == ["user-1", "user-2"]


def paged(request: Request) -> Response:
    if request.path != f"{ROOT}/users":
        return listing()
    return {
        None: listing({"id": "user-1"}, has_more=True, last_id="user-1"),
        "user-1": listing({"id": "user-2"}, has_more=True),
        "user-2": listing({"id": "user-3"}, last_id="user-3"),
    }[request.one("after")]


def test_lists_are_paged_by_the_last_id(serve: Make) -> None:
    client, server = serve(paged)

    assert [n.id for n in listed(client).names] == ["user-1", "user-2", "user-3"]
    assert [r.one("after") for r in server.requests if r.path.endswith("users")] == [
        None,
        "user-1",
        "user-2",
    ]


@pytest.mark.parametrize(
    "stuck",
    [listing({"id": "user-1"}, has_more=True, last_id="user-1"), listing(has_more=True)],
    ids=["the same cursor", "no cursor"],
)
def test_a_list_that_does_not_lead_on_keeps_what_came_and_says_so(serve: Make, stuck: Response) -> None:
    answers = iter([listing({"id": "user-1"}, has_more=True, last_id="user-1"), stuck])
    client, _ = serve(lambda r: next(answers) if r.path == f"{ROOT}/users" else listing())

    assert listed(client) == NameList(
        (Name("user", "user-1", "user-1"),),
        ("The users could not be listed: /organization/users says that there is more but does not send it.",),
    )


def test_one_list_that_fails_never_sinks_the_others(serve: Make) -> None:
    client, _ = serve(
        organization(
            {
                "projects": listing(ALPHA),
                "users": Response({"object": "list"}),
                "projects/proj_a/api_keys": error(400, "No keys today."),
                "projects/proj_a/service_accounts": listing({"id": "svc_1", "name": "Bot"}),
            }
        )
    )

    assert listed(client) == NameList(
        (Name("project", "proj_a", "Alpha"), Name("service_account", "svc_1", "Bot", None, "proj_a")),
        (
            "The users could not be listed: /organization/users was answered without `data` or `has_more`.",
            "The API keys of Alpha could not be listed: OpenAI refused the request to "
            "/organization/projects/proj_a/api_keys: “No keys today.”",
        ),
    )
    assert client.refusals == ()


def test_a_missing_scope_is_one_sentence_and_is_not_asked_about_again(serve: Make) -> None:
    client, server = serve(lambda _r: FORBIDDEN)

    assert listed(client) == NameList((), (FORBIDDEN_SENTENCE,))
    assert listed(client) == NameList((), (FORBIDDEN_SENTENCE,))

    assert len(server.requests) == 2
    (refusal,) = client.refusals
    assert (refusal.source, refusal.kind, refusal.dimension) == (
        "names",
        RefusalKind.SCOPE,
        "api.management.read",
    )
    assert refusal.message == FORBIDDEN_SENTENCE


def test_a_scope_missing_for_some_lists_leaves_the_others(serve: Make) -> None:
    client, _ = serve(organization({"projects": listing(ALPHA), "users": FORBIDDEN}))

    assert listed(client) == NameList((Name("project", "proj_a", "Alpha"),), (FORBIDDEN_SENTENCE,))
    assert client.refusals == ()


def test_items_without_an_id_are_passed_over(serve: Make) -> None:
    client, _ = serve(organization({"users": listing({"name": "Nobody"}, None, "x", {"id": 5}, ADA)}))

    assert [n.name for n in listed(client).names] == ["Ada"]


def test_a_project_id_cannot_leave_its_path(serve: Make) -> None:
    client, server = serve(organization({"projects": listing({"id": "../admin_api_keys", "name": "x"})}))

    listed(client)

    assert f"{ROOT}/projects/..%2Fadmin_api_keys/api_keys" in {r.path for r in server.requests}
