"""Commands in the audit log: what was fetched and exported, by whom, and nothing that was not."""

import getpass
import json
from pathlib import Path

import pytest

from lib.cli.main import main
from tests.cli.days import JANUARY
from tests.loopback import error
from tests.tiny_api import KEY, TinyApi

pytestmark = pytest.mark.usefixtures("api")


def lines(folder: Path) -> list[dict[str, str]]:
    file = folder / "audit.log"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_sync_and_an_export_are_lines_of_the_log(tmp_path: Path) -> None:
    output = tmp_path / "costs of january.csv"

    assert main(["sync", *JANUARY, "--source", "costs"]) == 0
    assert main(["export", "costs", *JANUARY, "--format", "csv", "--output", str(output)]) == 0

    sync, export = lines(tmp_path / "store")
    who = f"{getpass.getuser()} (on the server)"
    assert (sync["event"], sync["who"]) == ("sync", who)
    assert sync["what"] == f"command line: sync {' '.join(JANUARY)} --source costs"
    assert (export["event"], export["who"]) == ("export", who)
    assert export["what"].endswith(f"--format csv --output '{output}'")
    assert KEY not in (tmp_path / "store" / "audit.log").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "nothing", *JANUARY, "--format", "csv", "--output", "-"],
        ["export", "costs", *JANUARY, "--by", "shoe size", "--format", "csv", "--output", "-"],
        ["sync", "--start", "yesterday", "--end", "today"],
        ["verify"],
    ],
)
def test_what_was_not_begun_or_only_looked_is_no_line(tmp_path: Path, arguments: list[str]) -> None:
    main(arguments)

    assert lines(tmp_path / "store") == []


def test_what_failed_was_begun(api: TinyApi, tmp_path: Path) -> None:
    api.before = lambda _nth, _source: error(403, "Missing scopes: api.usage.read.", code=None)

    assert main(["sync", *JANUARY, "--source", "costs"]) == 1

    assert [line["event"] for line in lines(tmp_path / "store")] == ["sync"]


def test_the_log_is_where_access_is_declared_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".streamlit").mkdir()
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.write_text(f'[access]\naudit_log = "{tmp_path / "own" / "audit.log"}"\n')
    monkeypatch.chdir(tmp_path)

    main(["sync", *JANUARY, "--source", "costs"])
    secrets.write_text("[access]\naudit_log = 7\n")
    main(["sync", *JANUARY, "--source", "costs"])

    assert [len(lines(folder)) for folder in (tmp_path / "own", tmp_path / "store")] == [1, 1]
