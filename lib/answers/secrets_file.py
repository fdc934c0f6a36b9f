"""The secrets file: where a key is written to, and whether others on this machine can read it."""

import re
import stat
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lib.configuration.secrets_files import ROOT, secrets_files
from lib.configuration.setting_rules import checked_key
from lib.errors import SettingsError
from lib.tables.exports import write_whole

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HEADER = re.compile(r"^\s*\[\s*openai\s*\]\s*(#.*)?$")
_KEY = re.compile(r"^\s*admin_key\s*=")
_TABLE = re.compile(r"^\s*\[")


def readable_by_others(files: Iterable[Path] | None = None) -> list[Path]:
    """Return which secrets files, by default all there are, others on this machine can read or change."""
    found = []
    for file in secrets_files() if files is None else files:
        with suppress(OSError):
            if file.stat().st_mode & _OTHERS:
                found.append(file)
    return found


def usual_file() -> Path:
    """Return the secrets file that counts most of those there are, else the project's."""
    return next((f for f in reversed(secrets_files()) if f.is_file()), ROOT / ".streamlit" / "secrets.toml")


def write_key(file: Path, key: str) -> None:
    """Put an admin key into a secrets file, readable by its owner only; all else in it stays as it is.

    Raises SettingsError where the key is not fit to be used or the file cannot be changed safely.
    """
    try:
        key = checked_key(key.strip())
    except ValueError as invalid:
        msg = f"The admin key {invalid}"
        raise SettingsError(msg) from None
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        after = _with_key(before, key)
        if not _differs_by_key_only(before, after, key):
            msg = f"{file} cannot be changed safely. Put the key into its [openai] section by hand."
            raise SettingsError(msg)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(after.encode(), file, stat.S_IRUSR | stat.S_IWUSR)
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "it is not UTF-8"
        msg = f"{file} cannot be written ({reason}). Nothing was changed."
        raise SettingsError(msg) from None


def _with_key(text: str, key: str) -> str:
    line, lines = f'admin_key = "{key}"', text.splitlines()
    start = next((i for i, row in enumerate(lines) if _HEADER.match(row)), None)
    if start is None:
        return "\n".join([*lines, *([""] if lines else []), "[openai]", line]) + "\n"
    end = next((i for i in range(start + 1, len(lines)) if _TABLE.match(lines[i])), len(lines))
    held = next((i for i in range(start + 1, end) if _KEY.match(lines[i])), None)
    if held is None:
        lines.insert(start + 1, line)
    else:
        lines[held] = line
    return "\n".join(lines) + "\n"


def _differs_by_key_only(before: str, after: str, key: str) -> bool:
    """Return whether both are TOML with the same settings, but for the key; a text too odd is left alone."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    section = old.get("openai", {})
    return isinstance(section, dict) and new == {**old, "openai": {**section, "admin_key": key}}
