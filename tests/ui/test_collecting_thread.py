"""The thread that collects: what goes wrong in one look is said once, and the next look is made."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from lib.answers import instance
from lib.errors import SettingsError
from lib.periods.widths import Width
from lib.periods.windows import ONE_DAY
from lib.store.usage_store import Store
from lib.sync.collecting import LEASE
from lib.ui.collecting_thread import _Loop
from tests.alerts.inbox import WebInbox
from tests.tiny_api import KEY, TinyApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    st.cache_resource.clear()
    with TinyApi() as server:
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        yield server
    st.cache_resource.clear()


def looks(monkeypatch: pytest.MonkeyPatch, *what: Callable[[], None]) -> None:
    """Let the loop look once for each of `what`, which is done in the look's place, and then end."""
    left = iter(what)
    monkeypatch.setattr(_Loop, "look", lambda _loop: next(left)())
    ends = iter([False] * len(what) + [True])
    loop = _Loop()
    monkeypatch.setattr(loop, "_ending", SimpleNamespace(wait=lambda _seconds: next(ends)))
    loop.run()


def test_days_are_collected_by_the_settings_of_the_moment(api: TinyApi, tmp_path: Path) -> None:
    _Loop().look()

    assert Store(str(tmp_path / "store")).coverage("costs", Width.DAY)
    assert "costs" in api.asked


def test_nothing_is_opened_where_the_app_does_not_collect(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
    monkeypatch.setattr(instance, "whole_backends", lambda: pytest.fail("The store was opened."))

    _Loop().look()

    assert not (tmp_path / "store").exists()


def test_what_is_wrong_is_said_once_until_it_changes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(sentence: str) -> Callable[[], None]:
        def fail() -> None:
            raise SettingsError(sentence)

        return fail

    looks(monkeypatch, wrong("First."), wrong("First."), wrong("Second."))

    assert [record.args for record in caplog.records] == [("First.",), ("Second.",)]


def test_a_mistake_does_not_end_the_thread(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looked = []

    def mistaken() -> None:
        raise ZeroDivisionError

    looks(monkeypatch, mistaken, lambda: looked.append("again"))

    assert looked == ["again"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_each_organization_is_collected_and_one_that_fails_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, api: TinyApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("USAGE_ORGANIZATIONS", "bad good")
    monkeypatch.setenv("OPENAI_ADMIN_KEY_BAD", "sk-admin-wrong")
    monkeypatch.setenv("OPENAI_ADMIN_KEY_GOOD", KEY)

    _Loop().look()

    stores = [tmp_path / "store" / "organizations" / name for name in ("bad", "good")]
    assert [bool(Store(str(each)).coverage("costs", Width.DAY)) for each in stores] == [False, True]
    assert "does not accept the admin key" in caplog.text
    assert api.asked


def test_whoever_is_declared_is_told_after_a_run_and_what_cannot_be_sent_is_said(
    monkeypatch: pytest.MonkeyPatch, api: TinyApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    budgets = tmp_path / "budgets.toml"
    budgets.write_text("version = 1\n[[budget]]\namount = 10\n")
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(budgets))
    api.put("costs", instance.now().date(), {"amount": {"value": "12.5"}})
    with WebInbox() as inbox:
        told = {"url": inbox.url, "about": ["budgets"]}
        monkeypatch.setattr(instance, "secrets", lambda: {"alerts": [told, {**told, "url": "no://5ecret"}]})

        _Loop().look()

        assert [one.title for one in inbox.posted] == ["Budget exceeded: Whole organization"]
    assert "no://…: Its url is not an address that apprise knows." in caplog.text
    assert "5ecret" not in caplog.text


def test_the_end_of_the_server_gives_the_lease_back_and_says_so(
    api: TinyApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, loop = Store(str(tmp_path / "store")), _Loop()

    def end(_nth: int, _source: str) -> None:
        if not loop._ending.is_set():
            loop.end()
            assert store.leases.read()[LEASE].released

    api.before = end
    loop.look()

    assert [
        record.message.split(".")[0] for record in caplog.records if record.name.startswith("lib.ui")
    ] == ["The app ends while days are being collected, or messages sent"]
    assert not store.collecting_runs.read()
    asked = len(api.asked)
    loop.look()
    assert len(api.asked) == asked


def test_after_a_run_a_digest_of_all_organizations_together_is_sent_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    st.cache_resource.clear()
    noon = instance.now().replace(hour=12)
    monkeypatch.setattr(instance, "now", lambda: noon)
    monkeypatch.setenv("USAGE_ORGANIZATIONS", "acme,labs")
    monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "stores"))
    with TinyApi() as acme, TinyApi() as labs, WebInbox() as inbox:
        for name, server, dollars in (("ACME", acme, "30"), ("LABS", labs, "12.5")):
            server.put("costs", noon.date() - ONE_DAY, {"amount": {"value": dollars}})
            monkeypatch.setenv(f"OPENAI_ADMIN_KEY_{name}", KEY)
            monkeypatch.setenv(f"OPENAI_BASE_URL_{name}", server.base_url)
        alert = {"url": inbox.url, "digest": "daily", "together": True}
        monkeypatch.setattr(instance, "secrets", lambda: {"alerts": [alert]})

        _Loop().look()
        _Loop().look()

    assert [told.body.split(";")[0] for told in inbox.posted] == ["You spent $42.50"]
    st.cache_resource.clear()
