"""Whatever an API answers is either read into what the store holds, or told in one sentence."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.schemas import schema
from lib.catalog.sources import SOURCES, Source
from lib.errors import AdminApiError, AppError
from lib.openai_admin import AdminClient
from lib.openai_admin.api_errors import explain
from lib.openai_admin.decoding import decoded
from lib.periods.widths import Width
from tests.loopback import Loopback, Response

KEY = "sk-admin-5ecret"
WINDOW_START = int(dt.datetime(2026, 1, 2, tzinfo=dt.UTC).timestamp())

NUMBERS = st.sampled_from([0, -1, 1.5, 1e300, 2**63, -(2**63) - 1, 10**40, True, WINDOW_START, 1e18])
TEXTS = st.text(max_size=5) | st.sampled_from(
    ["", "NaN", "-Infinity", "1E+30", "0E-6176", "1e999999999", "\ud800", "\0", "=1", KEY, "usd"]
)
SCALARS = st.none() | NUMBERS | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what is right five times out of six, and anything else."""
    return st.integers(0, 5).flatmap(lambda dice: right if dice else ANYTHING)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return mostly(st.fixed_dictionaries({}, optional={name: mostly(value) for name, value in fields.items()}))


RESULTS = objects(
    amount=objects(value=NUMBERS | TEXTS, currency=TEXTS),
    line_item=TEXTS,
    quantity=NUMBERS,
    project_id=TEXTS,
    batch=st.booleans(),
    model=TEXTS,
    **dict.fromkeys(("input_tokens", "num_model_requests", "images", "num_requests"), st.integers()),
)
STARTS = st.sampled_from(
    [
        WINDOW_START,
        WINDOW_START,
        float(WINDOW_START),
        0,
        -1,
        10**18,
        -(10**15),
        1e18,
        True,
        "1",
        0.5,
        None,
        [],
    ]
)
BUCKETS = st.fixed_dictionaries(
    {"start_time": STARTS}, optional={"results": mostly(st.lists(RESULTS, max_size=3))}
)
PAGES = objects(data=st.lists(BUCKETS, max_size=3), has_more=st.booleans(), next_page=st.none() | TEXTS)
BODIES = PAGES.map(lambda page: json.dumps(page).encode()) | st.binary()

ITEMS = objects(
    id=TEXTS,
    name=TEXTS,
    email=TEXTS,
    status=TEXTS,
    owner=objects(type=TEXTS, user=objects(id=TEXTS, name=TEXTS), service_account=objects(id=TEXTS)),
    redacted_value=TEXTS,
    threshold_amount=st.integers(),
    currency=TEXTS,
    interval=st.just("month"),
)
LISTS = objects(
    data=st.lists(ITEMS, max_size=3),
    has_more=st.just(value=False),
    last_id=TEXTS,
    threshold_amount=st.integers(),
    enforcement=objects(status=TEXTS),
)
ERRORS = objects(error=objects(message=TEXTS, param=TEXTS, code=TEXTS) | TEXTS)


def assert_is_a_sentence(said: str) -> None:
    assert KEY not in said
    assert said.encode().decode() == said
    assert "\n" not in said
    assert said.endswith((".", ".”", "”", "…”"))


def read_or_told(source: Source, body: bytes) -> pa.Table | str:
    """Return the rows of `body`, or the sentence that says why there are none."""
    try:
        return decoded(source, Width.DAY, body).table
    except AppError as refused:
        return str(refused)
    except ValueError:
        return "This is no JSON."  # which the connection tells from an answer that was cut short


@pytest.mark.parametrize("name", ["costs", "completions", "images"])
@given(body=BODIES)
def test_any_body_is_rows_of_the_sources_columns_or_refused(name: str, body: bytes) -> None:
    columns = [(f.name, f.type) for f in schema(SOURCES[name]) if f.name != "slice"]

    found = read_or_told(SOURCES[name], body)

    assert isinstance(found, str) or [(f.name, f.type) for f in found.schema] == columns
    if isinstance(found, str):
        assert_is_a_sentence(found)
    else:
        found.validate(full=True)


@given(st.integers(100, 999), ERRORS.map(lambda error: json.dumps(error).encode()) | st.binary())
def test_any_refusal_is_told_in_one_sentence_without_the_key(status: int, body: bytes) -> None:
    failure = explain(status, body, path="/organization/costs", key=KEY)

    assert isinstance(failure, AdminApiError)
    assert_is_a_sentence(str(failure))


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(lambda _request: Response()) as listening:
        yield listening


@settings(max_examples=50)
@given(answers=st.lists(LISTS | ANYTHING, min_size=1, max_size=4))
def test_any_lists_are_names_and_limits_or_sentences(server: Loopback, answers: list[Any]) -> None:
    server.requests.clear()
    server.handler = lambda _request: Response(answers[len(server.requests) % len(answers)])
    client = AdminClient(KEY, server.base_url, attempts=1, sleep=lambda _seconds: None)

    names = client.fetch_names()
    try:
        failures = client.fetch_limits(["proj_a"]).failures
    except AppError as failure:
        failures = (str(failure),)
    client.close()

    assert all(isinstance(text, str) and text for name in names.names for text in (name.id, name.name))
    for sentence in (*names.failures, *failures):
        assert_is_a_sentence(sentence)
