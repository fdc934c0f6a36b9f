"""What the command line writes does not depend on where the store is."""

import datetime as dt
import re
from pathlib import Path

import pytest

from lib.cli import workplace
from lib.cli.main import main
from lib.configuration import secrets_files
from tests.cli.days import JANUARY, jan
from tests.object_server import BUCKET, ObjectServer
from tests.tiny_api import TinyApi

pytestmark = [pytest.mark.xdist_group("objects"), pytest.mark.timeout(400)]
NOW = dt.datetime(2026, 2, 20, 12, tzinfo=dt.UTC)
OF_COSTS = ["export", "costs", *JANUARY, "--by", "project_id", "line_item"]
TIMES = re.compile(r"\d+\.\d\d s|^\d+% fetched; .*\n", re.MULTILINE)
OUTPUT = "OUTPUT"
"""Stands for a file of the place at which a command runs."""
COMMANDS = (
    ["sync", *JANUARY],
    ["sync", *JANUARY, "--source", "embeddings", "--grain", "hour"],
    ["backfill", "--source", "costs"],
    *(
        [*OF_COSTS, "--format", format_, "--output", f"{OUTPUT}.{format_}"]
        for format_ in ("csv", "parquet", "xlsx")
    ),
    [
        "export",
        "embeddings",
        *JANUARY,
        "--by",
        "model",
        "--grain",
        "total",
        "--format",
        "csv",
        "--output",
        "-",
    ],
    ["export", "embeddings", *JANUARY, "--tz", "Europe/Berlin", "--format", "csv", "--output", "-"],
    ["export", "focus", *JANUARY, "--format", "csv", "--output", "-"],
    *(
        ["report", "--month", "2026-01", "--format", format_, "--output", f"{OUTPUT}.{format_}"]
        for format_ in ("html", "xlsx", "md")
    ),
    ["sql", "select model, sum(input_tokens) n from embeddings group by all order by all"],
    ["sql", "from costs order by all", "--format", "csv"],
    ["check"],
    ["check", "--json"],
    ["alert", "--dry-run"],
    ["alert"],
    ["token", "list"],
    ["verify"],
    ["verify", "--repair"],
)
REPAIRS = (["verify"], ["verify", "--repair"], ["verify"], ["sql", "from costs order by all"])


def test_every_command_writes_the_same_bytes_of_a_bucket_as_of_a_folder(
    api: TinyApi,
    objects: ObjectServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    api.put("costs", NOW.date(), {"amount": {"value": "12.5"}})
    api.put("embeddings", jan(2), {"input_tokens": 3, "model": "ä→“7”"})
    (tmp_path / "budgets.toml").write_text("version = 1\n[[budget]]\namount = 10\n")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[[alerts]]\nurl = "json://127.0.0.1:1"\nabout = ["budgets"]\n')
    monkeypatch.setattr(secrets_files, "secrets_files", lambda: (secrets,))
    monkeypatch.setattr(workplace, "now", lambda: NOW)
    monkeypatch.setenv("USAGE_BUDGETS_FILE", str(tmp_path / "budgets.toml"))
    for name, value in objects.environment.items():
        monkeypatch.setenv(name, value)
    main(["sync", *JANUARY])
    store = tmp_path / "store"
    for file in store.rglob("*.*"):
        if file.is_file():
            objects.put(f"{BUCKET}/commands/{file.relative_to(store)}", file.read_bytes())
    places = {"folder": str(store), "bucket": f"s3://{BUCKET}/commands"}

    def written(command: list[str]) -> list[tuple[object, ...]]:
        """Return how a command ends, what it says and what it writes at each place, without its times."""
        found = []
        for place, uri in places.items():
            monkeypatch.setenv("USAGE_STORE_URI", uri)
            capsys.readouterr()
            (tmp_path / place).mkdir(exist_ok=True)
            code = main([part.replace(OUTPUT, f"{tmp_path}/{place}/written") for part in command])
            said = [TIMES.sub("", text.replace(uri, "STORE")) for text in capsys.readouterr()]
            files = {file.name: file.read_bytes() for file in (tmp_path / place).iterdir()}
            found.append((code, *(text.replace(f"/{place}/", "/") for text in said), files))
        return found

    for command in COMMANDS:
        folder, bucket = written(command)
        assert folder == bucket, command
    damaged = next(store.glob("costs/day/month=2026-01/*.parquet"))
    damaged.write_bytes(b"damaged")
    objects.put(f"{BUCKET}/commands/{damaged.relative_to(store)}", b"damaged")
    ended = []
    for command in REPAIRS:
        folder, bucket = written(command)
        assert folder == bucket, command
        ended.append(bucket[0])
    assert ended == [1, 0, 0, 0]
