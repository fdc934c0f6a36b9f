"""One process has one store and one syncer for each of its settings."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from lib.answers import instance
from lib.errors import SettingsError
from lib.store.snapshot import Snapshot
from tests.tiny_api import KEY, TinyApi


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    with TinyApi() as server:
        monkeypatch.setattr(instance, "read_secrets", dict)
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        yield server


@pytest.mark.usefixtures("api")
def test_everybody_shares_one_backend_until_a_setting_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = instance.open_backend()

    assert instance.open_backend() is first
    assert first.store.uri == str(tmp_path / "store")

    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "other"))

    assert instance.open_backend().store.uri == str(tmp_path / "other")


@pytest.mark.usefixtures("api")
def test_a_page_looks_at_the_store_once_and_fetches_like_all() -> None:
    backend = instance.open_backend()

    seen = backend.at_once()

    assert isinstance(seen.store, Snapshot)
    assert (seen.settings, seen.syncer, seen.store.uri) == (
        backend.settings,
        backend.syncer,
        backend.store.uri,
    )


@pytest.mark.usefixtures("api")
def test_a_setting_that_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")

    with pytest.raises(SettingsError):
        instance.open_backend()


def test_now_is_in_utc() -> None:
    assert instance.now().tzinfo is dt.UTC
