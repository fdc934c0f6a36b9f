"""What the server says on standard error, as JSON where that is set."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib.errors import SettingsError
from lib.settings import load_settings
from lib.ui.log_lines import JsonLine

ROOT = Path(__file__).parents[2]
SAY = """
import logging, warnings
from streamlit.logger import get_logger
early = get_logger("streamlit.early")
from lib.ui import log_lines
log_lines.begin()
early.warning("early")
get_logger("streamlit.late").warning("two\\nlines")
logging.getLogger("lib.some").warning("ours %s", 1)
warnings.warn("old")
requests = logging.getLogger("uvicorn.access")
requests.setLevel("INFO")
requests.info("GET /costs?project=secret")
log_lines.tell("A sentence.")
"""


def said(script: str, **environment: str) -> list[str]:
    """Return the lines on standard error of a process that runs a script."""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stderr.splitlines()


def test_every_line_of_the_log_is_an_object_whoever_writes_it() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in said(SAY, USAGE_LOG_FORMAT="json")]

    assert [(line["logger"], line["message"].splitlines()[-1]) for line in lines] == [
        ("streamlit.early", "early"),
        ("streamlit.late", "lines"),
        ("lib.some", "ours 1"),
        ("py.warnings", lines[3]["message"].splitlines()[-1]),
        ("lib.ui.log_lines", "A sentence."),
    ]
    assert "old" in lines[3]["message"]
    assert {line["level"] for line in lines} == {"warning"}
    assert all(line["time"].endswith("+00:00") for line in lines)


def test_without_the_setting_the_log_is_text() -> None:
    lines = said(SAY)

    assert lines[0].endswith(" early")
    assert lines[-1] == "A sentence."


def test_a_traceback_is_part_of_its_line_and_no_line_holds_a_key() -> None:
    try:
        raise ValueError("sk-admin-secret_0123456789 is wrong")
    except ValueError:
        info = sys.exc_info()
    record = logging.LogRecord("lib.x", logging.ERROR, "", 0, "key %s", ("sk-admin-secret_0123",), info)
    record.created = 1_700_000_000.25

    line = json.loads(JsonLine().format(record))

    assert {name: line[name] for name in ("time", "level", "logger", "message")} == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "level": "error",
        "logger": "lib.x",
        "message": "key sk-…",
    }
    assert line["exception"].startswith("Traceback")
    assert "secret" not in line["exception"]


@pytest.mark.parametrize("form", ["JSON", "xml", 1])
def test_a_form_that_there_is_not_is_refused(form: Any) -> None:
    with pytest.raises(SettingsError, match=r'^\[log\] format in .* must be "text" or "json"\.$'):
        load_settings({"log": {"format": form}}, {})


def test_the_form_makes_no_other_instance() -> None:
    assert load_settings({"log": {"format": "json"}}, {}).log_format == "json"
    assert load_settings({"log": {"format": "json"}}, {}) == load_settings({}, {})
