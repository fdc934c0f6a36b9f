"""What Prometheus reads of the app, and who is told it."""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import pytest
import streamlit as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib.answers import instance
from lib.answers.latest_days import DayFigure, Latest
from lib.errors import StoreError
from lib.openai_admin.request_tally import RequestTally
from lib.ui import exposition, page_times
from lib.ui.middleware import Guard
from lib.ui.operating import ROUTES
from tests.access.test_declared import AUTH

ROOT = Path(__file__).parents[2]
TOKEN = "t" * 24
LATEST = (
    Latest("", 60.5, (DayFigure(0, 'The "best"\\', "gpt-6-sol", Decimal("1.5"), 7),)),
    Latest("acme", None, ()),
)
HEADER = {"email_header": "X-Email", "rule": [{"emails": ["ada@example.com"], "role": "admin"}]}


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path))
    monkeypatch.setattr(exposition, "latest_days", lambda: LATEST)
    monkeypatch.setattr(exposition, "OF_PROCESS", RequestTally())
    monkeypatch.setattr(page_times, "_times", {})
    yield
    st.cache_resource.clear()


def samples() -> dict[tuple[str, tuple[str, ...]], float]:
    """Return the value of each series by its name and its labels' values, sorted by their names."""
    return {
        (
            sample.name.removeprefix("openai_usage_"),
            tuple(sample.labels[name] for name in sorted(sample.labels)),
        ): sample.value
        for family in text_string_to_metric_families(exposition.exposition().decode())
        for sample in family.samples
    }


def test_the_latest_days_are_told_by_organization_project_and_model() -> None:
    found = samples()

    assert found["ready", ()] == 1
    assert found["spend_usd", ("0", "gpt-6-sol", "", 'The "best"\\')] == 1.5
    assert [value for (name, _), value in found.items() if name == "tokens"] == [7]
    assert {labels: v for (name, labels), v in found.items() if name == "sync_age_seconds"} == {("",): 60.5}


def test_requests_and_pages_are_told_as_they_were_counted() -> None:
    exposition.OF_PROCESS.sent(is_retry=False)
    exposition.OF_PROCESS.sent(is_retry=True)
    exposition.OF_PROCESS.answered(429)
    page_times.count("costs", 0.3)

    found = samples()

    assert (found["api_requests_total", ()], found["api_retries_total", ()]) == (2, 1)
    assert found["api_responses_total", ("429",)] == 1
    assert (found["page_seconds_count", ("costs",)], found["page_seconds_sum", ("costs",)]) == (1, 0.3)
    assert [found["page_seconds_bucket", (bound, "costs")] for bound in ("0.25", "0.5")] == [0, 1]


def test_a_store_that_fails_hides_nothing_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> NoReturn:
        raise StoreError("The disk is gone.")

    monkeypatch.setattr(exposition, "latest_days", failing)

    found = samples()

    assert (found["ready", ()], found["api_requests_total", ()]) == (0, 0)
    assert [name for name, _ in found if name == "spend_usd"] == []


@pytest.mark.parametrize(
    ("secrets", "sent", "status"),
    [
        ({}, None, 200),
        ({"access": {"open": True}}, None, 200),
        ({"access": HEADER}, None, 403),
        ({"access": HEADER}, f"Bearer {TOKEN}", 403),
        ({"auth": AUTH}, None, 403),
        *[
            ({**access, "metrics": {"token": TOKEN}}, sent, status)
            for access in ({}, {"access": HEADER}, {"auth": AUTH})
            for sent, status in [
                (None, 403),
                (f"Bearer {TOKEN}", 200),
                (f"bearer  {TOKEN}", 200),
                (f"Bearer {TOKEN}t", 403),
                (f"Basic {TOKEN}", 403),
                (TOKEN, 403),
                ("Bearer ", 403),
                ("Bearer tökén", 403),
            ]
        ],
        ({"metrics": {"token": "short"}}, "Bearer short", 503),
        ({"access": {"open": "perhaps"}}, None, 503),
    ],
)
def test_the_metrics_are_for_everybody_where_pages_are_else_for_the_token(
    monkeypatch: pytest.MonkeyPatch, secrets: dict[str, Any], sent: str | None, status: int
) -> None:
    monkeypatch.setattr(instance, "read_secrets", lambda: secrets)
    client = TestClient(
        Starlette(routes=ROUTES, middleware=[Middleware(Guard)]), base_url="http://localhost:8501"
    )

    answered = client.get("/metrics", headers={"Authorization": sent.encode()} if sent else {})

    assert answered.status_code == status
    assert answered.text.startswith(
        {200: "# HELP openai_usage_ready", 403: "The metrics need a token", 503: "A setting needs"}[status]
    )


def test_what_puts_metrics_into_words_is_loaded_only_when_they_are_asked_for() -> None:
    asked = "import lib.ui, lib.ui.operating, sys; print('prometheus_client' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
