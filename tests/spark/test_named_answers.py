"""Everything that is asked by name is told by Spark as by DuckDB, whatever it is asked about."""

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from decimal import Decimal
from typing import Any

import pytest
import streamlit as st

from lib.answers import instance
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.sources import COSTS, SOURCES
from lib.configuration.secrets_files import ROOT
from lib.demo.server.http_server import DemoServer
from lib.engine.filters import EVERYTHING, Filters
from lib.errors import AppError
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.together import Together
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.plan import Need
from lib.sync.together_syncing import Syncers
from tests.spark.cluster import Cluster
from tests.spark.named_answers import CASES, named
from tests.spark.plain_values import plain
from tests.stored import filled
from tests.synced import synced

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.timeout(1500)]

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
STORED = Window(dt.date(2026, 10, 5), dt.date(2026, 11, 24))
HOURS = Window(dt.date(2026, 11, 16), dt.date(2026, 11, 21))
PERIOD = Window(dt.date(2026, 11, 2), dt.date(2026, 11, 16))
BERLIN = Window(dt.date(2026, 11, 17), dt.date(2026, 11, 20), zone="Europe/Berlin")
TEAMS = ROOT / ".streamlit" / "teams.example.toml"
EUROS = {"currency": "eur", "other_amount": Decimal("7.77"), "cost_usd": 0}
LABS: Mapping[str, list[dict[str, Any]]] = {
    "costs": [
        {"start": "2026-11-03", "project_id": "proj_labs", "line_item": "gpt-6-sol, input", "cost_usd": 4},
        {"start": "2026-11-04", "project_id": "proj_labs", "line_item": "Goodwill credit", "cost_usd": -1},
        {"start": "2026-11-04", "project_id": None, "line_item": "gpt-6-sol, input", **EUROS},
    ],
    "completions": [
        {"start": "2026-11-03", "project_id": "proj_labs", "model": "gpt-6-sol", "input_tokens": 2**40 + 1},
        {"start": "2026-11-05", "project_id": None, "model": None, "output_tokens": 5},
    ],
}

CLIENT = AdminClient("sk-admin-test", "http://127.0.0.1:9/v1", now=lambda: NOW)
"""One for all, which asks nobody anything."""

Stores = Mapping[str, Store]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Return the demo organization's store, and that of another one with literal rows."""
    needs = [Need(name, Width.DAY, STORED) for name in SOURCES]
    needs.append(Need("completions", Width.HOUR, HOURS))
    with DemoServer(now=lambda: NOW) as server:
        acme = synced(server, tmp_path_factory.mktemp("acme"), needs, now=NOW)
    labs = Store(str(tmp_path_factory.mktemp("labs")))
    for source, rows in LABS.items():
        filled(labs, source, *rows)
    labs.mark([Covered(name, Width.DAY, STORED.first, STORED.end, NOW) for name in SOURCES])
    return {"acme": acme, "labs": labs}


def backend(stores: Stores, url: str | None) -> Backend:
    """Return what is shared of the organizations of `stores`, about which the engine at `url` answers."""
    found = {}
    for name, store in stores.items():
        own = copy(store)
        own.engine_url, own.engine_seconds, own.organizations = url, 600, (name,)
        settings = Settings("sk-admin-test", "http://127.0.0.1:9/v1", own.uri, teams_file=TEAMS)
        found[name] = Backend(settings, own, Syncer(CLIENT, own, settings, now=lambda: NOW))
    one = next(iter(found.values()))
    if len(found) == 1:
        return one.with_teams()
    both = Together({name: each.store for name, each in found.items()}, None)
    syncer = Syncers({name: each.syncer for name, each in found.items()})
    return Backend(one.settings, both, syncer).with_teams()


def seen(backend: Backend, window: Window = PERIOD, filters: Filters = EVERYTHING, **choices: Any) -> Reading:
    """Return a reading of costs and of completions."""
    view = View(window, NOW.date(), filters=filters, **choices)
    return Reading(backend, view, (COSTS, SOURCES["completions"]))


def narrowed(stores: Stores, url: str | None) -> Reading:
    whole = backend({"acme": stores["acme"]}, url)
    named = {n.name: n.id for n in whole.store.real_names() if n.kind == "project"}
    projects = [named["Customer Assistant"], named["Coding Agents"]]
    return seen(whole, filters=Filters.of({"project_id": projects, "model": [None, "gpt-6-sol"]}))


VIEWS: Mapping[str, Callable[[Stores, str | None], Reading]] = {
    "compared with the days before": lambda s, url: seen(backend({"acme": s["acme"]}, url)),
    "narrowed by filters": narrowed,
    "the rows of a team": lambda s, url: seen(
        backend({"acme": s["acme"]}, url).scoped(None, frozenset({"Growth"})), grain=Grain.WEEK
    ),
    "hours of a time zone": lambda s, url: seen(backend({"acme": s["acme"]}, url), BERLIN, grain=Grain.HOUR),
    "several organizations": lambda s, url: seen(backend(s, url)),
}


def told(name: str, reading: Reading) -> Any:
    """Return what is answered, or in which words it is not."""
    try:
        return plain(CASES[name](reading))
    except AppError as refused:
        return str(refused)


def test_everything_that_can_be_asked_by_name_has_a_case() -> None:
    assert sorted(named()) == sorted(CASES)


@pytest.mark.parametrize("view", VIEWS)
def test_everything_that_is_asked_by_name_is_told_the_same(
    stores: Stores, view: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "now", lambda: NOW)
    found = []
    for url in (None, cluster.url):
        st.cache_resource.clear()
        reading = VIEWS[view](stores, url)
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(lambda name, of=reading: told(name, of), CASES)
            found.append(dict(zip(CASES, answers, strict=True)))
    st.cache_resource.clear()

    usual, on_spark = found
    assert [name for name in CASES if on_spark[name] != usual[name]] == []
    assert sum(not isinstance(one, str) for one in usual.values()) > 60
