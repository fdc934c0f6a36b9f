"""Declared alerts: `[[alerts]]` and `[app]` of the secrets file, read into `Declared`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from lib.alerts.facts import About
from lib.alerts.quiet_hours import RULE, QuietHours, quiet_hours
from lib.configuration.wrong_settings import wrong_setting
from lib.errors import SettingsError

OF_A_PART = frozenset({About.ANOMALIES, About.BUDGETS, About.FORECAST})
"""What can be told of a project or a team alone."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}://\S+", re.IGNORECASE)
_CALLBACK = "/oauth2callback"


class Every(StrEnum):
    """How often a digest is sent."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


@dataclass(frozen=True)
class Scope:
    """Whose facts are told: those of a project, by its id or name, or of a team; else the organization's."""

    project: str | None = None
    team: str | None = None

    @property
    def key(self) -> str:
        """Return what tells scopes apart: `team:Growth`, "" for the whole organization."""
        if self.team:
            return f"team:{self.team}"
        return f"project:{self.project}" if self.project else ""


@dataclass(frozen=True)
class Alert:
    """Who is told what: `url` is an address that apprise knows, and as secret as a key.

    Of several organizations, one that is named is the only one of which anything is told; a digest that is
    of all `together` adds them up. A digest shows the saved view that is called `view`, without one what was
    spent.
    """

    url: str = field(repr=False)
    about: frozenset[About]
    scope: Scope = Scope()
    digest: Every | None = None
    quiet: QuietHours | None = None
    sync_hours: int = 6
    name: str = ""
    organization: str | None = None
    view: str = ""
    together: bool = False


@dataclass(frozen=True)
class Declared:
    """The alerts, and at which address people open the app, "" where nobody said so."""

    alerts: tuple[Alert, ...] = ()
    address: str = ""

    def of(self, organization: str | None) -> "Declared":
        """Return the same without the alerts that are about another organization, or all of them together."""
        own = (one for one in self.alerts if one.organization in (None, organization) and not one.together)
        return replace(self, alerts=tuple(own))

    @property
    def of_all_together(self) -> "Declared":
        """Return the same with nothing but what is of all organizations together."""
        return replace(self, alerts=tuple(one for one in self.alerts if one.together))


def load_alerts(secrets: Mapping[str, Any], organizations: Collection[str | None] = ()) -> Declared:
    """Return the alerts that `secrets` declare, where there are such `organizations`.

    Raises SettingsError naming what is wrong, never the address of a receiver.
    """
    tables = secrets.get("alerts", [])
    if not isinstance(tables, list):
        msg = "Alerts in .streamlit/secrets.toml must be tables, each headed [[alerts]]. See docs/alerts.md."
        raise SettingsError(msg)
    alerts = tuple(_alert(table, nth) for nth, table in enumerate(tables, 1))
    for nth, alert in enumerate(alerts):
        if alert.organization and alert.organization not in organizations:
            msg = f"{_called(nth + 1)} organization {_no_such(organizations)}"
            raise SettingsError(msg)
        if alert.together and len(organizations) < _SEVERAL:
            msg = f"{_called(nth + 1)} together in .streamlit/secrets.toml needs several organizations."
            raise SettingsError(msg)
        if any(_same(alert, other) for other in alerts[:nth]):
            msg = f"[[alerts]] number {nth + 1} tells a receiver what an earlier one tells it too. Drop one."
            raise SettingsError(msg)
    return Declared(alerts, _address(secrets))


def _same(one: Alert, other: Alert) -> bool:
    one_digest = one.digest is not None and (one.digest, one.view) == (other.digest, other.view)
    shared = bool(one.about & other.about) or one_digest
    apart = {one.organization, other.organization} - {None}
    same = (one.url, one.scope, one.together) == (other.url, other.scope, other.together)
    return same and shared and len(apart) < _SEVERAL


_SEVERAL = 2


def _no_such(organizations: Collection[str | None]) -> str:
    named = sorted(filter(None, organizations))
    there_are = f"there are {', '.join(named)}" if named else "there is one organization, without a name"
    return f"in .streamlit/secrets.toml must be the name of an organization; {there_are}."


def _called(nth: int) -> str:
    return "[[alerts]]" if nth == 1 else f"[[alerts]] number {nth}"


