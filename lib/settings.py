"""Settings: secrets and environment, read into one frozen `Settings`."""

import datetime as dt
import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lib.errors import SettingsError

OPENAI = "https://api.openai.com/v1"
ROOT = Path(__file__).resolve().parent.parent
EVERYONE = "everyone"
_PLACEHOLDER = "sk-admin-..."


@dataclass(frozen=True)
class Settings:
    """What an instance runs with; `admin_key` is None on demo data and never shows in a repr."""

    admin_key: str | None = field(default=None, repr=False)
    base_url: str = OPENAI
    store_uri: str = str(ROOT / ".data" / "demo")
    concurrency: int = 6
    settle: dt.timedelta = dt.timedelta(days=3)
    refresh: dt.timedelta = dt.timedelta(minutes=10)
    names_refresh: dt.timedelta = dt.timedelta(hours=1)
    budgets_file: Path | None = None
    budget_editors: tuple[str, ...] | None = None

    @property
    def is_demo(self) -> bool:
        """Return whether the numbers are the demo organization's."""
        return self.admin_key is None

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


@dataclass(frozen=True)
class _Setting:
    """One setting: where secrets and environment hold it, and how its text becomes a value."""

    section: str
    key: str
    variable: str | None
    read: Callable[[str, Any], Any]

    @property
    def name(self) -> str:
        return f"[{self.section}] {self.key} in .streamlit/secrets.toml"


def load_settings(secrets: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Return the settings in `secrets`, overridden by `environ`; raise SettingsError naming a bad one."""
    _refuse_unknown(secrets)
    values = {s.key: _value(s, secrets, environ) for s in _SETTINGS}
    given = {k: v for k, v in values.items() if v is not None}
    key = given.get("admin_key")
    uri = given.get("uri")
    if uri is None:
        uri = str(ROOT / ".data" / ("openai" if key else "demo"))
    elif key is None:
        uri = f"{uri.rstrip('/')}/demo"
    renamed = {
        "settle_days": "settle",
        "refresh_minutes": "refresh",
        "file": "budgets_file",
        "editors": "budget_editors",
    }
    rest = {renamed.get(k, k): v for k, v in given.items() if k != "uri"}
    return Settings(store_uri=uri, **rest)


def read_secrets_file(folders: tuple[Path, ...] | None = None) -> Mapping[str, Any]:
    """Return the first `.streamlit/secrets.toml` among the working folder, the project and the home folder.

    Without one, an empty mapping; SettingsError where it is not valid TOML.
    """
    for folder in folders or (Path.cwd(), ROOT, Path.home()):
        path = folder / ".streamlit" / "secrets.toml"
        if path.is_file():
            try:
                return tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
                msg = f"{path} is not valid TOML. Compare it with .streamlit/secrets.example.toml."
                raise SettingsError(msg) from None
    return {}


def is_loopback(host: str | None) -> bool:
    """Return whether `host` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _value(setting: _Setting, secrets: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    if setting.variable and environ.get(setting.variable, "").strip():
        return setting.read(f"the environment variable {setting.variable}", environ[setting.variable])
    section = secrets.get(setting.section, {})
    if not isinstance(section, Mapping):
        msg = f"[{setting.section}] in .streamlit/secrets.toml must be a table. See secrets.example.toml."
        raise SettingsError(msg)
    value = section.get(setting.key)
    blank = value is None or (isinstance(value, str) and not value.strip())
    return None if blank else setting.read(setting.name, value)


def _refuse_unknown(secrets: Mapping[str, Any]) -> None:
    known: dict[str, set[str]] = {}
    for setting in _SETTINGS:
        known.setdefault(setting.section, set()).add(setting.key)
    for section, keys in known.items():
        table = secrets.get(section, {})
        extra = sorted(set(table) - keys) if isinstance(table, Mapping) else []
        if extra:
            msg = (
                f"[{section}] {extra[0]} in .streamlit/secrets.toml is not a setting. "
                f"[{section}] takes {', '.join(sorted(keys))}."
            )
            raise SettingsError(msg)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        msg = f"{name} must be text in quotes."
        raise SettingsError(msg)
    return value.strip()


def _admin_key(name: str, value: Any) -> str:
    key = _text(name, value)
    if key == _PLACEHOLDER:
        msg = f"{name} is still the example's placeholder. Put the organization's admin key there."
        raise SettingsError(msg)
    if not key.isascii() or not key.isprintable() or " " in key:
        msg = f"{name} is not a key: it holds spaces or characters that no key has. Paste it again."
        raise SettingsError(msg)
    return key


def _base_url(name: str, value: Any) -> str:
    url = _text(name, value).rstrip("/")
    try:
        parts = urlsplit(url)
    except ValueError:
        msg = f"{name} is not an address. The API's own is {OPENAI}."
        raise SettingsError(msg) from None
    if "@" in parts.netloc:
        msg = f"{name} must not hold a user name or password."
        raise SettingsError(msg)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    ):
        msg = (
            f"{name} must begin with https:// (http:// only for this machine), so that the key stays secret."
        )
        raise SettingsError(msg)
    return url


def _path(name: str, value: Any) -> Path:
    return ROOT / _text(name, value)


def _editors(name: str, value: Any) -> tuple[str, ...]:
    if value == EVERYONE:
        return (EVERYONE,)
    if not isinstance(value, list) or not all(isinstance(v, str) and "@" in v for v in value):
        msg = f'{name} must be a list of e-mail addresses in quotes, or "{EVERYONE}".'
        raise SettingsError(msg)
    return tuple(v.strip().casefold() for v in value)


def _whole(lowest: int, highest: int) -> Callable[[str, Any], int]:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            msg = f"{name} must be a whole number from {lowest} to {highest}."
            raise SettingsError(msg)
        return value

    return read


def _span(unit: str, lowest: int, highest: int) -> Callable[[str, Any], dt.timedelta]:
    whole = _whole(lowest, highest)
    return lambda name, value: dt.timedelta(**{unit: whole(name, value)})


_SETTINGS = (
    _Setting("openai", "admin_key", "OPENAI_ADMIN_KEY", _admin_key),
    _Setting("openai", "base_url", "OPENAI_BASE_URL", _base_url),
    _Setting("store", "uri", "USAGE_STORE_URI", _text),
    _Setting("sync", "concurrency", None, _whole(1, 32)),
    _Setting("sync", "settle_days", None, _span("days", 0, 90)),
    _Setting("sync", "refresh_minutes", None, _span("minutes", 1, 1440)),
    _Setting("budgets", "file", "USAGE_BUDGETS_FILE", _path),
    _Setting("budgets", "editors", None, _editors),
)
