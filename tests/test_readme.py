"""Every command of the README and of `docs` does what it says: each line is run, or tried dry."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lib.answers import instance
from lib.http_api.serving import ROUTES
from lib.store import token_keeping

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
}
BLOCKS: list[tuple[str, str]] = [
    block
    for text in PAGES.values()
    for block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]
LANGUAGES = {"sh", "toml", "python", "json", "csv", "text", "mermaid", "yaml"}
PYTHON = ".venv/bin/python"


def commands() -> list[str]:
    scripts = "\n".join(text for language, text in BLOCKS if language == "sh")
    lines = [line.strip() for line in scripts.replace("\\\n", " ").splitlines()]
    return list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def environment(folder: Path) -> dict[str, str]:
    """Return what a command of the README runs with: demo data, in a store of its own."""
    own = folder / ".streamlit"
    own.mkdir()
    (own / "secrets.toml").touch()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    return inherited | {"PYTHONPATH": str(ROOT), "USAGE_STORE_URI": str(folder / "store")}


def words(command: str) -> list[str]:
    return ["bash", "-c", "exec " + command.replace(PYTHON, f"'{sys.executable}'", 1)]


def tried_dry(command: str, folder: Path) -> None:
    done = subprocess.run(
        words(f"{command} --dry-run"), cwd=ROOT, env=environment(folder), capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


def ran(command: str, folder: Path) -> None:
    done = subprocess.run(
        words(command), cwd=folder, env=environment(folder), capture_output=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


def said_whether_budgets_hold(command: str, folder: Path) -> None:
    done = subprocess.run(words(command), cwd=ROOT, env=environment(folder), capture_output=True, check=False)

    said = json.loads(done.stdout)
    assert said["checked"]
    assert done.returncode == (1 if said["breaches"] else 0)


def served(command: str, folder: Path) -> None:
    port = int(command.split("--port ")[1].split()[0])
    with subprocess.Popen(words(command), cwd=folder, env=environment(folder)) as server:
        try:
            assert answers(port, server)
        finally:
            server.terminate()


def answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Return whether the server came up; an answer of any status counts."""
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/v1/organization/costs", timeout=5).close()
        except URLError as error:
            if hasattr(error, "code"):
                error.close()
                return True
            time.sleep(0.1)
        else:
            return True
    return False


def explained(command: str, folder: Path) -> None:
    ran(f"{command} --help", folder)


def copied(command: str, _: Path) -> None:
    assert (ROOT / command.split()[1]).is_file()


def ends_with_a_file(command: str, _: Path) -> None:
    assert (ROOT / command.split()[-1]).is_file()


def names_its_file(command: str, _: Path) -> None:
    parts = command.split()

    assert (ROOT / parts[parts.index("-f") + 1]).is_file()


def is_what_make_does(command: str, _: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert [
        part for part in command.split(" && ") if part.replace(".venv/bin/", "$(RUN) ") not in makefile
    ] == []


def is_answered(command: str, folder: Path) -> None:
    """Ask the HTTP API what a curl command does, of a store without a day."""
    parts = iter(shlex.split(command.replace("$TOKEN", "TOKEN"))[1:])
    headers, path = dict[str, str](), ""
    for part in parts:
        if part == "-H":
            name, _, value = next(parts).partition(": ")
            headers[name] = value
        elif part == "-o":
            next(parts)
        else:
            path = part.removeprefix("http://localhost:8501")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "read_secrets", lambda: {"openai": {"admin_key": "sk-admin-test"}})
        patch.setenv("USAGE_STORE_URI", str(folder))
        log, now = token_keeping.kept_tokens(instance.settings()), instance.now()
        _, secret = token_keeping.make(log, "docs", 1, by="Ada", now=now)
        headers["Authorization"] = headers["Authorization"].replace("TOKEN", secret)
        answered = TestClient(Starlette(routes=ROUTES)).get(path, headers=headers)
    st.cache_resource.clear()

    assert answered.status_code == 200, answered.text


def nothing_to_try(_: str, __: Path) -> None:
    pass


CHECKS: dict[str, Callable[[str, Path], None]] = {
    "make ": tried_dry,
    "cp ": copied,
    f"{PYTHON} -m lib demo-server ": served,
    f"{PYTHON} -m lib backfill": explained,  # on the demo organization that takes a minute
    f"{PYTHON} -m lib alert": explained,  # without a receiver there is nothing to send
    f"{PYTHON} -m lib check": said_whether_budgets_hold,
    f"{PYTHON} -m lib ": ran,
    ".venv/bin/pip install -r ": ends_with_a_file,
    ".venv/bin/streamlit run ": ends_with_a_file,
    ".venv/bin/ruff ": is_what_make_does,
    "python3 -m venv .venv": nothing_to_try,
    "docker ": names_its_file,  # there is no container engine to run it with
    "kubectl ": names_its_file,
    "curl ": is_answered,
    "git clone ": nothing_to_try,
    "cd ": nothing_to_try,
}


@pytest.mark.parametrize("command", commands())
def test_the_command_works(command: str, tmp_path: Path) -> None:
    check = next((c for start, c in CHECKS.items() if command.startswith(start)), None)

    assert check, f"{command!r} is of no kind that is checked here"
    check(command, tmp_path)


def test_the_app_and_its_checks_start_with_one_command() -> None:
    assert {"make run", "make test"} <= set(commands())


def test_every_block_says_its_language() -> None:
    assert {language for language, _ in BLOCKS} <= LANGUAGES


def test_no_command_hides_in_a_block_of_another_language() -> None:
    others = [line for language, text in BLOCKS if language != "sh" for line in text.splitlines()]

    assert [line for line in others if line.startswith((*CHECKS, "$ ", "pip ", "python "))] == []


def test_what_is_linked_is_there() -> None:
    links = re.compile(r"(?:\]\(|src(?:set)?=\")(?!https?://|mailto:|#)([^)#\"\s]+)")
    targets = [path.parent / target for path, text in PAGES.items() for target in links.findall(text)]

    assert targets
    assert [str(target) for target in targets if not target.exists()] == []


def test_every_page_of_docs_is_linked_from_the_readme() -> None:
    assert [p.name for p in PAGES if p.parent.name == "docs" and f"docs/{p.name}" not in README] == []


def test_every_place_that_the_architecture_names_is_there() -> None:
    section = README.partition("## How it works")[2].partition("### How fast")[0]
    places = re.findall(r"`((?:lib|pages)/[\w/.]*)`", section)

    assert len(places) >= 18
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_room_of_lib_stands_in_the_architecture() -> None:
    section = README.partition("## How it works")[2].partition("### How fast")[0]
    rooms = sorted(path.name for path in (ROOT / "lib").iterdir() if (path / "__init__.py").is_file())

    assert [room for room in rooms if f"lib/{room}/" not in section] == []


def test_the_version_is_that_of_the_latest_release_in_the_changelog() -> None:
    released = re.search(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert released
    assert project["version"] == released[1]
