import base64
import contextlib
import datetime as dt
import json
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.sources import SOURCES
from lib.configuration.secrets_files import ROOT
from lib.demo.server.faults import Fault
from lib.demo.server.http_server import DemoServer
from lib.demo.server.paging import amount_on_the_wire
from lib.periods.windows import Window, unix
from tests.fixed_rows import FixedRows

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
Page = dict[str, Any]

FIRST = dt.date(2026, 11, 9)
START = unix(FIRST)
DAY = 86400


@pytest.fixture(scope="module")
def shared() -> Iterator[DemoServer]:
    """A server that no test changes."""
    with DemoServer(now=lambda: NOW) as server:
        yield server


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW) as server:
        yield server


def get(server: DemoServer, path: str, key: str | None = None, **query: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {key or server.admin_key}"}
    return requests.get(server.base_url + path, params=query, headers=headers, timeout=5)


def read(server: DemoServer, path: str, **query: Any) -> Page:
    response = get(server, path, **query)
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)


def refusal(server: DemoServer, path: str, status: int = 400, **query: Any) -> Any:
    response = get(server, path, **query)
    assert response.status_code == status, response.text
    return response.json()["error"]


def usage(server: DemoServer, source: str, **query: Any) -> Page:
    return read(server, SOURCES[source].path, **{"start_time": START, "end_time": START + DAY, **query})


def totals(source: str, page: Page) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for bucket in page["data"]:
        for row in bucket["results"]:
            if source == "costs":
                sums["amount"] += Decimal(str(row["amount"]["value"]))
            else:
                sums.update({m: row[m] for m in SOURCES[source].metric_names})
    return sums


@st.composite
def groupings(draw: st.DrawFn) -> tuple[str, list[str]]:
    source = draw(st.sampled_from(sorted(SOURCES)))
    return source, draw(st.lists(st.sampled_from(SOURCES[source].dimensions), unique=True))


@given(groupings())
@settings(max_examples=40, deadline=None)
def test_every_grouping_sums_to_the_ungrouped_total(shared: DemoServer, asked: tuple[str, list[str]]) -> None:
    source, dimensions = asked

    grouped = totals(source, usage(shared, source, group_by=dimensions))

    assert grouped == totals(source, usage(shared, source))
    assert any(grouped.values())


def test_dimensions_that_are_not_grouped_are_null(shared: DemoServer) -> None:
    page = usage(shared, "completions", group_by=["model"])

    rows = page["data"][0]["results"]
    assert {r["object"] for r in rows} == {"organization.usage.completions.result"}
    for dimension in SOURCES["completions"].dimensions:
        assert (dimension == "model") == all(r[dimension] is not None for r in rows)
    assert {r["batch"] for r in usage(shared, "completions", group_by=["batch"])["data"][0]["results"]} == {
        True,
        False,
    }


@pytest.mark.parametrize("source", SOURCES)
def test_every_endpoint_names_its_result_object(shared: DemoServer, source: str) -> None:
    page = usage(shared, source)

    assert page["object"] == "page"
    assert {r["object"] for b in page["data"] for r in b["results"]} == {SOURCES[source].result_object}


def test_widths_agree_over_http(shared: DemoServer) -> None:
    by_width = [
        usage(shared, "completions", bucket_width=w, limit=n)
        for w, n in (("1d", 1), ("1h", 24), ("1m", 1440))
    ]

    day, hours, minutes = (totals("completions", page) for page in by_width)
    assert [len(page["data"]) for page in by_width] == [1, 24, 1440]
    assert day == hours == minutes


def test_default_limits_cut_the_first_page(shared: DemoServer) -> None:
    for width, default in (("1d", 7), ("1h", 24), ("1m", 60)):
        page = usage(shared, "embeddings", bucket_width=width, end_time=START + 14 * DAY)
        assert len(page["data"]) == default
        assert page["has_more"] is True


