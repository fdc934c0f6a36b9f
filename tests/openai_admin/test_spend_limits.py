"""Spend limits and alerts: what is asked, how cents read, and what happens where something is refused."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest

from lib.demo.organization.directory_data import project_id
from lib.demo.server.http_server import DemoServer
from lib.errors import RateLimited, Unavailable
from lib.openai_admin import AdminClient
from lib.openai_admin.spend_limits import LimitKind, LimitList, SpendLimit
from tests.fake_time import FakeTime
from tests.loopback import Handler, Loopback, Response, error

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
ROOT = "/v1/organization"
ABSENT = error(404, "No spend limit found.", code="not_found")
UNKNOWN = error(404, "Invalid URL (GET /v1/organization/spend_limit)", code="unknown_url")
FORBIDDEN = error(
    403, "You have insufficient permissions for this operation. Missing scopes: api.management.read."
)
LACKS = (
    "the admin key lacks the permission api.management.read; add it to the key at "
    "https://platform.openai.com/settings/organization/admin-keys."
)
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


def limit(cents: object, **more: object) -> Response:
    return Response({"threshold_amount": cents, "currency": "USD", "interval": "month", **more})


def alerts(*cents: int, last_id: str | None = None) -> Response:
    data = [{"id": f"a{c}", "threshold_amount": c, "currency": "USD", "interval": "month"} for c in cents]
    return Response({"object": "list", "data": data, "has_more": last_id is not None, "last_id": last_id})


def organization(answers: dict[str, Response]) -> Handler:
    """Answer each path below /organization as told; others have no limit and no alerts."""

    def handler(request: object) -> Response:
        path = getattr(request, "path", "").removeprefix(f"{ROOT}/")
        return answers.get(path, ABSENT if path.endswith("spend_limit") else alerts())

    return handler


def test_cents_of_the_organization_and_its_projects_are_read_as_dollars(serve: Make) -> None:
    client, server = serve(
        organization(
            {
                "spend_limit": limit(5_000_050, enforcement={"status": "enforcing"}),
                "spend_alerts": alerts(100_00, 200_00),
                "projects/proj_a/spend_limit": limit(7_00, enforcement={"status": "inactive"}),
                "projects/proj_b/spend_alerts": alerts(1),
            }
        )
    )

    assert client.fetch_limits(["proj_a", "proj_b"]) == LimitList(
        (
            SpendLimit(LimitKind.LIMIT, "", Decimal("50000.50"), enforced=True),
            SpendLimit(LimitKind.ALERT, "", Decimal("100.00")),
            SpendLimit(LimitKind.ALERT, "", Decimal("200.00")),
            SpendLimit(LimitKind.LIMIT, "proj_a", Decimal("7.00"), enforced=False),
            SpendLimit(LimitKind.ALERT, "proj_b", Decimal("0.01")),
        )
    )
    assert len(server.requests) == 6
    assert client.requests_made == {"limits": 6}


def test_where_nothing_is_set_there_is_nothing_and_no_failure(serve: Make) -> None:
    client, _ = serve(organization({}))

    assert client.fetch_limits(["proj_a"]) == LimitList()


def test_an_endpoint_that_is_not_there_is_said_once_and_no_project_is_asked_for_it(serve: Make) -> None:
    client, server = serve(organization({"spend_limit": UNKNOWN, "projects/proj_a/spend_limit": UNKNOWN}))

    listed = client.fetch_limits(["proj_a"])

    assert listed.failures == (
        "The spend limit of the organization cannot be read: OpenAI does not know /organization/spend_limit "
        "for this organization: “Invalid URL (GET /v1/organization/spend_limit)”",
    )
    assert [r.path.removeprefix(ROOT) for r in server.requests] == [
        "/spend_limit",
        "/spend_alerts",
        "/projects/proj_a/spend_alerts",
    ]


def test_what_the_key_may_not_read_is_said(serve: Make) -> None:
    client, server = serve(lambda _request: FORBIDDEN)

    assert client.fetch_limits(["proj_a"]) == LimitList(
        (),
        (
            f"The spend limit of the organization cannot be read: T{LACKS[1:]}",
            f"The spend alerts of the organization cannot be read: T{LACKS[1:]}",
        ),
    )
    assert len(server.requests) == 2


def test_one_project_that_is_refused_does_not_hide_the_others(serve: Make) -> None:
    client, _ = serve(
        organization(
            {
                "projects/proj_a/spend_limit": error(403, "No."),
                "projects/proj_b/spend_limit": limit(100),
            }
        )
    )

    listed = client.fetch_limits(["proj_a", "proj_b"])

    assert listed.limits == (SpendLimit(LimitKind.LIMIT, "proj_b", Decimal("1.00")),)
    assert len(listed.failures) == 1
    assert "The spend limit of project proj_a cannot be read" in listed.failures[0]


@pytest.mark.parametrize(
    "body",
    [
        {"threshold_amount": "5"},
        {"threshold_amount": 5, "currency": "EUR"},
        {"threshold_amount": 5, "interval": "day"},
        {},
    ],
)
def test_what_is_not_cents_a_month_is_no_limit(serve: Make, body: dict[str, object]) -> None:
    client, _ = serve(organization({"spend_limit": Response(body)}))

    listed = client.fetch_limits([])

    assert listed.limits == ()
    assert "cannot be read" in listed.failures[0]


def test_alerts_are_read_to_the_last_page(serve: Make) -> None:
    pages = iter([alerts(1, last_id="a1"), alerts(2)])
    client, server = serve(lambda request: next(pages) if request.path.endswith("alerts") else ABSENT)

    assert [one.amount for one in client.fetch_limits([]).limits] == [Decimal("0.01"), Decimal("0.02")]
    assert [r.one("after") for r in server.requests if r.path.endswith("alerts")] == [None, "a1"]


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (429, RateLimited)])
def test_an_outage_is_no_answer(serve: Make, status: int, kind: type[Exception]) -> None:
    client, _ = serve(lambda _request: error(status, "Later."))

    with pytest.raises(kind):
        client.fetch_limits([])


def test_the_demo_organization_has_limits_and_alerts() -> None:
    with DemoServer(now=lambda: NOW) as server:
        client = AdminClient(server.admin_key, server.base_url, now=lambda: NOW)
        sandbox, assistant = project_id("sandbox"), project_id("assistant")
        listed = client.fetch_limits([sandbox, assistant])
        client.close()

    assert listed.failures == ()
    assert listed.limits == (
        SpendLimit(LimitKind.LIMIT, "", Decimal(50000), enforced=False),
        SpendLimit(LimitKind.ALERT, "", Decimal(35000)),
        SpendLimit(LimitKind.ALERT, "", Decimal(45000)),
        SpendLimit(LimitKind.LIMIT, sandbox, Decimal(500), enforced=True),
        SpendLimit(LimitKind.LIMIT, assistant, Decimal(18000), enforced=False),
        SpendLimit(LimitKind.ALERT, assistant, Decimal(15000)),
    )
