import io
import json
from pathlib import Path

import pytest

from lib.cli.ending_early import Terminated
from lib.cli.main import main
from tests.cli.days import JANUARY
from tests.tiny_api import TinyApi

BILLED = "select line_item, cost_usd from costs order by cost_usd"


@pytest.fixture
def stored(api: TinyApi, capsys: pytest.CaptureFixture[str]) -> None:
    """Store the bill of the tiny organization."""
    assert main(["sync", *JANUARY]) == 0
    assert "costs" in api.asked
    capsys.readouterr()


@pytest.mark.usefixtures("stored")
def test_a_question_is_answered_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["sql", "select count(*) as days from days where source = 'costs' and state = 'settled'"]) == 0
    )
    assert [line.strip("│ \n") for line in capsys.readouterr().out.splitlines()] == [
        "┌───────┐",
        "days",
        "int64",
        "├───────┤",
        "3",
        "└───────┘",
    ]


@pytest.mark.usefixtures("stored")
def test_every_digit_is_in_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", BILLED, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"line_item": "=cmd", "cost_usd": "-12.500000000000000000"},
        {"line_item": "whisper", "cost_usd": "0.000000000000000001"},
    ]
    assert main(["sql", BILLED, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "line_item,cost_usd",
        "'=cmd,-12.5",
        "whisper,0.000000000000000001",
    ]


@pytest.mark.usefixtures("stored")
def test_an_answer_is_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bill.json"

    assert main(["sql", BILLED, "--format", "json", "--output", str(path)]) == 0

    assert len(json.loads(path.read_text())) == 2


@pytest.mark.usefixtures("stored")
def test_a_shell_answers_each_question_and_goes_on_after_a_wrong_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "select 1 as\n  one;\nselct;\n.views\nselect 2 as two"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))

    assert main(["sql", "--shell"]) == 0

    out, err = capsys.readouterr()
    assert ["one" in out, "two" in out, "costs: Costs, a row" in out] == [True] * 3
    assert err.startswith("DuckDB cannot answer that. Parser Error")


@pytest.mark.usefixtures("stored")
def test_a_shell_ends_when_told_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(".quit\nselect 1;\n"))

    assert main(["sql", "--shell"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give a question in quotes, or --shell: "),
        (["select 1", "--shell"], "Give a question in quotes, or --shell: "),
        (["drop view costs"], "Ask one thing that reads"),
        (["selct"], "DuckDB cannot answer that. Parser Error"),
    ],
)
def test_what_cannot_be_asked_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["sql", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err[: len(said)]) == ("", said)


@pytest.mark.usefixtures("stored")
def test_a_shell_that_is_asked_to_end_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_prompt: str) -> str:
        raise Terminated

    monkeypatch.setattr("builtins.input", end)

    assert main(["sql", "--shell"]) == 143