@pytest.mark.parametrize(
    ("source", "width", "most"),
    [
        ("completions", "1d", 31),
        ("completions", "1h", 168),
        ("completions", "1m", 1440),
        ("costs", "1d", 180),
    ],
)
def test_a_limit_above_the_maximum_is_refused_not_clamped(
    shared: DemoServer, source: str, width: str, most: int
) -> None:
    path = SOURCES[source].path
    error = refusal(shared, path, start_time=START, bucket_width=width, limit=most + 1)

    assert error["param"] == "limit"
    assert f"<= {most}, but got {most + 1}" in error["message"]
    assert get(shared, path, start_time=START, end_time=START + 60, bucket_width=width, limit=most).ok


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"start_time": None}, "start_time"),
        ({"start_time": "yesterday"}, "start_time"),
        ({"end_time": START}, "end_time"),
        ({"bucket_width": "1w"}, "bucket_width"),
        ({"limit": 0}, "limit"),
        ({"group_by": "size"}, "group_by"),
        ({"group_by": "project_id,model"}, "group_by"),
        ({"batch": "maybe"}, "batch"),
        ({"sizes": "256x256"}, "sizes"),
    ],
)
def test_bad_parameters_are_refused_by_name(shared: DemoServer, query: dict[str, Any], param: str) -> None:
    asked = {"start_time": START, "end_time": START + DAY, **query}

    error = refusal(shared, "/organization/usage/completions", **asked)

    assert error["param"] == param
    assert error["type"] == "invalid_request_error"


def test_costs_know_days_only(shared: DemoServer) -> None:
    assert (
        refusal(shared, "/organization/costs", start_time=START, bucket_width="1h")["param"] == "bucket_width"
    )


def test_arrays_may_be_spelt_with_brackets(shared: DemoServer) -> None:
    bare = usage(shared, "completions", group_by=["project_id", "model"])

    assert usage(shared, "completions", **{"group_by[]": ["project_id", "model"]}) == bare


def test_costs_can_be_made_to_drop_brackets(server: DemoServer) -> None:
    server.rules.ignore_brackets = True

    page = usage(server, "costs", **{"group_by[]": ["project_id"]})

    assert [r["project_id"] for r in page["data"][0]["results"]] == [None]


def test_filters_keep_what_they_name(shared: DemoServer) -> None:
    rows = usage(shared, "completions", group_by=["model"])["data"][0]["results"]
    model = rows[0]["model"]

    only = usage(shared, "completions", group_by=["model"], models=[model])["data"][0]["results"]

    assert only == [r for r in rows if r["model"] == model]
    batch, other = (totals("completions", usage(shared, "completions", batch=b)) for b in ("true", "false"))
    assert batch + other == totals("completions", usage(shared, "completions"))


def test_line_items_filter_by_their_whole_text(shared: DemoServer) -> None:
    page = usage(shared, "costs", group_by=["line_item"], line_items=["whisper", "gpt-5.6-sol"])

    assert [r["line_item"] for r in page["data"][0]["results"]] == ["whisper"]


def test_quiet_days_have_an_empty_bucket() -> None:
    quiet = FixedRows({"completions": {FIRST: [{"model": "m", "input_tokens": 1}]}})
    with DemoServer(now=lambda: NOW, organization=quiet) as server:
        page = usage(server, "completions", end_time=START + 3 * DAY)

    assert [len(b["results"]) for b in page["data"]] == [1, 0, 0]
    assert [b["start_time"] for b in page["data"]] == [START, START + DAY, START + 2 * DAY]
    assert page["data"][0]["start_time_iso"] == "2026-11-09T00:00:00+00:00"


def test_unaligned_usage_is_clipped_and_unaligned_costs_are_floored(shared: DemoServer) -> None:
    asked = {"start_time": START + 3600, "end_time": START + DAY + 60}

    usage_edges = [(b["start_time"], b["end_time"]) for b in usage(shared, "completions", **asked)["data"]]
    cost_edges = [(b["start_time"], b["end_time"]) for b in usage(shared, "costs", **asked)["data"]]

    assert usage_edges == [(START + 3600, START + DAY), (START + DAY, START + DAY + 60)]
    assert cost_edges == [(START, START + DAY), (START + DAY, START + 2 * DAY)]


def test_without_an_end_usage_ends_now_and_costs_with_today(shared: DemoServer) -> None:
    today = unix(NOW.date())
    for source, end in (("completions", int(NOW.timestamp())), ("costs", today + DAY)):
        page = read(shared, SOURCES[source].path, start_time=today)
        assert [b["end_time"] for b in page["data"]] == [end]


def walk(server: DemoServer, path: str, **query: Any) -> list[Page]:
    pages = [read(server, path, **query)]
    while pages[-1]["has_more"]:
        pages.append(read(server, path, **query, page=pages[-1]["next_page"]))
    return pages


