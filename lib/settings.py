"""Settings: the secrets files and the environment, read into one frozen `Settings`.

The app and the command line read the same files in the same order (`secrets_files`), and a value has to
keep the same rules wherever it was set.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lib.configuration.environment import MAIN, ORGANIZATIONS, VARIABLES, with_organizations
from lib.configuration.secrets_files import ROOT
from lib.configuration.sections import Secrets
from lib.configuration.setting_rules import EVERYONE, OPENAI, check_store
from lib.configuration.store_address import ObjectAccess, folder_of, object_access
from lib.configuration.wrong_settings import problem
from lib.errors import SettingsError
from lib.periods.zones import UTC

_HOURLY = 60
JSON_LINES = "json"
LONGEST_QUESTION = 120
"""The seconds for which an engine elsewhere is waited for, unless set: somebody waits at a page."""


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
    object_access: ObjectAccess | None = field(default=None, repr=False)
    """How the object store with the store is reached, None where that is a folder."""
    engine_url: str | None = field(default=None, repr=False)
    """Where the engine is that answers questions, None for that of this process; it may hold a token."""
    engine_seconds: int = LONGEST_QUESTION
    """How long such an engine is waited for, for each question."""
    engine_megabytes: int | None = None
    """How much memory DuckDB may take within this process, None for its usual part of the machine's."""
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


def load_settings(secrets: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Return the settings in `secrets`, overridden by `environ`; raise SettingsError naming a bad one.

    A variable that stands at the top of a secrets file overrides `environ`: Streamlit sets it for the app.
    """
    environ = {**environ, **{name: text for name, text in secrets.items() if isinstance(text, str)}}
    sections: dict[str, Any] = {name: secrets[name] for name in Secrets.model_fields if name in secrets}
    variables: dict[tuple[str, ...], str] = {
        (v.section, v.key): v.name for v in VARIABLES if environ.get(v.name, "").strip()
    }
    for (section, key), variable in variables.items():
        table = sections.get(section)
        sections[section] = {**(table if isinstance(table, Mapping) else {}), key: environ[variable]}
    if "openai" in sections or environ.get(ORGANIZATIONS, "").strip():
        sections["openai"], own = with_organizations(sections.get("openai", {}), environ)
        variables |= own
    try:
        read = Secrets.model_validate(sections)
    except ValidationError as invalid:
        said = problem(invalid, variables)
    else:
        settings = _settings(read, environ)
        check_store(read.store.uri or settings.store_uri)
        return settings
    # Raised outside `except`, so that the failure does not carry pydantic's, and with it the key.
    raise SettingsError(said)


def _settings(read: Secrets, environ: Mapping[str, str]) -> Settings:
    """Return what was set, with the usual values for the rest.

    Raises SettingsError where two organizations would go by one name.
    """
    key, uri, sync, file = read.openai.admin_key, read.store.uri, read.sync, read.budgets.file
    is_demo = key is None and not read.openai.organizations
    if uri is None:
        uri = str(ROOT / ".data" / ("demo" if is_demo else "openai"))
    elif is_demo:
        uri = f"{uri.rstrip('/')}/demo"
    is_far = folder_of(uri) is None
    given: dict[str, Any] = {
        "base_url": read.openai.base_url,
        "concurrency": sync.concurrency,
        "memory": sync.memory_mb and sync.memory_mb * 1_000_000,
        "settle": None if sync.settle_days is None else dt.timedelta(days=sync.settle_days),
        "refresh": sync.refresh_minutes and dt.timedelta(minutes=sync.refresh_minutes),
        "collect_minutes": sync.every_minutes,
        "budgets_file": file and ROOT / file,
        "budget_editors": read.budgets.editors,
        "log_format": read.log.format,
        "time_zone": read.app.time_zone,
        "metrics_token": read.metrics.token,
        "engine_url": read.engine.url,
        "engine_seconds": read.engine.seconds,
        "engine_megabytes": read.engine.memory_mb,
        "object_access": object_access(read.store.options.model_dump(), environ) if is_far else None,
        "teams_file": read.teams.file and ROOT / read.teams.file,
    }
    whole = Settings(key, store_uri=uri, **{k: v for k, v in given.items() if v is not None})
    return _of_every_organization(read, whole) if read.openai.organizations else whole


def _of_every_organization(read: Secrets, whole: Settings) -> Settings:
    """Return the settings of every organization; the one of a key without a name keeps its store."""
    named = read.openai.organizations
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
        every.append(replace(whole, admin_key=one.admin_key, base_url=url, store_uri=uri, organization=name))
    if len(every) > 1:
        every = [replace(each, is_one_of_several=True) for each in every]
    together = replace(whole, admin_key=None, organizations=tuple(every))
    return together.of({*named, MAIN})
