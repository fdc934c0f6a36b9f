"""Whatever stands in a secrets file or the environment is either a setting, or told to be wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.configuration.secrets_files import read_secrets
from lib.errors import SettingsError
from lib.settings import Settings, load_settings

KEY = "sk-admin-5ecret"
WORDS = st.text(max_size=8) | st.sampled_from(
    [
        "",
        " ",
        KEY,
        f"{KEY}\n",
        f"{KEY} ä",
        "sk-admin-...",
        "everyone",
        "https://[::1",
        "http://localhost:99999",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        "admin_key",
        "base_url",
        "uri",
        "url",
        "concurrency",
        "settle_days",
        "refresh_minutes",
        "every_minutes",
        "memory",
        "memory_mb",
        "file",
        "editors",
        "time_zone",
    ]
)
SECTIONS = st.sampled_from(
    [
        "openai",
        "store",
        "engine",
        "sync",
        "budgets",
        "teams",
        "metrics",
        "log",
        "app",
        "OPENAI_ADMIN_KEY",
        "USAGE_STORE_URI",
    ]
)
SECRETS = st.dictionaries(SECTIONS, st.dictionaries(KEYS, VALUES, max_size=4) | VALUES, max_size=4)
VARIABLES = st.sampled_from(
    ["OPENAI_ADMIN_KEY", "OPENAI_BASE_URL", "USAGE_STORE_URI", "USAGE_BUDGETS_FILE", "HOME"]
)


def read_or_told(read: Callable[[], Any]) -> Any:
    """Return what was read, or the sentence that says what is wrong."""
    try:
        return read()
    except SettingsError as wrong:
        return str(wrong)


@given(SECRETS, st.dictionaries(VARIABLES, WORDS, max_size=3))
def test_any_settings_are_read_or_told_to_be_wrong_without_the_key(
    secrets: dict[str, Any], environ: dict[str, str]
) -> None:
    found = read_or_told(lambda: load_settings(secrets, environ))

    if isinstance(found, str):
        assert found.endswith(".")
        assert KEY not in found
    else:
        assert isinstance(found, Settings)
        assert "admin_key" not in repr(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.text().map(str.encode) | SECRETS.map(lambda secrets: json.dumps(secrets).encode()))
def test_any_secrets_file_is_read_or_told_to_be_wrong(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secrets.toml"
    file.write_bytes(content)

    found = read_or_told(lambda: read_secrets([file]))

    assert isinstance(found, dict) or (found.startswith(f"{file} ") and found.endswith("."))