def test_pages_hold_every_bucket_once(shared: DemoServer) -> None:
    asked = {"start_time": START, "end_time": START + 5 * DAY, "limit": 2, "group_by": ["model"]}

    pages = walk(shared, "/organization/usage/completions", **asked)

    assert [len(p["data"]) for p in pages] == [2, 2, 1]
    whole = read(shared, "/organization/usage/completions", **asked | {"limit": 5})
    assert [b for p in pages for b in p["data"]] == whole["data"]
    assert whole["next_page"] is None


def test_a_full_last_page_of_costs_is_followed_by_an_empty_one(shared: DemoServer) -> None:
    pages = walk(shared, "/organization/costs", start_time=START, end_time=START + 4 * DAY, limit=2)

    assert [len(p["data"]) for p in pages] == [2, 2, 0]
    assert pages[-1]["next_page"] is None


def test_a_cursor_is_bound_to_its_query(shared: DemoServer) -> None:
    asked = {"start_time": START, "end_time": START + 5 * DAY, "limit": 2}
    page = usage(shared, "completions", **asked)["next_page"]

    assert len(base64.b64decode(page.removeprefix("page_"))) == 20
    for other in ({"limit": 3}, {"group_by": "model"}, {"start_time": START + 1}):
        error = refusal(shared, "/organization/usage/completions", page=page, **asked | other)
        assert error["message"] == "The page token is invalid, have you modified the query parameters?"
    for broken in ("page_AAAA", "nonsense", page[5:]):
        assert (
            "page token"
            in refusal(shared, "/organization/usage/completions", page=broken, **asked)["message"]
        )


def test_costs_rows_carry_what_is_not_documented(shared: DemoServer) -> None:
    page = usage(shared, "costs", group_by=["project_id", "user_id", "line_item"])

    rows = page["data"][0]["results"]
    named = next(r for r in rows if r["user_id"])
    assert named["organization_name"] == "Meridian Labs"
    assert named["project_name"]
    assert named["user_email"].endswith("@meridianlabs.example")
    assert named["amount"]["currency"] == "usd"
    assert named["api_key_id"] is None


def test_quantities_need_the_line_item(shared: DemoServer) -> None:
    without = usage(shared, "costs", group_by=["project_id"])["data"][0]["results"]
    with_item = usage(shared, "costs", group_by=["line_item"])["data"][0]["results"]

    assert {(r["quantity"], r["quantity_unit"]) for r in without} == {(None, None)}
    assert {"tokens", "characters", "duration_seconds", "gibibyte_hours"} <= {
        r["quantity_unit"] for r in with_item
    }


@given(st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-10_000, max_value=10_000))
def test_every_form_of_an_amount_is_exact(amount: Decimal) -> None:
    wire = json.loads(json.dumps(amount_on_the_wire(amount)), parse_float=Decimal)

    assert Decimal(wire) == amount


def test_amounts_come_in_every_form_that_was_seen(shared: DemoServer) -> None:
    rows = usage(shared, "costs", group_by=SOURCES["costs"].dimensions)["data"][0]["results"]
    values = [r["amount"]["value"] for r in rows]

    assert any(isinstance(v, Decimal) for v in values)
    assert "0E-6176" in values
    assert any(isinstance(v, str) and len(v.partition(".")[2]) == 39 for v in values)
    assert any(isinstance(v, str) and "E-" in v and v != "0E-6176" for v in values)


def test_currencies_are_never_added() -> None:
    rows = [{"amount": "1.5"}, {"amount": "2"}, {"amount": "7", "currency": "eur"}]
    with DemoServer(now=lambda: NOW, organization=FixedRows({"costs": {FIRST: rows}})) as server:
        results = usage(server, "costs")["data"][0]["results"]

    amounts = {r["amount"]["currency"]: Decimal(str(r["amount"]["value"])) for r in results}
    assert amounts == {"usd": Decimal("3.5"), "eur": Decimal(7)}


def test_fixed_rows_keep_their_minute() -> None:
    rows = [{"model": "m", "input_tokens": 5, "at": "13:05"}, {"model": "m", "input_tokens": 2}]
    with DemoServer(now=lambda: NOW, organization=FixedRows({"completions": {FIRST: rows}})) as server:
        page = usage(server, "completions", bucket_width="1h", group_by=["model"])
        day = usage(server, "completions")

    assert {n: b["results"][0]["input_tokens"] for n, b in enumerate(page["data"]) if b["results"]} == {
        0: 2,
        13: 5,
    }
    assert day["data"][0]["results"][0]["input_tokens"] == 7


