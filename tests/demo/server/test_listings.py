import datetime as dt
from typing import Any

import pytest

from lib.demo.organization.directory import Budget, Directory, Key, Project, ServiceAccount, User
from lib.demo.server.entitlements import Refused
from lib.demo.server.listings import answer

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY, TOMORROW = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
FIRST, FIRST_UNIX = dt.date(2026, 1, 1), 1_767_225_600

PEOPLE = Directory(
    projects=(
        Project("proj_a", "Search", FIRST),
        Project("proj_old", "Old", FIRST, TODAY),
        Project("proj_soon", "Soon", FIRST, TOMORROW),
    ),
    users=(
        User("user-a", "Ada", "ada@example.com", "owner", FIRST),
        User("user-b", "Bob", "bob@example.com", added=FIRST, left=TOMORROW),
        User("user-c", "Cy", "cy@example.com", added=FIRST, left=TODAY),
    ),
    service_accounts=(
        ServiceAccount("svc-a", "nightly", "proj_a", FIRST),
        ServiceAccount("svc-b", "other", "proj_soon", FIRST),
    ),
    keys=(
        Key("key_0001", "Ada's", "proj_a", "user-a", FIRST),
        Key("key_0002", "Nightly", "proj_a", "svc-a", FIRST),
        Key("key_0003", "Cy's", "proj_a", "user-c", FIRST),
        Key("key_0004", "gone", "proj_a", "user-b", FIRST, TODAY),
        Key("key_0005", "elsewhere", "proj_soon", "user-b", FIRST),
        Key("key_0006", "nobody's", "proj_a", "user-z", FIRST, TOMORROW),
    ),
    budgets={"": Budget(5000, (100, 200), enforced=True), "proj_a": Budget(alerts_cents=(7,))},
)


def listed(path: str, people: Directory = PEOPLE, **query: str) -> Any:
    """Return the answer to a path below `/organization/`."""
    return answer(path.split("/"), {name: [value] for name, value in query.items()}, people, NOW)


def ids(path: str, **query: str) -> list[str]:
    return [item["id"] for item in listed(path, **query)["data"]]


def refusal(path: str, **query: str) -> Refused:
    with pytest.raises(Refused) as refused:
        listed(path, **query)
    return refused.value


def test_a_project_is_archived_from_its_day_on() -> None:
    assert ids("projects") == ["proj_a", "proj_soon"]
    every = listed("projects", include_archived="true")["data"]
    assert [(p["id"], p["status"], p["archived_at"]) for p in every] == [
        ("proj_a", "active", None),
        ("proj_old", "archived", 1_795_392_000),
        ("proj_soon", "active", None),
    ]
    assert every[0] == {
        "object": "organization.project",
        "id": "proj_a",
        "name": "Search",
        "created_at": FIRST_UNIX,
        "archived_at": None,
        "status": "active",
    }


def test_one_project_is_shown_whether_archived_or_not() -> None:
    assert listed("projects/proj_old")["status"] == "archived"
    assert refusal("projects/proj_z").message == "No project with id 'proj_z' found."


def test_who_left_is_no_longer_listed_from_that_day_on() -> None:
    assert ids("users") == ["user-a", "user-b"]
    assert ids("users", emails="bob@example.com") == ["user-b"]
    assert ids("users", emails="cy@example.com") == []
    assert listed("users")["data"][0] == {
        "object": "organization.user",
        "id": "user-a",
        "name": "Ada",
        "email": "ada@example.com",
        "role": "owner",
        "added_at": FIRST_UNIX,
        "is_service_account": False,
    }


def test_keys_are_those_of_the_project_whose_owner_still_has_access() -> None:
    assert ids("projects/proj_a/api_keys") == ["key_0001", "key_0002", "key_0006"]
    assert ids("projects/proj_a/api_keys", owner_project_access="inactive") == ["key_0003"]
    assert ids("projects/proj_a/api_keys", owner_project_access="any") == [
        "key_0001",
        "key_0002",
        "key_0003",
        "key_0006",
    ]
    assert refusal("projects/proj_a/api_keys", owner_project_access="all").param == "owner_project_access"


def test_a_key_names_its_owner() -> None:
    person, account, nobody = listed("projects/proj_a/api_keys")["data"]

    assert person == {
        "object": "organization.project.api_key",
        "id": "key_0001",
        "name": "Ada's",
        "redacted_value": "sk-proj-****0001",
        "created_at": FIRST_UNIX,
        "last_used_at": 1_795_392_000,
        "owner_project_access": "active",
        "owner": {
            "type": "user",
            "user": {
                "id": "user-a",
                "email": "ada@example.com",
                "name": "Ada",
                "role": "member",
                "created_at": FIRST_UNIX,
            },
        },
    }
    assert account["owner"] == {
        "type": "service_account",
        "service_account": {"id": "svc-a", "name": "nightly", "role": "member", "created_at": FIRST_UNIX},
    }
    assert nobody["owner"] == {"type": "user"}


