"""Settings: the secrets files and the environment, read into one frozen `Settings`.

The app and the command line read the same files in the same order (`secrets_files`), and a value has to
keep the same rules wherever it was set.
"""

import datetime as dt
import ipaddress
import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lib.errors import SettingsError

OPENAI = "https://api.openai.com/v1"
ROOT = Path(__file__).resolve().parent.parent
EVERYONE = "everyone"
_PLACEHOLDER = "sk-admin-..."
_NAME = re.compile(r"[a-z_]{1,30}")
_HOURLY = 60


@dataclass(frozen=True)
class Settings:
    """What an instance runs with; `admin_key` is None on demo data and never shows in a repr."""

    admin_key: str | None = field(default=None, repr=False)
    base_url: str = OPENAI
    store_uri: str = str(ROOT / ".data" / "demo")
    concurrency: int = 6
    memory: int = 512_000_000
    """The bytes that answers may take while they are fetched."""
    settle: dt.timedelta = dt.timedelta(days=3)
    refresh: dt.timedelta = dt.timedelta(minutes=10)
    names_refresh: dt.timedelta = dt.timedelta(hours=1)
    collect_minutes: int | None = None
    budgets_file: Path | None = None
    budget_editors: tuple[str, ...] | None = None

    @property
    def largest_answer(self) -> int:
        """Return how many bytes of an answer are read at most."""
        return self.memory // 4

    @property
    def is_demo(self) -> bool:
        """Return whether the numbers are the demo organization's."""
        return self.admin_key is None

    @property
    def collect_every(self) -> dt.timedelta | None:
        """Return how often the app collects days by itself, None where it never does.

        Unless set, that is hourly; the demo organization's days, which are lost to nobody, are left alone.
        """
        minutes = _HOURLY if self.collect_minutes is None and not self.is_demo else self.collect_minutes
        return dt.timedelta(minutes=minutes) if minutes else None

    @property
    def budgets(self) -> Path:
        """Return the file that declares budgets; on demo data the example does, unless another is set."""
        usual = "budgets.example.toml" if self.is_demo else "budgets.toml"
        return self.budgets_file or ROOT / ".streamlit" / usual

    @property
    def editors(self) -> tuple[str, ...]:
        """Return the e-mail addresses of those who may change budgets in the app, or just `EVERYONE`.

        Unless set, that is everyone on demo data, else nobody.
        """
        if self.budget_editors is None:
            return (EVERYONE,) if self.is_demo else ()
        return self.budget_editors


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


