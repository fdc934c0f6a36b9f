import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.engine import duckdb_scan
from lib.errors import AdminApiError
from lib.openai_admin.refusals import Refusal, RefusalKind
from lib.periods.widths import Width
from lib.periods.windows import Window
from lib.settings import Settings
from lib.sync.opening import opened_client, opened_store
from tests.tiny_api import KEY, TinyApi

NOW = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)
OPENAI = "https://api.openai.com/v1"


def absent(learned_at: dt.datetime) -> Refusal:
    return Refusal("decisions", RefusalKind.ENDPOINT, "Not found", learned_at)


def test_what_was_refused_before_the_store_is_opened_is_asked_for_again(tmp_path: Path) -> None:
    settings = Settings(admin_key=KEY, store_uri=str(tmp_path))
    store = opened_store(settings, KEY, OPENAI, NOW - dt.timedelta(hours=2))
    store.remember([absent(NOW - dt.timedelta(hours=1))], NOW)
    assert [r.source for r in store.binding_refusals()] == ["decisions"]

    assert opened_store(settings, KEY, OPENAI, NOW).binding_refusals() == ()


def test_what_one_key_was_refused_binds_no_other(tmp_path: Path) -> None:
    settings = Settings(admin_key=KEY, store_uri=str(tmp_path))
    opened_store(settings, KEY, OPENAI, NOW).remember([absent(NOW)], NOW)

    assert opened_store(settings, "sk-admin-other", OPENAI, NOW).binding_refusals() == ()
    assert opened_store(settings, KEY, "http://127.0.0.1:9/v1", NOW).binding_refusals() == ()


def test_the_demo_organization_is_one_asker_at_whatever_port(tmp_path: Path) -> None:
    settings = Settings(store_uri=str(tmp_path))
    opened_store(settings, KEY, "http://127.0.0.1:1/v1", NOW).remember([absent(NOW)], NOW)

    assert len(opened_store(settings, KEY, "http://127.0.0.1:2/v1", NOW).binding_refusals()) == 1


def test_a_client_reads_no_more_of_an_answer_than_the_settings_allow() -> None:
    settings = Settings(admin_key=KEY, memory=40_000)
    day = Window(NOW.date(), NOW.date() + dt.timedelta(days=1))
    with TinyApi() as api:
        api.put("embeddings", NOW.date(), {"project_id": "p" * 20_000})
        client = opened_client(settings, KEY, api.base_url, lambda: NOW)
        with pytest.raises(AdminApiError, match="the most that is read"):
            client.fetch(SOURCES["embeddings"], Width.DAY, day)
        client.close()


def test_the_engine_keeps_to_the_memory_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(admin_key=KEY, store_uri=str(tmp_path))
    opened_store(replace(settings, engine_megabytes=512), KEY, OPENAI, NOW)
    assert duckdb_scan.memory_limit() == "488.2 MiB"

    opened_store(settings, KEY, OPENAI, NOW)
    assert duckdb_scan.memory_limit() != "488.2 MiB"
