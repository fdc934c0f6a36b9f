"""Settings: the secrets files and the environment, read into one frozen `Settings`.

The app and the command line read the same files in the same order (`secrets_files`), and a value has to
keep the same rules wherever it was set.
"""

import datetime as dt
import ipaddress
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
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
from lib.periods.zones import UTC, meant, zones

OPENAI = "https://api.openai.com/v1"
ROOT = Path(__file__).resolve().parent.parent
PUBLIC_ADDRESS = "USAGE_PUBLIC_ADDRESS"
"""The environment variable with the address at which a proxy on this machine lets people in."""
EVERYONE = "everyone"
MAIN = "main"
"""What the organization of `[openai] admin_key` is called where there are others beside it."""
_PLACEHOLDER = "sk-admin-..."
_NAMES = "USAGE_ORGANIZATIONS"
"""The environment variable that names organizations, whose keys are in variables of their own."""
_ORGANIZATION = re.compile(r"(?!sk-)[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_NAME = re.compile(r"[a-z_]{1,30}")
_HOURLY = 60
_SHORTEST_TOKEN = 24
JSON_LINES = "json"


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
    teams_file: Path | None = None
    log_format: str = field(default="text", compare=False)
    time_zone: str = field(default=UTC, compare=False)
    """The zone by whose days usage is counted where nobody chose another one; it makes no other instance."""
    metrics_token: str | None = field(default=None, repr=False, compare=False)
    """What has to be brought to be told the metrics; it makes no other instance, and shows in no repr."""
    organization: str | None = None
    """The name of the organization whose key it is, None where one key has no name."""
    is_one_of_several: bool = False
    """Whether there are other organizations beside it."""
    organizations: tuple["Settings", ...] = ()
    """The settings of each of several organizations, which then have the keys and stores."""

    def of(self, names: Collection[str]) -> "Settings":
        """Return the settings of those of the organizations that are in `names`, which one at least is."""
        kept = tuple(each for each in self.organizations if each.organization in names)
        return replace(self, organizations=kept) if len(kept) > 1 else kept[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the organizations, none where one key has no name."""
        return tuple(each.organization for each in self.organizations or (self,) if each.organization)

    @property
    def shared_store(self) -> str:
        """Return where what people write about all of several organizations is kept."""
        return f"{self.store_uri.rstrip('/')}/together"

    @property
    def instance_store(self) -> str:
        """Return where what is the instance's own is kept, however many organizations there are."""
        return self.store_uri.removesuffix(f"/organizations/{self.organization}")

    @property
    def largest_answer(self) -> int:
        """Return how many bytes of an answer are read at most."""
        return self.memory // 4

    @property
    def is_demo(self) -> bool:
        """Return whether the numbers are the demo organization's."""
        return self.admin_key is None and not self.organizations

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
    def teams(self) -> Path:
        """Return the file that declares teams; on demo data the example does, unless another is set."""
        usual = "teams.example.toml" if self.is_demo else "teams.toml"
        return self.teams_file or ROOT / ".streamlit" / usual

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
    environ = {**environ, **{name: text for name, text in secrets.items() if isinstance(text, str)}}
    sections: dict[str, Any] = {name: secrets[name] for name in _Secrets.model_fields if name in secrets}
    variables: dict[tuple[str, ...], str] = {
        (v.section, v.key): v.name for v in _VARIABLES if environ.get(v.name, "").strip()
    }
    for (section, key), variable in variables.items():
        table = sections.get(section)
        sections[section] = {**(table if isinstance(table, Mapping) else {}), key: environ[variable]}
    if "openai" in sections or environ.get(_NAMES, "").strip():
        sections["openai"], own = _with_organizations(sections.get("openai", {}), environ)
        variables |= own
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


def _with_organizations(openai: Any, environ: Mapping[str, str]) -> tuple[Any, dict[tuple[str, ...], str]]:
    """Return the table `openai` with what `environ` says of organizations, and which variable said what.

    A variable for each is `OPENAI_ADMIN_KEY_NAME`, in capitals and with _ for -.
    """
    declared = openai.get("organizations", {}) if isinstance(openai, Mapping) else None
    if not isinstance(declared, Mapping):
        return openai, {}
    tables: dict[str, Any] = {}
    said: dict[tuple[str, ...], str] = {}
    for name in dict.fromkeys((*declared, *environ.get(_NAMES, "").replace(",", " ").split())):
        table = declared.get(name, {})
        own = {key: f"{variable}_{_spelt(name)}" for key, variable in _OF_EACH.items()}
        own = {key: variable for key, variable in own.items() if environ.get(variable, "").strip()}
        if isinstance(table, Mapping):
            table = {**table, **{key: environ[variable] for key, variable in own.items()}}
        tables[name] = table
        said |= {("openai", "organizations", name, key): variable for key, variable in own.items()}
    return ({**openai, "organizations": tables} if tables else openai), said


def variable_of(organization: str | None) -> str:
    """Return the variable of the environment that can hold the key of an organization."""
    is_named = organization is not None and organization != MAIN
    return f"OPENAI_ADMIN_KEY_{_spelt(organization)}" if is_named and organization else "OPENAI_ADMIN_KEY"


def _spelt(name: str) -> str:
    """Return an organization's name as it stands in a variable of the environment."""
    return name.upper().replace("-", "_")


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


def _organization_name(name: str) -> str:
    if not _ORGANIZATION.fullmatch(name):
        msg = "must be named by up to 40 letters (a to z), digits, - and _, and begin with a letter or digit."
        raise ValueError(msg)
    return name


def _told_apart(organizations: dict[str, "_Organization"]) -> dict[str, "_Organization"]:
    spelt: dict[str, str] = {}
    for name in organizations:
        other = spelt.setdefault(_spelt(name), name)
        if other != name:
            msg = f"has {other} and {name}, which are too alike to be told apart everywhere. Rename one."
            raise ValueError(msg)
    return organizations


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


class _Organization(_Section):
    admin_key: Annotated[str, AfterValidator(checked_key)] = Field(
        strict=True, description="must be there, as text in quotes."
    )
    base_url: Annotated[str, AfterValidator(checked_url)] | None = _text()


_Named = dict[Annotated[str, AfterValidator(_organization_name)], _Organization]


class _OpenAI(_Section):
    admin_key: Annotated[str, AfterValidator(checked_key)] | None = _text()
    base_url: Annotated[str, AfterValidator(checked_url)] | None = _text()
    organizations: Annotated[_Named, AfterValidator(_told_apart)] = Field(
        default_factory=dict, description="must be tables, each headed [openai.organizations.NAME]."
    )


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


class _Teams(_Section):
    file: str | None = _text()


def _token(token: str) -> str:
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        msg = (
            f"must be at least {_SHORTEST_TOKEN} letters, digits and signs, which nobody can guess. "
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
        raise ValueError(msg)
    return token


class _Log(_Section):
    format: Literal["text", "json"] | None = Field(default=None, description='must be "text" or "json".')


def _zone(name: str) -> str:
    if name in zones():
        return name
    msg = f"must be the name of a time zone, such as Europe/Berlin.{meant(name)}"
    raise ValueError(msg)


class _App(_Section):
    """What is said of the app as a whole; the rest of the table is for alerts, which read it themselves."""

    model_config = ConfigDict(extra="ignore")

    time_zone: Annotated[str, AfterValidator(_zone)] | None = _text()

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_no_table(cls, table: Any) -> Any:
        return table if isinstance(table, Mapping) else {}


class _Metrics(_Section):
    token: Annotated[str, AfterValidator(_token)] | None = _text()


class _Secrets(BaseModel):
    """The sections that are ours; those of others are left alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    openai: _OpenAI = _OpenAI()
    store: _Store = _Store()
    sync: _Sync = _Sync()
    budgets: _Budgets = _Budgets()
    teams: _Teams = _Teams()
    metrics: _Metrics = _Metrics()
    app: _App = _App()
    log: _Log = _Log()

    def settings(self) -> Settings:
        """Return what was set, with the usual values for the rest.

        Raises SettingsError where two organizations would go by one name.
        """
        key, uri, sync, file = self.openai.admin_key, self.store.uri, self.sync, self.budgets.file
        is_demo = key is None and not self.openai.organizations
        if uri is None:
            uri = str(ROOT / ".data" / ("demo" if is_demo else "openai"))
        elif is_demo:
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
            "log_format": self.log.format,
            "time_zone": self.app.time_zone,
            "metrics_token": self.metrics.token,
            "teams_file": self.teams.file and ROOT / self.teams.file,
        }
        whole = Settings(key, store_uri=uri, **{k: v for k, v in given.items() if v is not None})
        return self._with_organizations(whole) if self.openai.organizations else whole

    def _with_organizations(self, whole: Settings) -> Settings:
        """Return the settings of every organization; the one of a key without a name keeps its store."""
        named = self.openai.organizations
        if whole.admin_key and MAIN in map(str.lower, named):
            msg = (
                f"[openai.organizations.{MAIN}] in .streamlit/secrets.toml has the name that the key in "
                "[openai] admin_key goes by. Rename it, or take that key out."
            )
            raise SettingsError(msg)
        every = [replace(whole, organization=MAIN)] if whole.admin_key else []
        for name, one in named.items():
            uri = f"{whole.store_uri.rstrip('/')}/organizations/{name}"
            url = one.base_url or whole.base_url
            every.append(
                replace(whole, admin_key=one.admin_key, base_url=url, store_uri=uri, organization=name)
            )
        if len(every) > 1:
            every = [replace(each, is_one_of_several=True) for each in every]
        together = replace(whole, admin_key=None, organizations=tuple(every))
        return together.of({*named, MAIN})


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
    _Variable("USAGE_TEAMS_FILE", "teams", "file"),
    _Variable("USAGE_METRICS_TOKEN", "metrics", "token"),
    _Variable("USAGE_LOG_FORMAT", "log", "format"),
)

_OF_EACH = {"admin_key": "OPENAI_ADMIN_KEY", "base_url": "OPENAI_BASE_URL"}
"""What a variable of the environment can say of an organization: a setting → how its name begins."""


def _problem(invalid: ValidationError, variables: Mapping[tuple[str, ...], str]) -> str:
    """Return the first problem as a sentence that names the setting, and never holds its value."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    section, *keys = (str(part) for part in error["loc"])
    if not keys:
        return f"[{section}] in .streamlit/secrets.toml must be a table. See secrets.example.toml."
    key = keys[0]
    if key == "organizations" and len(keys) > 1:
        return _problem_of_organization(error, keys[1], keys[2:], variables)
    variable = variables.get((section, key))
    return wrong_setting(error, f"[{section}]", key, _fields(section), variable)


def _problem_of_organization(
    error: ErrorDetails, name: str, keys: Sequence[str], variables: Mapping[tuple[str, ...], str]
) -> str:
    if keys == ["[key]"]:
        # A word in the place of a name may be anything, a key too.
        return f"An organization in .streamlit/secrets.toml or {_NAMES} {error['ctx']['error']}"
    table = f"[openai.organizations.{name}]" if _ORGANIZATION.fullmatch(name) else "[openai.organizations]"
    if not keys:
        return f"{table} in .streamlit/secrets.toml must be a table. See secrets.example.toml."
    said = wrong_setting(
        error,
        table,
        keys[0],
        _Organization.model_fields,
        variables.get(("openai", "organizations", name, keys[0])),
    )
    if error["type"] == "missing":
        said += f" The variable {_OF_EACH[keys[0]]}_{_spelt(name)} of the environment can hold it too."
    return said


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