def test_a_start_before_the_lookback_is_refused_with_the_earliest_date(shared: DemoServer) -> None:
    early = unix(dt.date(2025, 11, 22))

    error = refusal(shared, "/organization/usage/completions", start_time=early)

    assert error["code"] == "reporting_lookback_exceeded"
    assert error["message"].endswith("Earliest supported start date: 2025-11-23 (UTC).")
    assert get(shared, "/organization/usage/completions", start_time=early + DAY, limit=1).ok


def test_costs_by_key_are_refused_before_the_floor(shared: DemoServer) -> None:
    early, floor = unix(dt.date(2025, 12, 5)), unix(dt.date(2025, 12, 6))

    error = refusal(shared, "/organization/costs", start_time=early, group_by=["api_key_id"])

    assert (error["param"], error["code"]) == ("start_time", "invalid_request_error")
    assert get(shared, "/organization/costs", start_time=early, group_by=["project_id"]).ok
    assert get(shared, "/organization/costs", start_time=floor, group_by=["api_key_id"]).ok


def test_users_with_projects_are_refused_in_the_range_set(server: DemoServer) -> None:
    server.rules.user_with_project = Window(FIRST, FIRST + dt.timedelta(days=2))
    path, both = "/organization/costs", ["user_id", "project_id"]

    assert refusal(server, path, start_time=START, end_time=START + DAY, group_by=both)["param"] == "group_by"
    assert get(server, path, start_time=START, end_time=START + DAY, group_by=["user_id"]).ok
    assert get(server, path, start_time=START + 2 * DAY, group_by=both).ok


def test_a_source_can_be_unknown(server: DemoServer) -> None:
    server.rules.unknown.add("decisions")

    assert refusal(server, "/organization/usage/decisions", 404, start_time=START)["code"] == "unknown_url"
    assert refusal(server, "/organization/nothing", 404)["code"] == "unknown_url"


def test_a_wrong_key_is_refused_and_shown_masked(shared: DemoServer) -> None:
    error = refusal(shared, "/organization/costs", 401, key="sk-admin-secretsecretfake", start_time=START)

    assert error["message"].startswith("Incorrect API key provided: sk-admin*")
    assert "secret" not in error["message"]
    assert error["code"] == "invalid_api_key"


def test_a_project_key_lacks_the_scope(shared: DemoServer) -> None:
    error = refusal(shared, "/organization/costs", 401, key="sk-proj-abcdef", start_time=START)

    assert "Missing scopes: api.usage.read." in error["message"]


@pytest.mark.parametrize(("status", "plain"), [(403, False), (401, False), (403, True)])
def test_permissions_can_be_taken_away(server: DemoServer, status: int, plain: bool) -> None:
    server.restrict(management=False, status=status, plain=plain)

    error = refusal(server, "/organization/projects", status)

    assert "Missing scopes: api.management.read." in (error if plain else error["message"])
    assert usage(server, "completions")["data"]


def listed(server: DemoServer, path: str, **query: Any) -> list[Page]:
    items: list[Page] = []
    last: dict[str, str] = {}
    while True:
        page = read(server, path, **query, **last)
        items += page["data"]
        if not page["has_more"]:
            return items
        last = {"after": page["last_id"]}


def test_lists_come_in_pages(shared: DemoServer) -> None:
    first = read(shared, "/organization/users", limit=5)

    assert [len(first["data"]), first["first_id"], first["last_id"]] == [
        5,
        first["data"][0]["id"],
        first["data"][-1]["id"],
    ]
    users = listed(shared, "/organization/users", limit=5)
    assert len({u["id"] for u in users}) == len(users) == 22
    assert refusal(shared, "/organization/users", limit=101)["param"] == "limit"


def test_archived_projects_are_listed_on_demand_and_refuse_their_keys(shared: DemoServer) -> None:
    active = listed(shared, "/organization/projects")
    every = listed(shared, "/organization/projects", include_archived="true")
    archived = [p for p in every if p["status"] == "archived"]

    assert (len(active), len(every)) == (10, 13)
    assert active == [p for p in every if p["status"] == "active"]
    assert "archived" in refusal(shared, f"/organization/projects/{archived[0]['id']}/api_keys")["message"]


def test_keys_are_listed_by_project_without_the_deleted_ones(shared: DemoServer) -> None:
    project = listed(shared, "/organization/projects")[0]

    keys = listed(shared, f"/organization/projects/{project['id']}/api_keys", owner_project_access="any")
    accounts = listed(shared, f"/organization/projects/{project['id']}/service_accounts")

    assert "retired-gateway" not in {k["name"] for k in keys}
    assert {k["owner"]["type"] for k in keys} == {"user", "service_account"}
    assert [a["name"] for a in accounts] == ["svc-assistant-prod", "svc-assistant-staging"]
    assert all("****" in k["redacted_value"] for k in keys)


