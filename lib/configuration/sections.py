"""The sections of the secrets file that are ours, with the rule of each setting."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from lib.configuration import setting_rules as rules


def _text() -> Any:
    return Field(default=None, strict=True, description="must be text in quotes.")


def _whole(lowest: int, highest: int) -> Any:
    rule = f"must be a whole number from {lowest} to {highest}."
    return Field(default=None, strict=True, ge=lowest, le=highest, description=rule)


class Section(BaseModel):
    """A table of the secrets file; a field's description is the rule that a bad value breaks."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, table: Any) -> Any:
        """Return `table` without blank texts, which are as if they were left out."""
        if not isinstance(table, Mapping):
            return table
        return {k: v for k, v in table.items() if not isinstance(v, str) or v.strip()}


class OrganizationSection(Section):
    """The table of one of several organizations."""

    admin_key: Annotated[str, AfterValidator(rules.checked_key)] = Field(
        strict=True, description="must be there, as text in quotes."
    )
    base_url: Annotated[str, AfterValidator(rules.checked_url)] | None = _text()


_Named = dict[Annotated[str, AfterValidator(rules.organization_name)], OrganizationSection]


class _OpenAI(Section):
    admin_key: Annotated[str, AfterValidator(rules.checked_key)] | None = _text()
    base_url: Annotated[str, AfterValidator(rules.checked_url)] | None = _text()
    organizations: Annotated[_Named, AfterValidator(rules.told_apart)] = Field(
        default_factory=dict, description="must be tables, each headed [openai.organizations.NAME]."
    )


class ObjectOptions(Section):
    """The table of what lets into an object store."""

    access_key_id: str | None = _text()
    secret_access_key: str | None = _text()
    session_token: str | None = _text()
    region: str | None = _text()
    endpoint_url: Annotated[str, AfterValidator(rules.checked_endpoint)] | None = _text()


class _Store(Section):
    uri: str | None = _text()
    options: ObjectOptions = Field(
        default=ObjectOptions(), description="must be a table, headed [store.options]."
    )


class _Engine(Section):
    url: str | None = _text()
    seconds: int | None = _whole(1, 86400)
    memory_mb: int | None = _whole(256, 1_048_576)


class _Sync(Section):
    concurrency: int | None = _whole(1, 32)
    memory_mb: int | None = _whole(64, 65536)
    settle_days: int | None = _whole(0, 90)
    refresh_minutes: int | None = _whole(1, 1440)
    every_minutes: int | None = _whole(0, 10080)


class _Budgets(Section):
    file: str | None = _text()
    editors: Annotated[tuple[str, ...], PlainValidator(rules.checked_editors)] | None = None


class _Teams(Section):
    file: str | None = _text()


class _Log(Section):
    format: Literal["text", "json"] | None = Field(default=None, description='must be "text" or "json".')


class _App(Section):
    """What is said of the app as a whole; the rest of the table is for alerts, which read it themselves."""

    model_config = ConfigDict(extra="ignore")

    time_zone: Annotated[str, AfterValidator(rules.checked_zone)] | None = _text()

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_no_table(cls, table: Any) -> Any:
        return table if isinstance(table, Mapping) else {}


class _Metrics(Section):
    token: Annotated[str, AfterValidator(rules.checked_token)] | None = _text()


class Secrets(BaseModel):
    """The sections that are ours; those of others are left alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    openai: _OpenAI = _OpenAI()
    store: _Store = _Store()
    engine: _Engine = _Engine()
    sync: _Sync = _Sync()
    budgets: _Budgets = _Budgets()
    teams: _Teams = _Teams()
    metrics: _Metrics = _Metrics()
    app: _App = _App()
    log: _Log = _Log()
