"""The demo organization's first page is fetched as the server starts; a real one is asked for nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from lib.access.rules import SignIn
from lib.answers import instance
from lib.catalog.measures import HEADLINES
from lib.errors import SettingsError, StoreError
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.sync.background import Job
from lib.sync.plan import Need
from lib.ui import head_start
from tests.answers.readings import NOW, reading_of

SHOWN = Window(dt.date(2026, 10, 25), dt.date(2026, 11, 24))
COMPARED = Window(dt.date(2026, 9, 25), dt.date(2026, 10, 25))


class Syncer:
    """Has nothing to do, and keeps the needs that it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[Need]] = []

    def request(self, needs: Iterable[Need]) -> Job:
        self.asked.append(list(needs))
        return Job()

    def fetching(self, _source: str, _width: Width) -> frozenset[dt.date]:
        return frozenset()


def settings_are(monkeypatch: pytest.MonkeyPatch, *, is_demo: bool, sign_in: SignIn = SignIn.NONE) -> None:
    monkeypatch.setattr(instance, "settings", lambda: SimpleNamespace(is_demo=is_demo))
    monkeypatch.setattr(instance, "access", lambda: SimpleNamespace(sign_in=sign_in))


def begun() -> bool:
    """Return whether anything was begun, once it has ended."""
    thread = head_start.begin()
    if thread:
        thread.join(20)
    return thread is not None


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.usefixtures("nothing_kept")
def test_the_days_of_the_overview_are_asked_for_before_those_that_they_are_compared_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    syncer = Syncer()
    backend = replace(reading_of(tmp_path, {}, SHOWN, fetched={}).backend, syncer=syncer)
    settings_are(monkeypatch, is_demo=True)
    monkeypatch.setattr(instance, "open_backend", lambda: backend)
    monkeypatch.setattr(instance, "now", lambda: NOW)

    assert begun()

    assert [{need.window for need in needs} for needs in syncer.asked] == [{SHOWN}, {COMPARED}]
    assert {need.source for need in syncer.asked[0]} == {s.name for m in HEADLINES for s in m.sources}


def test_a_real_organization_is_asked_for_nothing_before_somebody_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_are(monkeypatch, is_demo=False)

    assert not begun()


def test_where_people_sign_in_nothing_is_looked_at_before_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    settings_are(monkeypatch, is_demo=True, sign_in=SignIn.OIDC)

    assert not begun()


def test_what_is_wrong_is_left_to_the_page_to_say(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong_settings() -> None:
        raise SettingsError("wrong")

    def wrong_store() -> None:
        raise StoreError("The store is broken.")

    monkeypatch.setattr(instance, "settings", wrong_settings)
    assert not begun()

    settings_are(monkeypatch, is_demo=True)
    monkeypatch.setattr(instance, "open_backend", wrong_store)
    assert begun()
    assert "The store is broken." in caplog.text