def test_spend_limits_and_alerts_are_in_cents_and_may_be_missing(shared: DemoServer) -> None:
    assistant, agents = listed(shared, "/organization/projects")[:2]

    assert read(shared, "/organization/spend_limit")["threshold_amount"] == 5_000_000
    assert len(read(shared, "/organization/spend_alerts")["data"]) == 2
    assert read(shared, f"/organization/projects/{assistant['id']}/spend_limit")["currency"] == "USD"
    refusal(shared, f"/organization/projects/{agents['id']}/spend_limit", 404)


def test_too_many_requests_say_when_to_come_back_or_not(server: DemoServer) -> None:
    server.faults.next(Fault.TOO_MANY)
    server.faults.next(Fault.TOO_MANY_SILENT)

    said, silent, fine = (get(server, "/organization/users") for _ in range(3))

    assert [r.status_code for r in (said, silent, fine)] == [429, 429, 200]
    assert said.headers["Retry-After"] == "1"
    assert "Retry-After" not in silent.headers


def test_a_server_error_is_html(server: DemoServer) -> None:
    server.faults.next(Fault.SERVER_ERROR, path="/organization/costs")

    assert get(server, "/organization/users").ok
    response = get(server, "/organization/costs", start_time=START)
    assert (response.status_code, response.headers["Content-Type"]) == (500, "text/html")


def test_connections_drop_and_bodies_are_cut_short(server: DemoServer) -> None:
    server.faults.next(Fault.DROPPED)
    server.faults.next(Fault.CUT_SHORT)
    server.faults.next(Fault.MALFORMED)

    with pytest.raises(requests.ConnectionError):
        get(server, "/organization/users")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        get(server, "/organization/users")
    with pytest.raises(requests.JSONDecodeError):
        get(server, "/organization/users").json()
    assert get(server, "/organization/users").ok


def test_every_nth_request_can_fail_until_cleared(server: DemoServer) -> None:
    server.faults.every(3, Fault.SERVER_ERROR)

    statuses = [get(server, "/organization/users").status_code for _ in range(6)]
    server.faults.clear()

    assert statuses == [200, 200, 500, 200, 200, 500]
    assert get(server, "/organization/users").ok
    assert server.count("/users") == 7
    assert server.requests[0].path == "/v1/organization/users"


def test_a_key_without_permission_is_refused_as_forbidden_unless_said_otherwise(server: DemoServer) -> None:
    server.restrict(usage=False)

    assert refusal(server, "/organization/usage/completions", 403, start_time=0)["message"]
    assert listed(server, "/organization/projects")


def test_one_project_is_as_it_is_in_the_list(shared: DemoServer) -> None:
    first = read(shared, "/organization/projects", limit=1)["data"][0]

    assert read(shared, f"/organization/projects/{first['id']}") == first


def test_lists_take_parameters_with_brackets(shared: DemoServer) -> None:
    assert len(read(shared, "/organization/users", **{"limit[]": 5})["data"]) == 5


def knock(server: DemoServer) -> socket.socket:
    """Return a connection on which one request was sent."""
    address = urlsplit(server.base_url)
    assert address.hostname
    connection = socket.create_connection((address.hostname, address.port or 80), timeout=10)
    connection.sendall(b"GET /v1/organization/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection


def reset(connection: socket.socket) -> None:
    """Break a connection off, so that the other side can no longer shut it down."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_server_that_stops_hangs_up_on_everybody_though_some_have_gone() -> None:
    gone = 12
    with DemoServer(now=lambda: NOW) as server:
        waiting = knock(server)
        assert waiting.recv(12) == b"HTTP/1.1 401"
        server.latency = 5
        others = [knock(server) for _ in range(gone)]
        while server.count("/users") <= gone:
            time.sleep(0.01)
        for other in others:
            reset(other)

    with waiting, contextlib.suppress(ConnectionError):
        while waiting.recv(4096):
            pass


def test_a_server_that_nobody_stopped_keeps_no_process_alive() -> None:
    left = """
import requests
from lib.demo.server.http_server import DemoServer
server = DemoServer()
server.start()
session = requests.Session()
print(session.get(server.base_url + "/organization/users", timeout=10).status_code)
"""

    done = subprocess.run(
        [sys.executable, "-c", left], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )

    assert done.stdout == "401\n"
