import json
from pathlib import Path

import pytest

from lib.catalog.sources import SOURCES
from lib.cli.main import main
from lib.periods.widths import Width
from lib.store.usage_store import Store
from tests.loopback import Request, Response, error
from tests.tiny_api import TinyApi

FLOOR = "2026-01-01"
ONLY = ["--source", "costs", "--source", "embeddings"]


@pytest.fixture(autouse=True)
def remembers(api: TinyApi) -> None:
    """Let the API remember the days from FLOOR on."""
    too_far_back = error(
        400,
        f"Usage and cost data are available for the past year. Earliest supported start date: {FLOOR} (UTC).",
        param="start_time",
        code="reporting_lookback_exceeded",
    )

    def answer(request: Request) -> Response:
        return too_far_back if request.number("start_time") < 1767225600 else api.answer(request)

    api.instead = answer


def test_all_days_that_the_api_serves_are_fetched_with_progress(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["backfill", *ONLY]) == 0

    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "Costs: stored from 1 Jan 2026 on. The API serves no earlier days.",
        "Embeddings: stored from 1 Jan 2026 on. The API serves no earlier days.",
    ]
    assert "% fetched; fetching " in err
    assert min(Store(str(tmp_path / "store")).coverage("costs", Width.DAY)).isoformat() == FLOOR


def test_what_fails_is_exit_1_and_said_with_the_reason(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = error(403, "Missing scopes: api.usage.read.", code=None)
    api.before = lambda _nth, source: refusal if source == "costs" else None

    assert main(["backfill", *ONLY, "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert {name: one["end"] for name, one in told.items()} == {"costs": "failed", "embeddings": "memory"}
    assert "api.usage.read" in told["costs"]["said"]
    assert told["embeddings"]["first"] == FLOOR


def test_every_source_is_fetched_unless_some_are_named(
    api: TinyApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backfill", "--json"]) == 0

    assert set(json.loads(capsys.readouterr().out)) == set(api.asked) == set(SOURCES)
