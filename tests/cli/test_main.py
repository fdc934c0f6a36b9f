import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lib.catalog.sources import SOURCES
from lib.cli.main import main
from lib.errors import StoreError
from lib.store.usage_store import Store
from tests.loopback import error
from tests.tiny_api import KEY, TinyApi

ROOT = Path(__file__).resolve().parents[2]
JANUARY = ["--start", "2026-01-01", "--end", "2026-01-03"]


def jan(day: int) -> dt.date:
    return dt.date(2026, 1, day)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TinyApi]:
    """Return a tiny organization that the command line's settings point to."""
    with TinyApi() as server:
        monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("USAGE_STORE_URI", str(tmp_path / "store"))
        server.put("embeddings", jan(1), {"input_tokens": 5, "model": "a", "project_id": "proj_1"})
        server.put("embeddings", jan(3), {"input_tokens": 7, "model": "b"}, {"input_tokens": 1, "model": "a"})
        server.put(
            "costs",
            jan(2),
            {"amount": {"value": "0.000000000000000001"}, "line_item": "whisper", "quantity": 2},
            {"amount": {"value": "-12.5"}, "line_item": "=cmd", "quantity": None},
        )
        yield server


def export(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> list[list[str]]:
    code = main(["export", *arguments, *JANUARY, "--format", "csv", "--output", "-"])
    out, _ = capsysbinary.readouterr()
    assert code == 0
    return list(csv.reader(io.StringIO(out.decode(), newline="")))


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
    assert "0 of 12 windows stored; fetching Costs, 1–3 Jan\n" in err


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


def test_export_is_by_day_and_syncs_what_is_missing(
    api: TinyApi, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert export(capsysbinary, "embeddings") == [
        ["start", "input_tokens", "num_model_requests"],
        ["2026-01-01T00:00:00Z", "5", "0"],
        ["2026-01-03T00:00:00Z", "8", "0"],
    ]
    assert api.asked == ["embeddings"]


@pytest.mark.usefixtures("api")
def test_a_total_has_no_start(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "embeddings", "--grain", "total") == [
        ["input_tokens", "num_model_requests"],
        ["13", "0"],
    ]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("by", [["--by", "model", "project_id"], ["--by", "model", "--by", "project_id"]])
def test_dimensions_hold_ids_under_their_api_names(
    capsysbinary: pytest.CaptureFixture[bytes], by: list[str]
) -> None:
    table = export(capsysbinary, "embeddings", "--grain", "total", *by)

    assert table[0] == ["model", "project_id", "input_tokens", "num_model_requests"]
    assert sorted(table[1:]) == [["a", "", "1", "0"], ["a", "proj_1", "5", "0"], ["b", "", "7", "0"]]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(
    ("conditions", "tokens"),
    [
        (["model=a"], "6"),
        (["model=a", "model=b"], "13"),
        (["model=a", "project_id=proj_1"], "5"),
        (["project_id=(none)"], "8"),
        (["project_id="], "8"),
        (["project_id=", "project_id=proj_1"], "13"),
    ],
)
def test_conditions_keep_rows(
    capsysbinary: pytest.CaptureFixture[bytes], conditions: list[str], tokens: str
) -> None:
    where = [part for condition in conditions for part in ("--where", condition)]

    assert export(capsysbinary, "embeddings", "--grain", "total", *where)[1] == [tokens, "0"]


@pytest.mark.usefixtures("api")
def test_money_is_exact_and_text_is_harmless(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "costs", "--by", "line_item") == [
        ["start", "line_item", "cost_usd", "quantity"],
        ["2026-01-02T00:00:00Z", "'=cmd", "-12.5", "0"],
        ["2026-01-02T00:00:00Z", "whisper", "0.000000000000000001", "2"],
    ]


@pytest.mark.usefixtures("api")
def test_quantities_of_mixed_units_are_not_added(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export(capsysbinary, "costs", "--grain", "total") == [
        ["cost_usd", "quantity"],
        ["-12.499999999999999999", ""],
    ]


@pytest.mark.usefixtures("api")
def test_parquet_keeps_decimals(tmp_path: Path) -> None:
    path = tmp_path / "costs.parquet"

    assert main(["export", "costs", *JANUARY, "--format", "parquet", "--output", str(path)]) == 0

    assert pq.read_table(path).to_pylist() == [
        {
            "start": dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
            "cost_usd": Decimal("-12.499999999999999999"),
            "quantity": None,
        }
    ]


def test_an_export_that_lacks_days_is_not_written(api: TinyApi, tmp_path: Path) -> None:
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)
    path = tmp_path / "costs.csv"

    assert main(["export", "costs", *JANUARY, "--format", "csv", "--output", str(path)]) == 1

    assert not path.exists()


@pytest.mark.usefixtures("api")
def test_an_export_to_a_folder_that_does_not_exist_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "nowhere" / "costs.csv")

    assert main(["export", "costs", *JANUARY, "--format", "csv", "--output", path]) == 1

    assert f"{path} could not be written (No such file or directory)." in capsys.readouterr().err


@pytest.mark.usefixtures("api")
def test_a_full_store_is_exit_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "mark", full)
    assert main(["sync", *JANUARY]) == 1

    assert capsys.readouterr().err.splitlines()[-1] == "The disk is full."


