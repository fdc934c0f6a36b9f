import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lib.cli import workplace
from lib.cli.ending_early import SAID, Terminated
from lib.cli.main import main
from lib.demo.server import http_server
from lib.errors import StoreError
from tests.cli.days import JANUARY, jan
from tests.loopback import error
from tests.tiny_api import KEY, TinyApi

ROOT = Path(__file__).resolve().parents[2]


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
        (["token"], "The following arguments are required: ACTION. "),
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


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lib", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, timeout=60, check=False
    )


def in_shell(redirection: str) -> subprocess.CompletedProcess[bytes]:
    """Sync a source with a stream of the command redirected."""
    command = shlex.join([sys.executable, "-m", "lib", "sync", *JANUARY, "--source", "costs"])
    return subprocess.run(
        ["sh", "-c", f"exec {command} {redirection}"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        timeout=60,
        check=False,
    )


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


COMMANDS = [
    ["sync", *JANUARY],
    ["export", "costs", *JANUARY, *FILE],
    ["check"],
    ["demo-server", "--port", "0"],
]


def breaking(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    """Let every command fail so, as soon as it begins to work."""

    def fail(*_args: Any, **_options: Any) -> NoReturn:
        raise failure

    monkeypatch.setattr(workplace, "load_settings", fail)
    monkeypatch.setattr(http_server, "DemoServer", fail)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_mistake_is_exit_3_and_one_sentence_without_its_message(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    breaking(monkeypatch, ZeroDivisionError(f"{KEY} divided by zero"))

    assert main(arguments) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"The command ended early by a mistake of its own \(ZeroDivisionError in test_main\.py, line \d+\)\. "
        r"Nothing that was stored is lost\.\n",
        err,
    )


@pytest.mark.parametrize("arguments", COMMANDS)
def test_an_interrupted_command_is_exit_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    breaking(monkeypatch, KeyboardInterrupt())

    assert main(arguments) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_command_that_sigterm_ends_is_exit_143_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    breaking(monkeypatch, Terminated())

    assert main(arguments) == 143
    assert capsys.readouterr() == ("", f"{SAID}\n")


@pytest.mark.usefixtures("capsys")  # what drops its output must not drop that of the tests
@pytest.mark.parametrize(("arguments", "code"), [(COMMANDS[0], 1), (COMMANDS[1], 1), (COMMANDS[2], 3)])
@pytest.mark.parametrize("failure", [BrokenPipeError(), StoreError("The disk is full.")])
def test_a_check_that_failed_is_not_taken_for_a_breach(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, arguments: list[str], code: int
) -> None:
    breaking(monkeypatch, failure)

    assert main(arguments) == code


def test_names_that_the_terminal_cannot_spell_are_escaped(api: TinyApi) -> None:
    api.before = lambda _nth, _source: error(400, "Größe “5” fehlt.", param="limit")

    done = run("sync", *JANUARY, "--source", "costs", PYTHONIOENCODING="ascii", LC_ALL="C")

    assert done.returncode == 1
    assert rb"Gr\xf6\xdfe \u201c5\u201d fehlt." in done.stderr


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize(("redirection", "code"), [(">&-", 0), ("2>&-", 0), (">/dev/full", 3)])
def test_streams_that_cannot_be_written_are_no_traceback(redirection: str, code: int) -> None:
    done = in_shell(redirection)

    assert done.returncode == code
    assert b"Traceback" not in done.stderr
