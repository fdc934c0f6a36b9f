"""Text from outside with broken Unicode is replaced where it comes in, whichever way that is."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.answers import address
from lib.catalog.sources import COSTS, SOURCES
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import BadRequest
from lib.openai_admin import AdminClient
from lib.periods.grains import Grain
from lib.periods.widths import Width
from lib.periods.windows import Window, unix
from lib.store.quantity_file import read_csv
from lib.store.records.budgets import Budget
from lib.store.records.notes import Note
from lib.store.records.quantities import Quantity
from lib.store.usage_store import Store
from lib.sync.names_and_limits import sync_names
from lib.sync.plan import Need
from lib.sync.run import run
from lib.sync.scheduling import Limits
from tests.loopback import Loopback, Request, Response, bucket, page

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = Window(dt.date(2026, 11, 1), dt.date(2026, 11, 2))
SENT, KEPT = "a\ud800b", "a\ufffdb"
ROW = {
    "model": SENT,
    "line_item": SENT,
    "project_id": SENT,
    "user_id": SENT,
    "api_key_id": SENT,
    "quantity_unit": SENT,
    "input_tokens": 5,
    "amount": {"value": "1.5", "currency": "usd"},
}


def answered(request: Request) -> Response:
    """Answer every question about rows with one row, and every list with one project or key."""
    if request.query.get("start_time"):
        return page({**bucket(unix(DAY.first)), "results": [ROW]})
    listed = {"object": "list", "data": [{"id": "proj_a", "name": SENT}], "has_more": False}
    return Response(json.dumps(listed))


@pytest.fixture
def client() -> Iterator[AdminClient]:
    with Loopback(answered) as server:
        opened = AdminClient("sk-admin-test", server.base_url, now=lambda: NOW)
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("source", "dimension"),
    [
        ("completions", "model"),
        ("completions", "project_id"),
        ("completions", "user_id"),
        ("completions", "api_key_id"),
        ("costs", "line_item"),
        ("costs", "project_id"),
    ],
)
def test_rows_are_stored_with_it_replaced(
    client: AdminClient, tmp_path: Path, source: str, dimension: str
) -> None:
    store = Store(str(tmp_path))

    report = run(client, store, [Need(source, Width.DAY, DAY)], now=NOW, limits=Limits(1))

    metric = SOURCES[source].metric_names[0]
    question = Question(source, DAY, Grain.TOTAL, (dimension,), (metric,))
    assert not report.failures
    assert answer(store, question)[dimension].to_pylist() == [KEPT]


def test_names_are_stored_with_it_replaced(client: AdminClient, tmp_path: Path) -> None:
    store = Store(str(tmp_path))

    sync_names(client, store, now=NOW)

    assert KEPT in {name.name for name in store.names() if name.id == "proj_a"}


def test_a_refusal_is_quoted_with_it_replaced() -> None:
    refusal = Response(json.dumps({"error": {"message": SENT}}), 400)
    with Loopback(lambda _request: refusal) as server:
        client = AdminClient("sk-admin-test", server.base_url, now=lambda: NOW)
        with pytest.raises(BadRequest, match=KEPT):
            client.fetch(COSTS, Width.DAY, DAY)
        client.close()


def written(store: Store, what: str) -> Any:
    """Write something with broken Unicode into the store and return what is read of it."""
    match what:
        case "a note":
            note = Note("n", DAY.first, DAY.first, SENT, "", NOW)
            store.write_note(note, NOW)
            return store.notes()[0].text
        case "whoever sets a budget":
            store.write_budget(Budget("", "", 5, SENT), NOW)  # type: ignore[arg-type]  # stored as decimal
            return store.budgets()[0].who
        case _:
            store.write_quantities([Quantity(SENT, DAY.first, 5)], NOW)  # type: ignore[arg-type]
            return store.quantities()[0].name


@pytest.mark.parametrize("what", ["a note", "whoever sets a budget", "what a quantity counts"])
def test_what_people_write_is_stored_with_it_replaced(tmp_path: Path, what: str) -> None:
    assert written(Store(str(tmp_path)), what) == KEPT


def test_a_filter_of_a_link_is_read_with_it_replaced() -> None:
    choices, said = address.read({"model": [SENT], "project": [SENT]}, NOW.date())

    assert dict(choices.filters) == {"project_id": (KEPT,), "model": (KEPT,)}
    assert said == ()


@pytest.mark.parametrize("content", [b"date,name,quantity\n2026-11-01,a\xed\xa0\x80,5\n", b"\xff"])
def test_an_upload_that_is_no_text_is_refused_in_words(content: bytes) -> None:
    assert read_csv(content, NOW.date()).problems == (
        "The file is not text in UTF-8: save it as “CSV UTF-8”.",
    )