FILE = ["--format", "csv", "--output", "-"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["sync", "--start", "2026-01-03", "--end", "2026-01-01"],
            "--end 2026-01-01 is before --start 2026-01-03. ",
        ),
        (["sync", "--start", "yesterday", "--end", "2026-01-01"], "--start yesterday is not a day. "),
        (
            ["sync", "--start", "0001-01-01", "--end", "2026-01-01"],
            "--start 0001-01-01 is not within the years ",
        ),
        (["sync", "--start", "2026-01-01"], "The following arguments are required: --end. "),
        (["sync", *JANUARY, "--source", "gpt"], "There is no source called gpt. Sources: completions, "),
        (["export", "gpt", *JANUARY, *FILE], "There is no source called gpt. Sources: completions, "),
        (
            ["export", "costs", *JANUARY, *FILE, "--by", "size"],
            "costs cannot be grouped or filtered by size. ",
        ),
        (
            ["export", "costs", *JANUARY, *FILE, "--where", "size=1"],
            "costs cannot be grouped or filtered by size. ",
        ),
        (["export", "costs", *JANUARY, *FILE, "--where", "model"], "--where model is not a condition. "),
        (["export", "costs", *JANUARY, *FILE, "--grain", "hour"], "costs comes by day only, not by hour."),
        (
            ["export", "costs", *JANUARY, *FILE, "--grain", "year"],
            "Argument --grain: invalid choice: 'year' ",
        ),
        (["export", "costs", *JANUARY], "The following arguments are required: --format, --output. "),
        (["bill"], "Argument COMMAND: invalid choice: 'bill' "),
        ([], "The following arguments are required: COMMAND. "),
    ],
)
def test_bad_arguments_are_exit_2_and_one_sentence(
    api: TinyApi, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(arguments) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(sentence)
    assert api.asked == []


def test_bad_settings_are_exit_2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://example.com/v1")

    assert main(["sync", *JANUARY]) == 2

    assert "OPENAI_BASE_URL must begin with https://" in capsys.readouterr().err


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lib", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, timeout=60, check=False)


@pytest.mark.usefixtures("api")
def test_the_module_runs_as_a_command() -> None:
    done = run("export", "embeddings", *JANUARY, "--grain", "total", *FILE)

    assert (done.returncode, done.stdout) == (0, b"input_tokens,num_model_requests\r\n13,0\r\n")
    assert b"Embeddings" in done.stderr


def test_a_reader_that_has_gone_is_no_traceback(api: TinyApi) -> None:
    api.put("embeddings", jan(2), *({"input_tokens": 1, "model": f"m{n:050}"} for n in range(5000)))
    command = [sys.executable, "-m", "lib", "export", "embeddings", *JANUARY, "--by", "model", *FILE]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        complaints = process.stderr.read()
        assert process.wait(60) == 1
    assert b"Traceback" not in complaints
