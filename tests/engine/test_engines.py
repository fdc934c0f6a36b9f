"""Which engine answers is said by an address, and by nothing else."""

import os
import subprocess
import sys
from copy import copy
from pathlib import Path

import pytest

from lib.engine import duckdb_scan
from lib.engine.engines import engine_at
from lib.engine.execution import answer
from lib.engine.question import Question
from lib.errors import EngineError, SettingsError
from tests.stored import ALWAYS, filled

NOBODY = "sc://127.0.0.1:9/;token=5ecret"


def test_without_an_address_duckdb_answers() -> None:
    assert engine_at(None) is duckdb_scan
    assert engine_at(None).called == "DuckDB"


@pytest.mark.parametrize("url", ["postgres://5ecret@host", "5ecret", "sc:5ecret", "://5ecret", "http://a"])
def test_an_address_that_no_engine_has_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^\[engine\] url .* is not the address of an engine") as refused:
        engine_at(url)

    assert "5ecret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["sc://", "sc://:15002", "sc://host:5ecret", "sc://5ecret@host", "sc://[5ecret", "sc://host/5ecret"],
)
def test_what_is_not_the_address_of_a_spark_server_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^\[engine\] url must be the address") as refused:
        engine_at(url)

    assert "5ecret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "called"),
    [("sc://host", "Spark at host:15002"), ("sc://[::1]:7/;use_ssl=true;token=5ecret", "Spark at [::1]:7")],
)
def test_spark_is_called_by_where_it_is_and_not_by_its_token(url: str, called: str) -> None:
    assert engine_at(url).called == called


def test_a_spark_server_that_is_not_there_is_said_with_what_to_do(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store = copy(filled(tmp_path, "embeddings", {"start": "2026-01-05", "input_tokens": 1}))
    store.engine_url = NOBODY

    with pytest.raises(
        EngineError, match=r"^Spark at 127\.0\.0\.1:9 does not answer \(failed to connect.*DuckDB"
    ) as failed:
        answer(store, Question("embeddings", ALWAYS))

    assert "5ecret" not in str(failed.value)
    assert "Traceback" not in capfd.readouterr().err


def test_nothing_of_spark_is_loaded_where_no_setting_names_it(tmp_path: Path) -> None:
    asks = (
        "import os, sys, streamlit_app; from lib.cli import main, export_command, check_command; "
        "from lib.engine.engines import engine_at; engine_at(None); "
        "print([name for name in sys.modules if name.split('.')[0] in ('pyspark', 'grpc')], flush=True); "
        "os._exit(0)"  # no server is there to end what the app began to fetch
    )

    said = subprocess.run(
        [sys.executable, "-c", asks],
        env=os.environ | {"USAGE_STORE_URI": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )

    assert said.stdout.splitlines()[-1] == "[]"