def load_settings(secrets: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Return the settings in `secrets`, overridden by `environ`; raise SettingsError naming a bad one.

    A variable that stands at the top of a secrets file overrides `environ`: Streamlit sets it for the app.
    """
    environ = {
        **environ,
        **{v.name: secrets[v.name] for v in _VARIABLES if isinstance(secrets.get(v.name), str)},
    }
    sections: dict[str, Any] = {name: secrets[name] for name in _Secrets.model_fields if name in secrets}
    variables = {(v.section, v.key): v.name for v in _VARIABLES if environ.get(v.name, "").strip()}
    for (section, key), variable in variables.items():
        table = sections.get(section)
        sections[section] = {**(table if isinstance(table, Mapping) else {}), key: environ[variable]}
    try:
        read = _Secrets.model_validate(sections)
    except ValidationError as invalid:
        problem = _problem(invalid, variables)
    else:
        settings = read.settings()
        check_store(settings.store_uri)
        return settings
    # Raised outside `except`, so that the failure does not carry pydantic's, and with it the key.
    raise SettingsError(problem)


def checked_key(key: str) -> str:
    """Return `key`; raise a ValueError that does not quote it where no header could carry it."""
    if key == _PLACEHOLDER:
        msg = "is still the example's placeholder. Put the organization's admin key there."
        raise ValueError(msg)
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        msg = "is not a key: it is empty, or holds spaces or characters that no key has. Copy it again."
        raise ValueError(msg)
    return key


def checked_url(url: str) -> str:
    """Return `url` without a trailing slash; raise ValueError unless the key is safe with it."""
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or parts.query or parts.fragment or not url.isprintable() or " " in url:
        msg = f"is not an address. The API's own is {OPENAI}."
        raise ValueError(msg)
    if "@" in parts.netloc:
        msg = "must not hold a user name or password."
        raise ValueError(msg)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    ):
        msg = "must begin with https:// (http:// only for this machine), so that the key stays secret."
        raise ValueError(msg)
    return url


def check_store(uri: str) -> None:
    """Raise SettingsError where `uri` is a folder in which delta-rs loses its way, or breaks down."""
    if "://" in uri or not (wrong := _UNFIT.search(str(Path(uri).absolute()))):
        return
    msg = (
        f"The store cannot be in the folder {uri!r}, because of the {wrong.group()!r} in it. Name a folder "
        "without [ ] | ^ \\, line breaks and signs such as %20, as [store] uri in .streamlit/secrets.toml or "
        "as USAGE_STORE_URI."
    )
    raise SettingsError(msg)


_UNFIT = re.compile(r"[\[\]|^\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")


def is_loopback(host: str | None) -> bool:
    """Return whether `host` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _checked_editors(value: object) -> tuple[str, ...]:
    if value == EVERYONE:
        return (EVERYONE,)
    if not isinstance(value, list) or not all(isinstance(v, str) and "@" in v for v in value):
        msg = f'must be a list of e-mail addresses in quotes, or "{EVERYONE}".'
        raise ValueError(msg)
    return tuple(v.strip().casefold() for v in value)


def _text() -> Any:
    return Field(default=None, strict=True, description="must be text in quotes.")


def _whole(lowest: int, highest: int) -> Any:
    rule = f"must be a whole number from {lowest} to {highest}."
    return Field(default=None, strict=True, ge=lowest, le=highest, description=rule)


class _Section(BaseModel):
    """A table of the secrets file; a field's description is the rule that a bad value breaks."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, table: Any) -> Any:
        """Return `table` without blank texts, which are as if they were left out."""
        if not isinstance(table, Mapping):
            return table
        return {k: v for k, v in table.items() if not isinstance(v, str) or v.strip()}


class _OpenAI(_Section):
    admin_key: Annotated[str, AfterValidator(checked_key)] | None = _text()
    base_url: Annotated[str, AfterValidator(checked_url)] | None = _text()


class _Store(_Section):
    uri: str | None = _text()


class _Sync(_Section):
    concurrency: int | None = _whole(1, 32)
    memory_mb: int | None = _whole(64, 65536)
    settle_days: int | None = _whole(0, 90)
    refresh_minutes: int | None = _whole(1, 1440)
    every_minutes: int | None = _whole(0, 10080)


class _Budgets(_Section):
    file: str | None = _text()
    editors: Annotated[tuple[str, ...], PlainValidator(_checked_editors)] | None = None


class _Secrets(BaseModel):
    """The sections that are ours; those of others are left alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    openai: _OpenAI = _OpenAI()
    store: _Store = _Store()
    sync: _Sync = _Sync()
    budgets: _Budgets = _Budgets()

    def settings(self) -> Settings:
        """Return what was set, with the usual values for the rest."""
        key, uri, sync, file = self.openai.admin_key, self.store.uri, self.sync, self.budgets.file
        if uri is None:
            uri = str(ROOT / ".data" / ("openai" if key else "demo"))
        elif key is None:
            uri = f"{uri.rstrip('/')}/demo"
        given: dict[str, Any] = {
            "base_url": self.openai.base_url,
            "concurrency": sync.concurrency,
            "memory": sync.memory_mb and sync.memory_mb * 1_000_000,
            "settle": None if sync.settle_days is None else dt.timedelta(days=sync.settle_days),
            "refresh": sync.refresh_minutes and dt.timedelta(minutes=sync.refresh_minutes),
            "collect_minutes": sync.every_minutes,
            "budgets_file": file and ROOT / file,
            "budget_editors": self.budgets.editors,
        }
        return Settings(key, store_uri=uri, **{k: v for k, v in given.items() if v is not None})


class _Variable(NamedTuple):
    """An environment variable, and the setting that it overrides."""

    name: str
    section: str
    key: str


_VARIABLES = (
    _Variable("OPENAI_ADMIN_KEY", "openai", "admin_key"),
    _Variable("OPENAI_BASE_URL", "openai", "base_url"),
    _Variable("USAGE_STORE_URI", "store", "uri"),
    _Variable("USAGE_BUDGETS_FILE", "budgets", "file"),
)


def _problem(invalid: ValidationError, variables: Mapping[tuple[str, str], str]) -> str:
    """Return the first problem as a sentence that names the setting, and never holds its value."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    section, *keys = (str(part) for part in error["loc"])
    if not keys:
        return f"[{section}] in .streamlit/secrets.toml must be a table. See secrets.example.toml."
    key = keys[0]
    variable = variables.get((section, key))
    return wrong_setting(error, f"[{section}]", key, _fields(section), variable)


def wrong_setting(
    error: ErrorDetails, table: str, key: str, fields: Mapping[str, FieldInfo], variable: str | None = None
) -> str:
    """Return an error about `key` of a table of the secrets file in a sentence, which never holds its value.

    The descriptions of `fields` are the rules of what the table takes. The value was set by `variable` of
    the environment where one is given.
    """
    where = "in .streamlit/secrets.toml"
    if error["type"] == "extra_forbidden":
        # A word in the place of a setting's name may be anything, a key too.
        called = f"{table} {key}" if _NAME.fullmatch(key) else f"An entry of {table}"
        return f"{called} {where} is not a setting. {table} takes {', '.join(sorted(fields))}."
    rule = error["ctx"]["error"] if error["type"] == "value_error" else fields[key].description
    return f"The environment variable {variable} {rule}" if variable else f"{table} {key} {where} {rule}"


def _fields(section: str) -> Mapping[str, FieldInfo]:
    table: _Section = _Secrets.model_fields[section].default
    return type(table).model_fields
