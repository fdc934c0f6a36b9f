import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.sources import SOURCES
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_limits, sync_names
from lib.sync.plan import Need
from lib.sync.report import Report
from lib.sync.run import run
from lib.sync.scheduling import Limits
from tests.loopback import error
from tests.tiny_api import TinyApi

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
DAYS = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 4))
REFUSED = (
    "The key belongs to the organization org-b, and the store {} holds the rows of org-a. Nothing was "
    "stored. Give org-b a store of its own: name another folder as [store] uri in .streamlit/secrets.toml or "
    "as USAGE_STORE_URI."
)


def organization(name: str | None) -> Iterator[TinyApi]:
    with TinyApi() as server:
        server.projects = [
            {"id": f"proj_{name}", "object": "organization.project", "name": name, "status": "active"}
        ]
        for day in DAYS:
            server.put("embeddings", day, {"input_tokens": 5})
            server.put("costs", day, {"amount": {"value": 1}, "organization_id": name})
        yield server


@pytest.fixture
def ours() -> Iterator[TinyApi]:
    yield from organization("org-a")


@pytest.fixture
def theirs() -> Iterator[TinyApi]:
    yield from organization("org-b")


@pytest.fixture
def nobodys() -> Iterator[TinyApi]:
    yield from organization(None)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "store")


def sync(api: TinyApi, store: Store, *sources: str) -> Report:
    needs = [Need(source, Width.DAY, DAYS) for source in sources or ("costs", "embeddings")]
    return run(api.client(), store, needs, now=NOW, limits=Limits(2))


def rows(store: Store) -> list[int]:
    return [store.row_count(SOURCES[name], Width.DAY) for name in ("costs", "embeddings")]


def everything(folder: str) -> dict[str, Any]:
    return {
        str(file): file.stat().st_size
        for file in Path(folder).rglob("*")
        if file.is_file() and "refusals" not in file.parts
    }


def test_a_store_learns_whose_it_is_from_the_bill(ours: TinyApi, folder: str) -> None:
    store = Store(folder, "key a")
    assert store.organization() is None

    sync(ours, store)

    assert Store(folder).organization() == "org-a"


def test_another_organizations_key_is_refused_and_nothing_of_it_is_written(
    ours: TinyApi, theirs: TinyApi, folder: str
) -> None:
    sync(ours, Store(folder, "key a"))
    before = everything(folder)

    report = sync(theirs, Store(folder, "key b"))

    assert report.failures == dict.fromkeys(["costs", "embeddings"], REFUSED.format(folder))
    assert theirs.asked == ["costs"]
    assert everything(folder) == before


def test_usage_names_no_organization_and_is_refused_all_the_same(
    ours: TinyApi, theirs: TinyApi, folder: str
) -> None:
    sync(ours, Store(folder, "key a"))

    report = sync(theirs, Store(folder, "key b"), "embeddings")

    assert report.failures == {"embeddings": REFUSED.format(folder)}
    assert rows(Store(folder)) == [3, 3]


def test_names_and_limits_of_another_organization_are_refused(
    ours: TinyApi, theirs: TinyApi, folder: str
) -> None:
    sync(ours, Store(folder, "key a"))
    store = Store(folder, "key b")

    assert sync_names(theirs.client(), store, now=NOW) == (REFUSED.format(folder),)
    assert sync_limits(theirs.client(), store, now=NOW) == (REFUSED.format(folder),)
    assert store.names() == []
    assert store.limits().read_at is None


def test_another_key_of_the_same_organization_is_asked_for_a_week_of_the_bill_once(
    ours: TinyApi, folder: str
) -> None:
    sync(ours, Store(folder, "key a"))
    ours.asked.clear()

    assert sync(ours, Store(folder, "key c"), "embeddings").failures == {}
    assert ours.asked == ["costs", "embeddings"]
    assert sync(ours, Store(folder, "key c"), "embeddings").failures == {}
    assert ours.asked == ["costs", "embeddings", "embeddings"]


def test_the_key_that_filled_a_store_is_not_asked_whose_it_is(ours: TinyApi, folder: str) -> None:
    sync(ours, Store(folder, "key a"))
    sync(ours, Store(folder, "key a"), "embeddings")

    assert sorted(ours.asked) == ["costs", "embeddings", "embeddings"]


def test_a_key_that_may_not_read_the_bill_is_taken(ours: TinyApi, theirs: TinyApi, folder: str) -> None:
    sync(ours, Store(folder, "key a"))
    refusal = error(403, "Missing scopes: api.usage.read.", code=None)
    theirs.before = lambda _nth, source: refusal if source == "costs" else None

    assert sync(theirs, Store(folder, "key b"), "embeddings").failures == {}


def test_where_the_api_does_not_answer_whose_key_it_is_nothing_is_stored(
    ours: TinyApi, theirs: TinyApi, folder: str
) -> None:
    sync(ours, Store(folder, "key a"))
    theirs.before = lambda _nth, source: error(500, "Sorry.") if source == "costs" else None

    assert list(sync(theirs, Store(folder, "key b"), "embeddings").failures) == ["embeddings"]
    assert theirs.asked.count("embeddings") == 0


def test_rows_that_name_no_organization_are_taken(nobodys: TinyApi, ours: TinyApi, folder: str) -> None:
    sync(nobodys, Store(folder, "key n"))
    assert Store(folder).organization() is None
    sync(ours, Store(folder, "key a"))

    assert sync(nobodys, Store(folder, "key n")).failures == {}
    assert rows(Store(folder)) == [3, 3]