def _alert(table: object, nth: int) -> Alert:
    called = _called(nth)
    try:
        read = _Alert.model_validate(table)
    except ValidationError as invalid:
        problem = _problem(invalid, called, _Alert)
    else:
        if read.project and read.team:
            problem = f"{called} in .streamlit/secrets.toml takes a project or a team, not both."
        elif (read.project or read.team) and read.about is not None and not read.about <= OF_A_PART:
            can, part = ", ".join(sorted(OF_A_PART)), "team" if read.team else "project"
            problem = f"{called} about in .streamlit/secrets.toml can only be {can} where it has a {part}."
        elif read.view and read.digest is None:
            problem = (
                f"{called} in .streamlit/secrets.toml has a view, which only a digest shows: give it digest."
            )
        elif read.together and (read.digest is None or read.about or read.organization):
            problem = (
                f"{called} together in .streamlit/secrets.toml is for a digest alone: give it no about and "
                "no organization. Facts are told of each organization by itself."
            )
        elif read.about == frozenset() and read.digest is None:
            problem = f"{called} in .streamlit/secrets.toml tells nothing: give it about or digest."
        else:
            return read.alert()
    # Raised outside `except`, so that the failure does not carry pydantic's, and with it the url.
    raise SettingsError(problem)


def _address(secrets: Mapping[str, Any]) -> str:
    """Return where people open the app: as said, or else where they come back to from signing in."""
    try:
        said = _App.model_validate(secrets.get("app", {})).address
    except ValidationError as invalid:
        problem = _problem(invalid, "[app]", _App)
    else:
        auth = secrets.get("auth")
        back = auth.get("redirect_uri") if isinstance(auth, Mapping) else None
        return said or (back.removesuffix(_CALLBACK) if isinstance(back, str) else "")
    raise SettingsError(problem)


def _problem(invalid: ValidationError, table: str, model: type[BaseModel]) -> str:
    """Return the first problem as a sentence that names the setting, and never holds its value."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    if not error["loc"]:
        return f"{table} in .streamlit/secrets.toml must be a table. See docs/alerts.md."
    return wrong_setting(error, table, str(error["loc"][0]), model.model_fields)


def _url(text: object) -> str:
    if not isinstance(text, str) or not _SCHEME.fullmatch(text.strip()):
        msg = 'must be an address in quotes, such as "mailto://…" or "slack://…": see docs/alerts.md.'
        raise ValueError(msg)
    return text.strip()


def _about(value: object) -> frozenset[About]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v in list(About) for v in value):
        msg = f"must be a list of {', '.join(About)}, in quotes."
        raise ValueError(msg)
    return frozenset(map(About, value))


def _digest(value: object) -> Every:
    if not isinstance(value, str) or value not in list(Every):
        msg = f"must be one of {', '.join(Every)}, in quotes."
        raise ValueError(msg)
    return Every(value)


def _quiet(value: object) -> QuietHours:
    if not isinstance(value, str):
        raise ValueError(RULE)
    return quiet_hours(value)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in parts.netloc:
        msg = 'must be the address at which people open the app, such as "https://usage.example.com".'
        raise ValueError(msg)
    return text.rstrip("/")


_TEXT = "must be text in quotes."


class _Alert(BaseModel):
    """A table [[alerts]]; a field's description is the rule that a bad value breaks."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    url: Annotated[str, PlainValidator(_url)] = Field(description="must be there, as text in quotes.")
    name: str = Field(
        "", strict=True, max_length=60, description="must be text in quotes, at most 60 letters."
    )
    about: Annotated[frozenset[About], PlainValidator(_about)] | None = None
    project: str | None = Field(None, strict=True, min_length=1, description=_TEXT)
    team: str | None = Field(None, strict=True, min_length=1, description=_TEXT)
    organization: str | None = Field(None, strict=True, min_length=1, description=_TEXT)
    together: bool = Field(False, strict=True, description="must be true or false, without quotes.")
    digest: Annotated[Every, PlainValidator(_digest)] | None = None
    view: str | None = Field(None, strict=True, min_length=1, description=_TEXT)
    quiet: Annotated[QuietHours, PlainValidator(_quiet)] | None = None
    sync_hours: int = Field(
        6, strict=True, ge=1, le=720, description="must be a whole number of hours from 1 to 720."
    )

    def alert(self) -> Alert:
        """Return what is declared; without `about` and a digest, that is everything."""
        about = self.about
        if about is None:
            everything = OF_A_PART if self.project or self.team else frozenset(About)
            about = frozenset() if self.digest else everything
        scope = Scope(self.project, self.team)
        return Alert(
            self.url,
            about,
            scope,
            self.digest,
            self.quiet,
            self.sync_hours,
            self.name,
            self.organization,
            self.view or "",
            self.together,
        )


class _App(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    address: Annotated[str, AfterValidator(_web_address)] | None = Field(None, strict=True, description=_TEXT)
    time_zone: object = None
    """One of the settings, which are read, and checked, elsewhere."""
