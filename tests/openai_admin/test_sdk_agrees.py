"""The official SDK, which shares no code with this app, reads the same numbers from the same API."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI

from lib.catalog.sources import SOURCES, Source
from lib.demo.server.http_server import DemoServer
from lib.engine.execution import answer
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question
from lib.openai_admin.name_lists import Name
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from lib.sync.plan import Need
from tests.synced import synced

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
DAYS = Window(dt.date(2026, 11, 9), dt.date(2026, 11, 19))  # ten, all of them settled
HOURS = Window(dt.date(2026, 11, 17), dt.date(2026, 11, 19))
TODAY = Window(dt.date(2026, 11, 22), dt.date(2026, 11, 24))
A_PAGE = 5

Sums = dict[tuple[dt.datetime, *tuple[str | None, ...]], dict[str, int | Decimal]]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW) as server:
        yield server


@pytest.fixture(scope="module")
def store(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Store:
    needs = [Need(name, Width.DAY, window) for window in (DAYS, TODAY) for name in SOURCES]
    needs.append(Need("completions", Width.HOUR, HOURS))
    return synced(server, tmp_path_factory.mktemp("store"), needs, now=NOW)


@pytest.fixture(scope="module")
def sdk(server: DemoServer) -> Iterator[OpenAI]:
    with OpenAI(admin_api_key=server.admin_key, base_url=server.base_url, max_retries=0) as client:
        yield client


def pages(sdk: OpenAI, source: str, **query: Any) -> Iterator[list[Any]]:
    """Yield the buckets of each page, as the SDK's objects."""
    ask, cursor = getattr(sdk.admin.organization.usage, source), {}
    while True:
        page = ask(**query, **cursor)
        yield page.data
        if not page.has_more:
            return
        cursor = {"page": page.next_page}


def bills(sdk: OpenAI, **query: Any) -> Iterator[list[Any]]:
    """Yield the buckets of each page of costs, as JSON: the SDK's own amounts are floats."""
    ask, cursor = sdk.admin.organization.usage.with_raw_response.costs, {}
    while True:
        page = json.loads(ask(**query, **cursor).text, parse_float=Decimal)
        yield page["data"]
        if not page["has_more"]:
            return
        cursor = {"page": page["next_page"]}


def asked(window: Window) -> dict[str, int]:
    return {"start_time": window.start_time, "end_time": window.end_time, "limit": A_PAGE}


def told(sdk: OpenAI, source: Source, window: Window, by: tuple[str, ...], **query: Any) -> Sums:
    """Return what the SDK adds up to, by bucket and dimensions, following every page."""
    query = asked(window) | query
    grouping = {"group_by": list(by)} if by else {}
    sums: Sums = defaultdict(dict)
    if source.is_money:
        for bucket in (b for page in bills(sdk, **query, **grouping) for b in page):
            for row in bucket["results"]:
                assert row["amount"]["currency"] == "usd"
                numbers = {"cost_usd": Decimal(row["amount"]["value"]), "quantity": row["quantity"]}
                _add(sums, bucket["start_time"], [row[d] for d in by], numbers)
    else:
        for bucket in (b for page in pages(sdk, source.name, **query, **grouping) for b in page):
            for row in bucket.results:
                numbers = {m: getattr(row, m) or 0 for m in source.metric_names}
                _add(sums, bucket.start_time, [getattr(row, d) for d in by], numbers)
    return dict(sums)


def _add(sums: Sums, start: int, ids: list[Any], numbers: dict[str, Any]) -> None:
    values = (str(i).lower() if isinstance(i, bool) else i or None for i in ids)
    total = sums[dt.datetime.fromtimestamp(start, dt.UTC), *values]
    for metric, number in numbers.items():
        total[metric] = total.get(metric, 0) + number if number is not None else None


def stored(
    store: Store,
    source: Source,
    window: Window,
    by: tuple[str, ...] = (),
    grain: Grain = Grain.DAY,
    filters: Filters = EVERYTHING,
) -> Sums:
    """Return what the store answers, in the same shape."""
    rows = answer(store, Question(source.name, window, grain, by, filters=filters)).to_pylist()
    return {(row["start"], *(row[d] for d in by)): {m: row[m] for m in source.metric_names} for row in rows}


GROUPINGS = [
    (source, by)
    for source in SOURCES.values()
    for by in dict.fromkeys([(), *((d,) for d in source.dimensions), source.dimensions])
]


