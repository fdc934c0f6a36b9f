"""The secrets files: where they may be, and what stands in them."""

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from lib.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's folder."""


def secrets_files() -> tuple[Path, ...]:
    """Return where secrets files may be: in the home folder, the project and the working folder.

    A section of a later file replaces the same section of an earlier one, as Streamlit has it. A user id
    that is unknown to the system has no home folder unless HOME names one.
    """
    folders = [ROOT, Path.cwd()]
    with suppress(RuntimeError):
        folders.insert(0, Path.home())
    return tuple(dict.fromkeys(folder / ".streamlit" / "secrets.toml" for folder in folders))


def read_secrets(files: Iterable[Path] | None = None) -> dict[str, Any]:
    """Return the sections of all secrets files, by default of `secrets_files`; empty where there is none.

    Raises SettingsError naming a file that cannot be read, or is not valid TOML, without its content.
    """
    secrets: dict[str, Any] = {}
    for file in secrets_files() if files is None else files:
        try:
            secrets |= _sections(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except OSError as failure:
            msg = f"{file} cannot be read ({failure.strerror})."
            raise SettingsError(msg) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            msg = f"{file} is not valid TOML. Compare it with .streamlit/secrets.example.toml."
            raise SettingsError(msg) from None
    return secrets


@lru_cache(maxsize=4)
def _sections(text: str) -> Mapping[str, Any]:
    """Return the sections of a secrets file: a page asks for them twenty times, and they seldom change."""
    return tomllib.loads(text)
