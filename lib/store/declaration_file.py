"""Declaration files: TOML that people write by hand, and a sentence for everything that is wrong in it."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

VERSION = 1
"""What the first line of every such file says."""


class Unreadable(Exception):
    """A file of which nothing can be read; its text says why."""


class Entry(BaseModel):
    """A table of a file; a field's description is the rule that a bad value breaks."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


E = TypeVar("E", bound=Entry)


def text_of(path: Path) -> str:
    """Return what the file holds; raise Unreadable, or FileNotFoundError where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError):
        raise Unreadable(f"{path} cannot be read as UTF-8 text. Save it as such.") from None


def tables_of(text: str, file: str) -> dict[str, Any]:
    """Return what `text` holds, numbers with a point as decimals; raise Unreadable where it is not TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as wrong:
        raise Unreadable(f"{file}: this is not TOML: {wrong}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        said = f"{file}: a number in it is too large, or its tables are nested too deep."
        raise Unreadable(said) from None


def has_version(content: Mapping[str, Any]) -> bool:
    """Return whether a file says that it is of the version that is read here."""
    return content.get("version") == VERSION and not isinstance(content["version"], bool)


def entry(
    model: type[E], table: object, place: str, problems: list[str], also: tuple[str, ...] = (), like: str = ""
) -> E | None:
    """Return a table of a file as `model`; None where it is wrong, which `problems` then say of `place`.

    `also` names what a table may hold beside the model's fields, `like` a line that it could have.
    """
    try:
        return model.model_validate(table)
    except ValidationError as invalid:
        problems.append(f"{place}: {_problem(invalid, model, also, like)}")
    return None


def _problem(invalid: ValidationError, model: type[Entry], also: tuple[str, ...], like: str) -> str:
    """Return the first problem as a sentence without the value, which may be of any length."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    is_said = error["type"] == "value_error"
    if not error["loc"]:
        return str(error["ctx"]["error"]) if is_said else f"it must be a table with lines such as {like}."
    key = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return f"{key} means nothing here; it takes {', '.join((*model.model_fields, *also))}."
    if is_said:
        return f"{key} {error['ctx']['error']}"
    rule = model.model_fields[key].description
    return f"{key} is missing; it {rule}" if error["type"] == "missing" else f"{key} {rule}"
