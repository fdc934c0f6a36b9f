import json
from typing import Any

import pytest

from lib.catalog.sources import SOURCES
from lib.cli.main import main
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.cli.days import JANUARY
from tests.loopback import error
from tests.tiny_api import TinyApi


@pytest.mark.usefixtures("api")
def test_sync_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", *JANUARY, "--json"]) == 0

    out, err = capsys.readouterr()
    told = json.loads(out)
    assert list(told["sources"]) == list(SOURCES)
    assert told["failures"] == {}
    embeddings = told["sources"]["embeddings"]
    assert (embeddings["requests"], embeddings["rows"]) == (1, 3)
    assert embeddings["seconds"] > 0
    assert "0% fetched; fetching Costs, 1–3 Jan 2026\n" in err


def test_a_second_sync_asks_for_nothing_that_is_settled(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["sync", *JANUARY])
    capsys.readouterr()

    assert main(["sync", *JANUARY, "--source", "costs", "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["sources"] == {"costs": {"requests": 0, "rows": 0, "seconds": 0.0}}
    assert len(api.asked) == 12


@pytest.mark.usefixtures("api")
def test_sync_without_json_prints_a_line_for_each_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", *JANUARY, "--source", "costs", "--source", "embeddings"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(",")[0] for line in lines] == [
        "costs: 1 requests, 2 rows",
        "embeddings: 1 requests, 3 rows",
    ]


def test_one_failing_source_is_exit_1_and_the_others_are_done(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = error(403, "Missing scopes: api.usage.read.", code=None)
    api.before = lambda _nth, source: refusal if source == "costs" else None

    assert main(["sync", *JANUARY, "--source", "costs", "--source", "embeddings", "--json"]) == 1

    out, err = capsys.readouterr()
    told = json.loads(out)
    assert list(told["failures"]) == ["costs"]
    assert told["failures"]["costs"] in err
    assert told["sources"]["embeddings"]["rows"] == 3


@pytest.mark.usefixtures("api")
def test_a_wrong_key_is_exit_1_and_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-mistyped")

    assert main(["sync", *JANUARY, "--json"]) == 1

    out, err = capsys.readouterr()
    assert set(json.loads(out)["failures"]) == set(SOURCES)
    assert "mistyped" not in out + err


@pytest.mark.usefixtures("api")
def test_hours_can_be_synced(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", *JANUARY, "--source", "embeddings", "--grain", "hour", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["sources"]["embeddings"]["rows"] == 3


def test_sync_asks_again_for_what_was_refused_to_an_earlier_one(api: TinyApi) -> None:
    api.before = lambda _nth, source: error(404, "Invalid URL") if source == "images" else None
    assert main(["sync", *JANUARY, "--source", "images"]) == 0
    api.before = lambda _nth, _source: None
    api.asked.clear()

    assert main(["sync", *JANUARY, "--source", "images"]) == 0

    assert api.asked == ["images"]


@pytest.mark.usefixtures("api")
def test_a_full_store_is_exit_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "mark", full)
    assert main(["sync", *JANUARY]) == 1

    assert capsys.readouterr().err.splitlines()[-1] == "The disk is full."


@pytest.mark.usefixtures("api")
def test_days_that_are_about_to_be_lost_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sync", *JANUARY, "--source", "costs", "--json"])

    out, err = capsys.readouterr()
    assert "the API serves them no more" in json.loads(out)["notes"]["expiring"]
    assert "`python -m lib backfill` fetches what there still is." in err
