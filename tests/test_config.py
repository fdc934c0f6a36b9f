"""What `.streamlit/config.toml` promises holds for the server that reads it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def shown(*options: str) -> dict[str, str]:
    """Return the settings that Streamlit runs with in the project, given command-line options."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show", *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    return dict(re.findall(r"^\s*(\w+) = (.*)$", plain, re.MULTILINE))


def test_the_app_listens_on_this_machine_only_and_takes_small_files() -> None:
    server = shown()

    assert (server["address"], server["maxUploadSize"]) == ('"localhost"', "1")


def test_garbage_is_not_collected_after_each_run() -> None:
    asked = "from streamlit import config; print(config.get_option('runner.postScriptGC'))"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "False"


def test_the_command_line_lets_other_machines_in() -> None:
    made = subprocess.run(
        ["make", "--dry-run", "run", "ADDRESS=0.0.0.0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "--server.address 0.0.0.0" in made.stdout
    assert shown("--server.address", "0.0.0.0")["address"] == '"0.0.0.0"'  # noqa: S104 - asked for
