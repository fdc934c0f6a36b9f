"""What the server answers to machines: whether it lives, and whether it is ready."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib.answers import health, instance
from lib.periods.widths import Width
from lib.store.records.coverage import Covered
from lib.store.usage_store import Store
from lib.ui.middleware import Guard
from lib.ui.operating import ROUTES

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
TWO = {"main": {"admin_key": "sk-admin-a"}, "acme": {"admin_key": "sk-admin-b"}}
Secrets = Mapping[str, Any]
Served = Callable[[Secrets], TestClient]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Served]:
    """Return a function that serves what is for machines, where such secrets are declared."""
    monkeypatch.setattr(instance, "now", lambda: NOW)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
    app = Starlette(routes=ROUTES, middleware=[Middleware(Guard)])

    def serve(secrets: Secrets) -> TestClient:
        monkeypatch.setattr(instance, "read_secrets", lambda: secrets)
        return TestClient(app, base_url="http://localhost:8501")

    yield serve
    st.cache_resource.clear()


def with_key(**more: Any) -> Secrets:
    return {"openai": {"admin_key": "sk-admin-test", "base_url": "http://127.0.0.1:9/v1"}, **more}


def synced(folder: Path, at: dt.datetime) -> None:
    day = NOW.date()
    Store(str(folder)).mark([Covered("costs", Width.DAY, day, day + dt.timedelta(days=1), at)])


def ready(client: TestClient, path: str = "/healthz/ready") -> tuple[int, Any]:
    answered = client.get(path)
    return answered.status_code, answered.json()


@pytest.mark.parametrize("path", ["/healthz", "/healthz/ready"])
def test_a_new_instance_is_ready_without_a_sync(served: Served, path: str) -> None:
    said = {"ready": True, "settings": True, "store": True, "sync_age_seconds": None}

    assert ready(served(with_key()), path) == (200, said)


def test_the_age_of_the_last_sync_is_told_in_seconds(served: Served, tmp_path: Path) -> None:
    synced(tmp_path / "store", NOW - dt.timedelta(hours=3))
    synced(tmp_path / "store", NOW - dt.timedelta(hours=2))

    assert ready(served(with_key()))[1]["sync_age_seconds"] == 7_200


def test_a_sync_by_a_clock_that_was_ahead_is_no_seconds_old(served: Served, tmp_path: Path) -> None:
    synced(tmp_path / "store", NOW + dt.timedelta(hours=1))

    assert ready(served(with_key()))[1]["sync_age_seconds"] == 0


@pytest.mark.parametrize(("others", "age"), [(None, None), (5, 18_000), (1, 7_200)])
def test_of_several_organizations_the_one_that_waited_longest_counts(
    served: Served, tmp_path: Path, others: int | None, age: float | None
) -> None:
    folder = tmp_path / "store" / "organizations"
    synced(folder / "main", NOW - dt.timedelta(hours=2))
    if others:
        synced(folder / "acme", NOW - dt.timedelta(hours=others))

    assert ready(served({"openai": {"organizations": TWO}}))[1]["sync_age_seconds"] == age


@pytest.mark.parametrize(
    "secrets", [with_key(sync={"settle_days": "x"}), with_key(access={"open": "perhaps"}), {"openai": 1}]
)
def test_with_a_bad_setting_it_lives_and_is_not_ready(served: Served, secrets: Secrets) -> None:
    client = served(secrets)

    assert ready(client) == (
        503,
        {"ready": False, "settings": False, "store": False, "sync_age_seconds": None},
    )
    assert client.get("/healthz/live").status_code == 200


def test_a_store_whose_place_is_a_file_is_not_ready(served: Served, tmp_path: Path) -> None:
    (tmp_path / "store").touch()

    status, said = ready(served(with_key()))

    assert (status, said["settings"], said["store"]) == (503, True, False)


def test_a_store_that_cannot_be_written_is_not_ready(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(health.os, "access", lambda place, mode: asked.append((place, mode)))

    assert ready(served(with_key()))[0] == 503
    assert asked == [(tmp_path, os.W_OK | os.X_OK)]


def test_a_store_that_cannot_be_read_is_not_ready(served: Served, tmp_path: Path) -> None:
    synced(tmp_path / "store", NOW)
    for entry in (tmp_path / "store").rglob("_delta_log/*.json"):
        entry.write_text("no commit")

    assert ready(served(with_key()))[0] == 503


@pytest.mark.parametrize("path", ["/healthz", "/healthz/live", "/healthz/ready"])
@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1:8501", 200), ("10.2.3.4:8501", 200), ("evil.example.org", 400)]
)
def test_health_is_told_under_the_names_of_the_app_and_to_whoever_asks(
    served: Served, path: str, host: str, status: int
) -> None:
    signed_in = {"email_header": "X-Email", "rule": [{"emails": ["ada@example.com"], "role": "viewer"}]}

    answered = served(with_key(access=signed_in)).get(path, headers={"Host": host})

    assert answered.status_code == status
    assert answered.headers["x-content-type-options"] == "nosniff"
    if status == 200:
        assert answered.headers["cache-control"] == "no-store"
