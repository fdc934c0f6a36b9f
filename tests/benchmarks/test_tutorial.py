"""What OpenAI's tutorial on the usage API computes, the app computes too, to the last token and cent.

The tutorial is the cookbook's `completions_usage_api`. Its side is written here as its reader would
write it: a bare loop on `next_page`, buckets flattened into a frame, sums by pandas.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
import streamlit as st

from lib import charts
from lib.analysis import breakdown
from lib.answers import trends
from lib.answers.instance import Backend
from lib.answers.reading import Reading
from lib.answers.view import View
from lib.catalog.dimensions import CREDITS
from lib.catalog.measures import MEASURES, Measure
from lib.catalog.sources import SOURCES
from lib.demo.server.http_server import DemoServer
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.plan import Need
from lib.sync.run import run
from lib.sync.scheduling import Limits
from lib.wording.numbers import by_unit
from tests.fixed_rows import FixedRows

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
MONTH = Window(dt.date(2026, 10, 24), dt.date(2026, 11, 24))
SPEND = MEASURES["spend"]


def of_completions(measure: Measure) -> Measure:
    """Return the part of a measure that the tutorial looks at."""
    return replace(measure, terms=tuple(t for t in measure.terms if t.source == "completions"))


REQUESTS = of_completions(MEASURES["requests"])


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW) as server:
        yield server


@pytest.fixture(scope="module")
def reading(demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    with opened(demo, str(tmp_path_factory.mktemp("store"))) as reading:
        yield reading


@contextmanager
def opened(server: DemoServer, uri: str) -> Iterator[Reading]:
    """Give what the pages read of the last 31 days, today included, without filters."""
    st.cache_data.clear()
    settings = Settings(admin_key=server.admin_key, base_url=server.base_url, store_uri=uri)
    client = AdminClient(server.admin_key, server.base_url, now=lambda: NOW)
    backend = Backend(settings, Store(uri), Syncer(client, Store(uri), settings, now=lambda: NOW))
    needs = [Need(name, Width.DAY, MONTH) for name in ("completions", "costs")]
    assert not run(client, backend.store, needs, now=NOW, limits=Limits(2)).failures
    yield Reading(backend, View(MONTH, NOW.date(), Grain.DAY))
    client.close()
    st.cache_data.clear()


def get_data(server: DemoServer, source: str, **params: Any) -> list[dict[str, Any]]:
    """Return every bucket from the first day to now, as the tutorial's loop collects them."""
    url = server.base_url + SOURCES[source].path
    headers = {"Authorization": f"Bearer {server.admin_key}"}
    params = {"start_time": MONTH.start_time, "bucket_width": "1d", **params}
    buckets: list[dict[str, Any]] = []
    while True:
        response = requests.get(url, headers=headers, params=params, timeout=30)
        response.raise_for_status()
        answer = response.json()
        buckets += answer["data"]
        if not answer["next_page"]:
            return buckets
        params["page"] = answer["next_page"]


