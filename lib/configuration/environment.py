"""The variables of the environment, each of which overrides a setting of the secrets files."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lib.configuration.setting_rules import spelt

PUBLIC_ADDRESS = "USAGE_PUBLIC_ADDRESS"
"""The variable with the address at which a proxy on this machine lets people in."""
MAIN = "main"
"""What the organization of `[openai] admin_key` is called where there are others beside it."""
ORGANIZATIONS = "USAGE_ORGANIZATIONS"
"""The variable that names organizations, whose keys are in variables of their own."""


class Variable(NamedTuple):
    """An environment variable, and the setting that it overrides."""

    name: str
    section: str
    key: str


VARIABLES = (
    Variable("OPENAI_ADMIN_KEY", "openai", "admin_key"),
    Variable("OPENAI_BASE_URL", "openai", "base_url"),
    Variable("USAGE_STORE_URI", "store", "uri"),
    Variable("USAGE_ENGINE_URL", "engine", "url"),
    Variable("USAGE_BUDGETS_FILE", "budgets", "file"),
    Variable("USAGE_TEAMS_FILE", "teams", "file"),
    Variable("USAGE_METRICS_TOKEN", "metrics", "token"),
    Variable("USAGE_LOG_FORMAT", "log", "format"),
)

OF_EACH = {"admin_key": "OPENAI_ADMIN_KEY", "base_url": "OPENAI_BASE_URL"}
"""What a variable of the environment can say of an organization: a setting → how its name begins."""


def with_organizations(openai: Any, environ: Mapping[str, str]) -> tuple[Any, dict[tuple[str, ...], str]]:
    """Return the table `openai` with what `environ` says of organizations, and which variable said what.

    A variable for each is `OPENAI_ADMIN_KEY_NAME`, in capitals and with _ for -.
    """
    declared = openai.get("organizations", {}) if isinstance(openai, Mapping) else None
    if not isinstance(declared, Mapping):
        return openai, {}
    tables: dict[str, Any] = {}
    said: dict[tuple[str, ...], str] = {}
    for name in dict.fromkeys((*declared, *environ.get(ORGANIZATIONS, "").replace(",", " ").split())):
        table = declared.get(name, {})
        own = {key: f"{variable}_{spelt(name)}" for key, variable in OF_EACH.items()}
        own = {key: variable for key, variable in own.items() if environ.get(variable, "").strip()}
        if isinstance(table, Mapping):
            table = {**table, **{key: environ[variable] for key, variable in own.items()}}
        tables[name] = table
        said |= {("openai", "organizations", name, key): variable for key, variable in own.items()}
    return ({**openai, "organizations": tables} if tables else openai), said


def variable_of(organization: str | None) -> str:
    """Return the variable of the environment that can hold the key of an organization."""
    is_named = organization is not None and organization != MAIN
    return f"OPENAI_ADMIN_KEY_{spelt(organization)}" if is_named and organization else "OPENAI_ADMIN_KEY"
