"""A setting that breaks its rule, in a sentence that names it and never holds its value."""

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lib.configuration.environment import OF_EACH, ORGANIZATIONS
from lib.configuration.sections import ObjectOptions, OrganizationSection, Secrets, Section
from lib.configuration.setting_rules import ORGANIZATION_NAME, spelt

_SETTING_NAME = re.compile(r"[a-z_]{1,30}")


def problem(invalid: ValidationError, variables: Mapping[tuple[str, ...], str]) -> str:
    """Return the first problem as a sentence that names the setting, and never holds its value."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    section, *keys = (str(part) for part in error["loc"])
    if not keys:
        return f"[{section}] in .streamlit/secrets.toml must be a table. See secrets.example.toml."
    key = keys[0]
    if key == "organizations" and len(keys) > 1:
        return _problem_of_organization(error, keys[1], keys[2:], variables)
    if key == "options" and len(keys) > 1:
        return wrong_setting(error, "[store.options]", keys[1], ObjectOptions.model_fields)
    variable = variables.get((section, key))
    return wrong_setting(error, f"[{section}]", key, _fields(section), variable)


def _problem_of_organization(
    error: ErrorDetails, name: str, keys: Sequence[str], variables: Mapping[tuple[str, ...], str]
) -> str:
    if keys == ["[key]"]:
        # A word in the place of a name may be anything, a key too.
        return f"An organization in .streamlit/secrets.toml or {ORGANIZATIONS} {error['ctx']['error']}"
    table = (
        f"[openai.organizations.{name}]" if ORGANIZATION_NAME.fullmatch(name) else "[openai.organizations]"
    )
    if not keys:
        return f"{table} in .streamlit/secrets.toml must be a table. See secrets.example.toml."
    said = wrong_setting(
        error,
        table,
        keys[0],
        OrganizationSection.model_fields,
        variables.get(("openai", "organizations", name, keys[0])),
    )
    if error["type"] == "missing":
        said += f" The variable {OF_EACH[keys[0]]}_{spelt(name)} of the environment can hold it too."
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
        called = f"{table} {key}" if _SETTING_NAME.fullmatch(key) else f"An entry of {table}"
        return f"{called} {where} is not a setting. {table} takes {', '.join(sorted(fields))}."
    rule = error["ctx"]["error"] if error["type"] == "value_error" else fields[key].description
    return f"The environment variable {variable} {rule}" if variable else f"{table} {key} {where} {rule}"


def _fields(section: str) -> Mapping[str, FieldInfo]:
    table: Section = Secrets.model_fields[section].default
    return type(table).model_fields
