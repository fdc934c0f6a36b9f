"""What holds of an endpoint of one declaration; run by `test_made_up_endpoint` in a process of its own."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.allocation.by_units import allocate
from lib.analysis.allocation.meters import METERED
from lib.analysis.allocation.shares import MONEY, Basis
from lib.analysis.frames import framed
from lib.analysis.reconciliation.causes import CAUSES, Cause, reconcile
from lib.analysis.reconciliation.lines import COUNTED
from lib.catalog.line_items import parse
from lib.catalog.list_prices import unit_price
from lib.catalog.measures import MEASURES
from lib.catalog.schemas import MONEY as USD
from lib.catalog.sources import SOURCES
from lib.cli.main import main
from lib.demo.server.http_server import DemoServer
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.openai_admin import AdminClient
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.store.usage_store import Store
from lib.sync.plan import Need
from lib.sync.run import run
from lib.sync.scheduling import Limits
from tests.pages import organization
from tests.pages.conftest import Open
from tests.tiny_api import KEY, TinyApi

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 2)
DAYS = Window(DAY, dt.date(2026, 11, 4))
START = pd.Timestamp(DAY, tz="UTC")
NAME, LINE = "video_generations", "video generation"


@pytest.fixture
def api() -> Iterator[TinyApi]:
    with TinyApi() as server:
        server.put(
            NAME,
            DAY,
            {"project_id": "proj_a", "model": "whisper-1", "video_seconds": 30, "num_model_requests": 2},
            {"project_id": "proj_b", "model": "whisper-1", "video_seconds": 10, "num_model_requests": 1},
        )
        yield server


def test_it_is_fetched_and_stored(api: TinyApi, tmp_path: Path) -> None:
    store = Store(str(tmp_path))

    report = run(api.client(), store, [Need(NAME, Width.DAY, DAYS)], now=NOW, limits=Limits(1))

    assert report.failures == {}
    assert answer(store, Question(NAME, DAYS, by=("project_id",))).to_pylist() == [
        {"project_id": "proj_a", "video_seconds": 30, "num_model_requests": 2},
        {"project_id": "proj_b", "video_seconds": 10, "num_model_requests": 1},
    ]


def test_it_is_exported(
    api: TinyApi,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", api.base_url)
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
    days = ["--start", "2026-11-02", "--end", "2026-11-03"]
    assert main(["sync", "--source", NAME, *days]) == 0
    capsysbinary.readouterr()

    assert main(["export", NAME, "--by", "project_id", *days, "--format", "csv", "--output", "-"]) == 0

    told = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert [(row["project_id"], row["video_seconds"]) for row in told] == [("proj_a", "30"), ("proj_b", "10")]


def test_it_is_drawn(
    open_page: Open, words: Callable[[AppTest], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = organization.WHO | {"model": "whisper-1", "video_seconds": 40, "num_model_requests": 3}
    monkeypatch.setattr(organization, "ROWS", organization.ROWS | {NAME: [row]})

    app = open_page("usage", organization.ready)

    assert not app.exception
    assert "Video made" in [heading.value for heading in app.subheader]
    assert "Seconds of video made." in words(app)
    assert "No video made" not in words(app)


def test_its_requests_are_counted_among_all_requests() -> None:
    assert NAME in {source.name for source in MEASURES["requests"].sources}
    assert "speech, transcription and video. Web searches" in MEASURES["requests"].definition
    assert MEASURES["video_seconds"].sources == (SOURCES[NAME],)


def test_it_is_priced() -> None:
    assert unit_price("whisper-1", DAY, "video_seconds") == Decimal("0.0001")


def test_its_bill_is_shared_out_over_its_usage() -> None:
    billed = pa.table(
        {
            "start": [START],
            "project_id": ["proj_a"],
            "line_item": [LINE],
            MONEY: pa.array([Decimal(4)], USD),
        }
    )
    used = pa.table(
        {
            "start": [START] * 2,
            "project_id": ["proj_a"] * 2,
            "model": ["whisper-1"] * 2,
            "api_key_id": ["key_a", "key_b"],
            "video_seconds": [30, 10],
        }
    )

    found = allocate(billed, {NAME: used}, ["api_key_id"])

    assert METERED[NAME] == ("video_seconds",)
    assert list(zip(found["api_key_id"], found[MONEY], found["basis"], strict=True)) == [
        ("key_a", Decimal(3), Basis.ALLOCATED),
        ("key_b", Decimal(1), Basis.ALLOCATED),
    ]


def test_its_bill_is_reconciled_at_list_prices() -> None:
    line = {"start": START, "project_id": "proj_a", "line_item": LINE}
    dollars = {"cost_usd": pa.array([Decimal("0.005")], USD), "quantity": pa.array([Decimal(50)], USD)}
    costs = pa.table({**{name: [value] for name, value in line.items()}, **dollars})
    usage = pa.table({"start": [START], "model": ["whisper-1"], "video_seconds": [40]})

    found = framed(reconcile(costs, {NAME: usage}, unit_price, set()))

    assert COUNTED[NAME] == ("model",)
    assert list(found["at_list"]) == [Decimal("0.004")]
    assert {cause: found[cause].sum() for cause in CAUSES if found[cause].sum()} == {
        Cause.UNEXPLAINED: Decimal("0.001")
    }


def test_its_line_item_is_read() -> None:
    assert parse(LINE).kind is SOURCES[NAME].billing.kind  # type: ignore[union-attr]


def test_the_demo_answers_it_with_no_traffic() -> None:
    with DemoServer(now=lambda: NOW) as server:
        client = AdminClient(server.admin_key, server.base_url, now=lambda: NOW)
        (part,) = client.fetch(SOURCES[NAME], Width.DAY, DAYS)
        client.close()

    assert (len(part.starts), part.table.num_rows) == (2, 0)
