"""What the parts of measures hold where sources differ in what they know."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st

from lib.answers import instance, loading
from lib.answers.instance import Backend
from lib.answers.loading import (
    last_refreshed,
    load_declared,
    load_page,
    load_parts,
    load_quantities,
    load_row_count,
    load_rows,
    load_table,
    load_values,
)
from lib.catalog.dimensions import UNATTRIBUTED
from lib.catalog.measures import MEASURES
from lib.catalog.schemas import schema
from lib.catalog.sources import COSTS, SOURCES, Source
from lib.engine.execution import known_values
from lib.engine.filters import EVERYTHING, Filters
from lib.engine.question import Question
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.store.records.coverage import Covered
from lib.store.records.quantities import Quantity
from lib.store.usage_store import Store
from lib.sync.background import Syncer
from lib.sync.plan import Need
from tests.stored import filled

NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
JANUARY = Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
DECEMBER = Window(dt.date(2025, 12, 1), dt.date(2026, 1, 1))
WRITES, CALLS = "completions.num_model_requests", "file_search_calls.num_requests"
STORAGE = "vector_stores.usage_bytes"
MEASURED = (MEASURES["requests"], MEASURES["file_searches"], MEASURES["usage_bytes"])


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    """Return a store in which completions know models, file searches keys, and vector stores projects."""
    st.cache_resource.clear()
    day = {"start": "2026-01-05", "project_id": "proj_a"}
    filled(
        tmp_path, "completions", day | {"model": "gpt-6-sol", "api_key_id": "key_a", "num_model_requests": 3}
    )
    filled(tmp_path, "file_search_calls", day | {"api_key_id": "key_a", "num_requests": 5})
    store = filled(tmp_path, "vector_stores", day | {"usage_bytes": 7})
    used = Settings("sk-admin-x", "http://127.0.0.1:9/v1", store.uri)
    client = AdminClient("sk-admin-x", "http://127.0.0.1:9/v1")
    yield Backend(used, store, Syncer(client, store, used, now=lambda: NOW))
    client.close()
    st.cache_resource.clear()


def columns(
    backend: Backend, by: tuple[str, ...] = (), filters: Filters = EVERYTHING
) -> dict[str, list[int]]:
    parts: pd.DataFrame = load_parts(backend, MEASURED, JANUARY, by=by, filters=filters)
    return {name: list(parts[name]) for name in (WRITES, CALLS, STORAGE) if name in parts}


def test_every_source_has_its_rows_by_what_all_of_them_know(backend: Backend) -> None:
    assert columns(backend, ("project_id",)) == {WRITES: [3], CALLS: [5], STORAGE: [7]}


def test_a_source_that_does_not_know_a_dimension_has_no_rows_by_it(backend: Backend) -> None:
    assert columns(backend, ("api_key_id",)) == {WRITES: [3], CALLS: [5]}
    assert columns(backend, ("model",)) == {WRITES: [3]}


@pytest.mark.parametrize("value", ["gpt-6-sol", None])
def test_a_source_that_does_not_know_a_dimension_has_no_rows_when_filtered_by_it(
    backend: Backend, value: str | None
) -> None:
    found = columns(backend, filters=Filters.of({"model": [value]}))

    assert CALLS not in found
    assert STORAGE not in found


def test_rows_without_a_value_are_named(backend: Backend) -> None:
    filled(Path(backend.store.uri), "embeddings", {"start": "2026-01-05", "num_model_requests": 1})

    parts = load_parts(backend, [MEASURES["requests"]], JANUARY, by=("project_id",))

    assert list(parts["project_id"]) == [UNATTRIBUTED, "proj_a"]


def rows(backend: Backend, filters: Filters) -> list[pa.Table]:
    return load_rows(backend, MEASURED, JANUARY, grain=Grain.DAY, by=("project_id",), filters=filters)


def test_rows_of_each_source_stand_apart(backend: Backend) -> None:
    found = rows(backend, EVERYTHING)

    assert [table.drop_columns(["start"]).to_pylist() for table in found if len(table)] == [
        [{"project_id": "proj_a", WRITES: 3}],
        [{"project_id": "proj_a", CALLS: 5}],
        [{"project_id": "proj_a", STORAGE: 7}],
    ]


def test_filters_that_no_source_knows_together_leave_no_rows(backend: Backend) -> None:
    found = rows(backend, Filters.of({"model": ["gpt-6-sol"], "line_item": ["x"], "batch": ["true"]}))

    assert [(table.num_rows, table.column_names) for table in found] == [(0, ["start", "project_id"])]


def test_pages_of_rows_are_frames_with_ids_as_text(backend: Backend) -> None:
    question = Question("completions", JANUARY, by=("project_id", "user_id"), metrics=("num_model_requests",))

    frame = load_page(backend, question, 0, 10)

    assert load_row_count(backend, question) == 1
    assert frame.to_dict("records") == [
        {"project_id": "proj_a", "user_id": UNATTRIBUTED, "num_model_requests": 3}
    ]


def test_a_page_was_refreshed_when_the_need_that_waits_longest_was(backend: Backend) -> None:
    january = [Need(SOURCES[name], Width.DAY, JANUARY) for name in ("costs", "completions", "images")]
    moments = [NOW - dt.timedelta(hours=hours) for hours in (1, 5)]
    for need, moment in zip(january, moments, strict=False):
        backend.store.mark([Covered(need.source.name, Width.DAY, JANUARY.first, JANUARY.end, moment)])

    assert last_refreshed(backend, january) == moments[1]
    assert last_refreshed(backend, january[2:]) is None


def test_days_that_are_final_do_not_make_a_page_look_old(backend: Backend) -> None:
    today = Window(NOW.date(), NOW.date() + dt.timedelta(days=1))
    now, before = (Need(COSTS.name, Width.DAY, window) for window in (today, DECEMBER))
    for need, moment in ((now, NOW - dt.timedelta(minutes=5)), (before, NOW - dt.timedelta(days=2))):
        backend.store.mark([Covered("costs", Width.DAY, need.window.first, need.window.end, moment)])

    assert last_refreshed(backend, [now, before]) == NOW - dt.timedelta(minutes=5)


def test_an_answer_is_kept_until_rows_of_its_days_change(backend: Backend) -> None:
    question = Question("completions", JANUARY, metrics=("num_model_requests",))
    first = load_table(backend, question)

    add(backend, dt.date(2026, 2, 5), 9)
    assert load_table(backend, question) is first

    add(backend, dt.date(2026, 1, 6), 9)
    assert load_table(backend, question).to_pylist() == [{"num_model_requests": 12}]


def add(backend: Backend, day: dt.date, requests: int) -> None:
    """Store requests of one more day."""
    source, window = SOURCES["completions"], Window(day, day + dt.timedelta(1))
    with tempfile.TemporaryDirectory() as folder:
        other = filled(Path(folder), source.name, {"start": f"{day}", "num_model_requests": requests})
        rows = other.rows(source, Width.DAY, window, schema(source).names)
    backend.store.replace(source, Width.DAY, window, rows)


def test_the_budgets_that_hold_are_those_of_the_file_and_the_store(backend: Backend, tmp_path: Path) -> None:
    file = tmp_path / "budgets.toml"
    file.write_text("version = 1\n[[budget]]\namount = 5\n")
    settings = replace(backend.settings, budgets_file=file)

    assert [b.amount for b in load_declared(replace(backend, settings=settings)).budgets] == [5]


def test_only_demo_data_without_quantities_has_made_up_ones(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "now", lambda: NOW)
    demo = replace(backend, settings=replace(backend.settings, admin_key=None))
    assert load_quantities(backend) == ()
    assert load_quantities(demo)[-1].day == dt.date(2026, 1, 31)

    counted = Quantity("tickets", dt.date(2026, 1, 5), Decimal(7))
    backend.store.write_quantities([counted], NOW)

    assert [(q.name, q.quantity) for q in load_quantities(demo)] == [("tickets", 7)]
    assert [(q.name, q.quantity) for q in load_quantities(backend)] == [("tickets", 7)]


def test_a_sum_that_cannot_be_held_leaves_the_other_metrics_of_its_source(backend: Backend) -> None:
    far = {"start": "2026-01-05", "num_model_requests": 3, "input_tokens": 2**62}
    filled(Path(backend.store.uri), "embeddings", far, far | {"start": "2026-01-06", "num_model_requests": 4})
    parts = load_parts(backend, [MEASURES["requests"]], JANUARY)
    assert parts["embeddings.num_model_requests"].tolist() == [7]


def test_a_fetch_of_one_source_leaves_the_values_of_the_others_as_they_are(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(store: Store, source: Source, dimensions: Sequence[str]) -> dict[str, set[str | None]]:
        asked.append(source.name)
        return known_values(store, source, dimensions)

    monkeypatch.setattr(loading, "known_values", noted)
    load_values(backend)
    assert len(asked) == len(SOURCES)
    filled(backend.store, "file_search_calls", {"start": "2026-01-05", "api_key_id": "key_b"})

    assert load_values(backend)["api_key_id"] == ("key_a", "key_b")
    assert asked[len(SOURCES) :] == ["file_search_calls"]
