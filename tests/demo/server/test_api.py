import datetime as dt

import pytest

from lib.demo.organization.directory import Directory, Project
from lib.demo.server.api import Api, Rules
from lib.demo.server.entitlements import Refused
from lib.periods.windows import Window, unix
from tests.fixed_rows import FixedRows

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
KEY = "sk-admin-demo"
COSTS, COMPLETIONS, PROJECTS = (
    f"/v1/organization/{path}" for path in ("costs", "usage/completions", "projects")
)
PEOPLE = Directory(projects=(Project("proj_a", "Search"),))


def api(**rules: object) -> Api:
    return Api(FixedRows({}, PEOPLE), KEY, lambda: NOW, Rules(**rules))  # type: ignore[arg-type]


def since(day: str, *more: str) -> str:
    return "&".join([f"start_time={unix(dt.date.fromisoformat(day))}", *more])


def refusal(asked: Api, path: str, query: str = "", authorization: str | None = f"Bearer {KEY}") -> Refused:
    with pytest.raises(Refused) as refused:
        asked.answer(path, query, authorization)
    return refused.value


def answered(asked: Api, path: str, query: str = "") -> dict[str, object]:
    return asked.answer(path, query, f"Bearer {KEY}")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", f"Basic {KEY}", KEY])
def test_a_request_needs_a_bearer_key(authorization: str | None) -> None:
    refused = refusal(api(), PROJECTS, authorization=authorization)

    assert (refused.status, refused.message[:32]) == (401, "You didn't provide an API key. Y")


@pytest.mark.parametrize(
    ("key", "path", "told"),
    [
        ("sk-other-000000000", PROJECTS, "Incorrect API key provided"),
        ("sk-proj-a", PROJECTS, "Missing scopes: api.management.read."),
        ("sk-svcacct-a", COSTS, "Missing scopes: api.usage.read."),
    ],
)
def test_another_key_is_unknown_and_a_projects_key_lacks_the_scope(key: str, path: str, told: str) -> None:
    refused = refusal(api(), path, authorization=f"Bearer {key}")

    assert refused.status == 401
    assert told in refused.message


def test_a_missing_scope_closes_its_own_endpoints_only() -> None:
    no_usage = api(missing_scopes={"api.usage.read"})

    assert refusal(no_usage, COSTS).status == 403
    assert answered(no_usage, PROJECTS)["object"] == "list"


def test_history_begins_a_year_ago_unless_said_otherwise() -> None:
    assert refusal(api(), COMPLETIONS, since("2025-11-22")).code == "reporting_lookback_exceeded"
    assert answered(api(), COMPLETIONS, since("2025-11-23", "limit=1"))["object"] == "page"
    assert answered(api(lookback=None), COMPLETIONS, since("2020-01-01", "limit=1"))["object"] == "page"


def test_only_costs_by_key_have_a_floor() -> None:
    early = since("2025-12-05", "limit=1", "group_by=api_key_id")

    assert refusal(api(), COSTS, early).param == "start_time"
    assert answered(api(), COSTS, since("2025-12-06", "limit=1", "group_by=api_key_id"))
    assert answered(api(), COSTS, since("2025-12-05", "limit=1", "group_by=project_id"))
    assert answered(api(), COMPLETIONS, early)
    assert answered(api(key_floor=None), COSTS, early)


def day_of(start: str, end: str, *more: str) -> str:
    return since(start, f"end_time={unix(dt.date.fromisoformat(end))}", *more)


USERS, BY_PROJECT = "group_by=user_id", "group_by=project_id"


@pytest.mark.parametrize(
    ("query", "is_refused"),
    [
        (day_of("2026-11-02", "2026-11-03", USERS, BY_PROJECT), True),
        (day_of("2026-11-02", "2026-11-03", USERS, "project_ids=proj_a"), True),
        (day_of("2026-11-02", "2026-11-03", USERS), False),
        (day_of("2026-11-02", "2026-11-03", BY_PROJECT), False),
        (day_of("2026-11-01", "2026-11-02", USERS, BY_PROJECT), False),
        (day_of("2026-11-01", "2026-11-03", USERS, BY_PROJECT), True),
        (day_of("2026-11-03", "2026-11-05", USERS, BY_PROJECT), True),
        (day_of("2026-11-04", "2026-11-05", USERS, BY_PROJECT), False),
    ],
)
def test_costs_of_some_days_cannot_tell_users_of_projects(query: str, is_refused: bool) -> None:
    asked = api(user_with_project=Window(dt.date(2026, 11, 2), dt.date(2026, 11, 4)))

    if is_refused:
        assert refusal(asked, COSTS, query).param == "group_by"
    else:
        assert answered(asked, COSTS, query)["object"] == "page"


@pytest.mark.parametrize("path", ["/v1/organizations/projects", "/v2/organization/projects", "/"])
def test_another_path_is_unknown(path: str) -> None:
    assert refusal(api(), path).message == f"Invalid URL (GET {path})"


def test_a_source_that_the_organization_lacks_is_unknown() -> None:
    assert refusal(api(unknown={"costs"}), COSTS, since("2026-11-01")).code == "unknown_url"
    assert answered(api(unknown={"costs"}), COMPLETIONS, since("2026-11-01"))["object"] == "page"


def test_only_costs_can_be_made_to_drop_brackets() -> None:
    deaf = api(ignore_brackets=True)

    assert refusal(deaf, COMPLETIONS, since("2026-11-01", "group_by[]=nonsense")).param == "group_by"
    assert answered(deaf, COSTS, since("2026-11-01", "group_by[]=nonsense"))["object"] == "page"


@pytest.mark.parametrize(
    ("path", "trailing", "more"), [(COSTS, True, True), (COSTS, False, False), (COMPLETIONS, True, False)]
)
def test_only_costs_name_a_page_after_a_full_last_one(path: str, trailing: bool, more: bool) -> None:
    query = day_of("2026-11-01", "2026-11-03", "limit=2")

    assert answered(api(trailing_page=trailing), path, query)["has_more"] is more