def flat(buckets: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a row for each result of each bucket, amounts as Decimal."""
    rows = [
        {"start": pd.Timestamp(bucket["start_time"], unit="s", tz="UTC"), **result}
        for bucket in buckets
        for result in bucket["results"]
    ]
    frame = pd.DataFrame(rows)
    if "amount" in frame:
        frame["cost"] = [Decimal(str(amount["value"])) for amount in frame["amount"]]
    return frame


@pytest.fixture(scope="module")
def usage(demo: DemoServer) -> pd.DataFrame:
    return flat(get_data(demo, "completions", limit=7))


@pytest.fixture(scope="module")
def by_model_and_project(demo: DemoServer) -> pd.DataFrame:
    return flat(get_data(demo, "completions", limit=7, group_by=["model", "project_id"]))


@pytest.fixture(scope="module")
def costs(demo: DemoServer) -> pd.DataFrame:
    return flat(get_data(demo, "costs", limit=30))


@pytest.fixture(scope="module")
def by_line_item(demo: DemoServer) -> pd.DataFrame:
    return flat(get_data(demo, "costs", limit=30, group_by=["line_item"]))


def series(frame: pd.DataFrame) -> dict[pd.Timestamp, Any]:
    return dict(zip(frame["start"], frame["value"], strict=True))


def by_day(frame: pd.DataFrame, metric: str) -> dict[pd.Timestamp, Any]:
    return frame.groupby("start")[metric].sum().to_dict()


@pytest.mark.parametrize("metric", ["input_tokens", "output_tokens"])
def test_tokens_of_each_day_are_the_tutorials(reading: Reading, usage: pd.DataFrame, metric: str) -> None:
    by_source, sources = trends.by_source(reading, MEASURES[metric])

    assert "Completions" in sources
    ours = series(by_source.loc[by_source["group"] == "Completions"])
    assert ours == by_day(usage, metric)
    assert len(ours) == MONTH.days


def test_requests_by_model_and_project_are_the_tutorials(
    reading: Reading, by_model_and_project: pd.DataFrame
) -> None:
    theirs = by_model_and_project.groupby(["model", "project_id"])["num_model_requests"].sum()

    parts = reading.parts([REQUESTS], by=("model", "project_id"))
    ours = breakdown.by_two(parts, REQUESTS, "model", "project_id", most=100)

    assert ours.set_index(["first", "second"])["value"].to_dict() == theirs.to_dict()


def test_the_legend_holds_the_tutorials_total_of_each_project(
    reading: Reading, by_model_and_project: pd.DataFrame
) -> None:
    totals = by_model_and_project.groupby("project_id")["num_model_requests"].sum()

    parts = reading.parts([REQUESTS], by=("model", "project_id"))
    two = breakdown.by_two(parts, REQUESTS, "model", "project_id", most=100)
    chart = charts.stacked_chart(
        breakdown.relabelled(two, {}),
        unit=REQUESTS.unit,
        value_title="Requests",
        first_title="Model",
        second_title="Project",
    )

    legend = chart.to_dict()["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert sorted(legend) == sorted(f"{p} · {by_unit(n, REQUESTS.unit)}" for p, n in totals.items())


def test_projects_beyond_the_largest_are_the_rest_of_the_tutorials(
    reading: Reading, by_model_and_project: pd.DataFrame
) -> None:
    totals = by_model_and_project.groupby("project_id")["num_model_requests"].sum()
    largest = totals.sort_values(ascending=False).head(4)

    parts = reading.parts([REQUESTS], by=("model", "project_id"))
    ours = breakdown.by_two(parts, REQUESTS, "model", "project_id", most=4)

    assert len(totals) > 4
    assert ours.groupby("second")["value"].sum().to_dict() == {
        **largest.to_dict(),
        "Other": totals.sum() - largest.sum(),
    }


def distribution(requests_by: pd.DataFrame, key: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the tutorial's two pies: the large parts with "Other", and what is in it."""
    grouped = requests_by.groupby(key).agg({"num_model_requests": "sum"}).reset_index()
    grouped = grouped[grouped["num_model_requests"] > 0]
    percentage = grouped["num_model_requests"] / grouped["num_model_requests"].sum() * 100
    main, other = (
        rows.set_index(key)["num_model_requests"].to_dict()
        for rows in (grouped[percentage >= 5], grouped[percentage < 5])
    )
    return ({**main, "Other": sum(other.values())} if other else main), other


@pytest.mark.parametrize("key", ["project_id", "model"])
def test_everything_below_five_per_cent_is_the_tutorials_other(
    reading: Reading, by_model_and_project: pd.DataFrame, key: str
) -> None:
    main, other = distribution(by_model_and_project, key)
    whole = sum(main.values())

    parts = reading.parts([REQUESTS], by=(key,))
    shares, others = (f(parts, REQUESTS, key) for f in (breakdown.shares, breakdown.others))

    assert len(main) > 2
    assert len(other) > 2
    assert dict(zip(shares["group"], shares["value"], strict=True)) == main
    assert dict(zip(others["group"], others["value"], strict=True)) == other
    for frame in (shares, others):
        assert list(frame["share"]) == [value / whole for value in frame["value"]]


def test_costs_of_each_day_are_the_tutorials(reading: Reading, costs: pd.DataFrame) -> None:
    ours = series(reading.over_time(SPEND))

    assert ours == by_day(costs, "cost")
    assert len(ours) == MONTH.days
    assert sum(ours.values()) == reading.change(SPEND).now


def credits_apart(by_line_item: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what is credited as a line item of its own name."""
    totals = by_line_item.groupby("line_item")["cost"].transform("sum")
    return by_line_item.assign(line_item=by_line_item["line_item"].where(totals >= 0, CREDITS))


def test_costs_of_each_day_by_line_item_are_the_tutorials(
    reading: Reading, by_line_item: pd.DataFrame
) -> None:
    apart = credits_apart(by_line_item)
    theirs = apart.groupby(["start", "line_item"])["cost"].sum()

    ours, items = reading.by_group(SPEND, "line_item", most=1000)

    billed = ours.loc[[bool(v) for v in ours["value"]]]
    assert billed.set_index(["start", "group"])["value"].to_dict() == theirs[theirs != 0].to_dict()
    totals = apart.groupby("line_item")["cost"].sum().abs()
    assert items == sorted(totals.index, key=lambda item: (item == CREDITS, -totals[item], item))


def test_line_items_beyond_the_ninth_largest_are_the_rest_of_the_day(
    reading: Reading, costs: pd.DataFrame, by_line_item: pd.DataFrame
) -> None:
    ours, items = reading.by_group(SPEND, "line_item")

    wide = ours.pivot_table(index="start", columns="group", values="value", aggfunc="sum")
    apart = credits_apart(by_line_item)
    theirs = apart[apart["line_item"].isin(items)].groupby("start")["cost"].sum()
    assert items[-2:] == ["Other", CREDITS]
    assert len(items) == 11
    assert wide["Other"].to_dict() == {
        day: total - theirs[day] for day, total in by_day(costs, "cost").items()
    }


def test_a_part_of_exactly_five_per_cent_stands_for_itself(tmp_path: Path) -> None:
    counts = {"proj_a": 90, "proj_b": 5, "proj_c": 4, "proj_d": 1, "proj_e": 0}
    rows = [{"project_id": p, "num_model_requests": n} for p, n in counts.items()]
    organization = FixedRows({"completions": {dt.date(2026, 11, 2): rows}})
    with DemoServer(now=lambda: NOW, organization=organization) as server:
        main, other = distribution(flat(get_data(server, "completions", group_by="project_id")), "project_id")
        with opened(server, str(tmp_path)) as reading:
            parts = reading.parts([REQUESTS], by=("project_id",))

    shares, others = (f(parts, REQUESTS, "project_id") for f in (breakdown.shares, breakdown.others))
    assert dict(zip(shares["group"], shares["value"], strict=True)) == main
    assert main == {"proj_a": 90, "proj_b": 5, "Other": 5}
    assert dict(zip(others["group"], others["value"], strict=True)) == other == {"proj_c": 4, "proj_d": 1}