def test_service_accounts_and_members_are_those_of_the_project() -> None:
    (account,) = listed("projects/proj_a/service_accounts")["data"]
    member, *_others = listed("projects/proj_a/users")["data"]

    assert account == {
        "object": "organization.project.service_account",
        "id": "svc-a",
        "name": "nightly",
        "role": "member",
        "created_at": FIRST_UNIX,
    }
    assert member == {
        "object": "organization.project.user",
        "id": "user-a",
        "name": "Ada",
        "email": "ada@example.com",
        "role": "member",
        "added_at": FIRST_UNIX,
    }
    assert ids("projects/proj_a/users") == ["user-a", "user-b"]
    assert ids("projects/proj_soon/users") == ["user-b"]


@pytest.mark.parametrize("what", ["api_keys", "service_accounts", "users"])
def test_an_archived_project_lists_nobody(what: str) -> None:
    refused = refusal(f"projects/proj_old/{what}")

    assert (refused.status, refused.code) == (400, "project_archived")
    assert refused.message == "Project proj_old is archived."


def test_admin_keys_belong_to_owners() -> None:
    (key,) = listed("admin_api_keys")["data"]

    assert (key["object"], key["name"], key["created_at"]) == (
        "organization.admin_api_key",
        "Ada's admin key",
        FIRST_UNIX,
    )
    assert key["owner"] == {
        "type": "user",
        "object": "organization.user",
        "id": "user-a",
        "name": "Ada",
        "role": "owner",
    }


def test_a_spend_limit_is_in_cents_and_may_be_missing() -> None:
    assert listed("spend_limit") == {
        "object": "organization.spend_limit",
        "threshold_amount": 5000,
        "currency": "USD",
        "interval": "month",
        "enforcement": {"status": "enforcing"},
    }
    assert refusal("projects/proj_a/spend_limit").status == 404
    free = Directory(projects=PEOPLE.projects, budgets={"proj_a": Budget(1)})
    assert listed("projects/proj_a/spend_limit", free)["enforcement"] == {"status": "inactive"}
    assert listed("projects/proj_a/spend_limit", free)["object"] == "project.spend_limit"


def test_alerts_are_those_of_the_organization_or_of_one_project() -> None:
    alerts = listed("spend_alerts")["data"]

    assert [(a["object"], a["threshold_amount"]) for a in alerts] == [
        ("organization.spend_alert", 100),
        ("organization.spend_alert", 200),
    ]
    assert len({a["id"] for a in alerts}) == 2
    (own,) = listed("projects/proj_a/spend_alerts")["data"]
    assert (own["object"], own["threshold_amount"]) == ("project.spend_alert", 7)
    assert listed("projects/proj_old/spend_alerts")["data"] == []


def test_a_list_without_items_has_no_first_and_no_last() -> None:
    assert listed("users", Directory()) == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


def test_pages_follow_each_other_in_either_order() -> None:
    first = listed("projects", include_archived="true", limit="2")

    assert [first["first_id"], first["last_id"], first["has_more"]] == ["proj_a", "proj_old", True]
    rest = listed("projects", include_archived="true", limit="2", after="proj_old")
    assert [[item["id"] for item in rest["data"]], rest["has_more"]] == [["proj_soon"], False]
    assert ids("projects", include_archived="true", order="desc") == ["proj_soon", "proj_old", "proj_a"]
    assert ids("projects", order="asc") == ["proj_a", "proj_soon"]


def test_a_list_has_20_items_a_page_unless_said_otherwise_and_at_most_100() -> None:
    many = Directory(users=tuple(User(f"user-{n}", "", "", added=FIRST) for n in range(120)))

    assert len(listed("users", many)["data"]) == 20
    assert len(listed("users", many, limit="100")["data"]) == 100
    assert len(listed("users", many, limit="1")["data"]) == 1
    assert refusal("users", limit="101").code == "integer_above_max_value"
    assert refusal("users", limit="-1").code == "integer_below_min_value"


def test_a_page_after_nobody_is_refused() -> None:
    assert refusal("users", after="user-c").message == "Invalid 'after': no object with id 'user-c'."


@pytest.mark.parametrize(
    "path", ["nothing", "users/user-a", "projects/proj_a/nothing", "projects/proj_a/users/x"]
)
def test_what_there_is_not_is_an_unknown_url(path: str) -> None:
    refused = refusal(path)

    assert (refused.status, refused.code) == (404, "unknown_url")
    assert refused.message == f"Invalid URL (GET /v1/organization/{path})"


def test_every_id_has_the_length_that_the_api_gives_it() -> None:
    for listing in ("spend_alerts", "projects/proj_a/spend_alerts", "admin_api_keys"):
        ids = [item["id"] for item in listed(listing)["data"]]
        assert ids
        assert {len(one.rpartition("_")[2]) for one in ids} == {16}