@pytest.mark.parametrize(
    ("source", "by"), GROUPINGS, ids=[f"{s.name} by {','.join(b)}" for s, b in GROUPINGS]
)
def test_the_sdk_and_the_store_agree_on_every_day_however_it_is_grouped(
    sdk: OpenAI, store: Store, source: Source, by: tuple[str, ...]
) -> None:
    expected = told(sdk, source, DAYS, by)

    assert len({start for start, *_ in expected}) == DAYS.days
    assert stored(store, source, DAYS, by) == expected


def test_the_sdk_follows_pages_to_the_empty_one_that_costs_end_with(sdk: OpenAI) -> None:
    assert [len(page) for page in pages(sdk, "completions", **asked(DAYS))] == [5, 5]
    assert [len(page) for page in bills(sdk, **asked(DAYS))] == [5, 5, 0]


def test_the_sdk_and_the_store_agree_on_hours(sdk: OpenAI, store: Store) -> None:
    source, by = SOURCES["completions"], ("model",)

    expected = told(sdk, source, HOURS, by, bucket_width="1h", limit=24)

    assert {start.hour for start, _ in expected} == set(range(24))
    assert stored(store, source, HOURS, by, Grain.HOUR) == expected


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_sdk_and_the_store_agree_on_a_day_that_is_not_over(
    sdk: OpenAI, store: Store, source: Source
) -> None:
    assert stored(store, source, TODAY) == told(sdk, source, TODAY, ())


def test_the_sdk_and_the_store_agree_on_filtered_usage(sdk: OpenAI, store: Store) -> None:
    source = SOURCES["completions"]
    models, projects = (
        tuple(value for (_, value) in stored(store, source, HOURS, (dimension,)))[:3]
        for dimension in ("model", "project_id")
    )

    expected = told(sdk, source, DAYS, ("user_id",), models=models, project_ids=projects, batch=False)

    filters = Filters.of({"model": models, "project_id": projects, "batch": ["false"]})
    assert expected
    assert stored(store, source, DAYS, ("user_id",), filters=filters) == expected


def test_the_sdk_and_the_store_agree_on_filtered_costs(sdk: OpenAI, store: Store) -> None:
    source = SOURCES["costs"]
    items = [item for (_, item) in stored(store, source, HOURS, ("line_item",))][:3]

    expected = told(sdk, source, DAYS, ("line_item",), line_items=items)

    assert {item for _, item in expected} == set(items)
    assert stored(store, source, DAYS, ("line_item",), filters=Filters.of({"line_item": items})) == expected


def test_the_sdk_and_the_store_agree_on_projects(sdk: OpenAI, store: Store) -> None:
    listed = sdk.admin.organization.projects.list(include_archived=True, limit=A_PAGE)

    expected = {(p.id, p.name, p.status == "archived") for p in listed}

    assert {(n.id, n.name, n.archived) for n in names(store, "project")} == expected
    assert {archived for _, _, archived in expected} == {True, False}


def test_the_sdk_and_the_store_agree_on_users(sdk: OpenAI, store: Store) -> None:
    expected = {(u.id, u.name, u.email) for u in sdk.admin.organization.users.list(limit=A_PAGE)}
    owners = {
        (user.id, user.name, user.email) for _, key in keys(sdk) if (user := key.owner.user) is not None
    }

    assert {(n.id, n.name, n.detail) for n in names(store, "user")} == expected | owners


def test_the_sdk_and_the_store_agree_on_project_keys(sdk: OpenAI, store: Store) -> None:
    expected = {
        (k.id, k.name, k.redacted_value, project, (k.owner.user or k.owner.service_account).id)
        for project, k in keys(sdk)
    }

    found = names(store, "api_key")
    assert {(n.id, n.name, n.detail, n.project_id, n.owner_id) for n in found} == expected
    assert len(found) == len(expected)


def test_the_sdk_and_the_store_agree_on_service_accounts(sdk: OpenAI, store: Store) -> None:
    expected = {
        (account.id, account.name, project)
        for project in active(sdk)
        for account in sdk.admin.organization.projects.service_accounts.list(project, limit=A_PAGE)
    }

    assert expected
    assert {(n.id, n.name, n.project_id) for n in names(store, "service_account")} == expected


def names(store: Store, kind: str) -> list[Name]:
    return [name for name in store.names() if name.kind == kind]


def active(sdk: OpenAI) -> list[str]:
    return [project.id for project in sdk.admin.organization.projects.list(limit=A_PAGE)]


def keys(sdk: OpenAI) -> Iterator[tuple[str, Any]]:
    """Yield each project's id with each of its keys, whether or not their owners still have access."""
    for project in active(sdk):
        listed = sdk.admin.organization.projects.api_keys.list(
            project, owner_project_access="any", limit=A_PAGE
        )
        yield from ((project, key) for key in listed)
