"""Declared access: `[access]` and `[auth]` of the secrets file, read into `Access`."""

import datetime as dt
import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from lib.access.people import folded
from lib.access.rules import Access, Role, Rule, SignIn
from lib.configuration.secrets_files import ROOT
from lib.configuration.setting_rules import is_loopback
from lib.configuration.wrong_settings import wrong_setting
from lib.errors import SettingsError

OPEN = "USAGE_ACCESS_OPEN"
"""The environment variable that stands for `[access] open`."""
_PLAIN = ("redirect_uri", "cookie_secret")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,80}")
_SHORTEST_SECRET = 32


def load_access(secrets: Mapping[str, Any], environ: Mapping[str, str]) -> Access:
    """Return the access that `secrets` declare; raise SettingsError naming what is wrong, never its value."""
    try:
        read = _Declared.model_validate(secrets.get("access", {}))
    except ValidationError as invalid:
        problem = _problem(invalid)
    else:
        auth = secrets.get("auth")
        return read.access(_providers(auth), _host(auth), is_open=read.open or _is_set(environ.get(OPEN, "")))
    raise SettingsError(problem)


def check_address(access: Access, address: str | None) -> None:
    """Raise SettingsError where the app with `access` must not listen at `address` (None: everywhere)."""
    if is_loopback(address):
        return
    if access.sign_in is SignIn.HEADER and is_every_interface(address):
        msg = (
            "[access] email_header trusts what a proxy says, and on every interface anybody could say it. "
            'Listen at one address that only the proxy reaches, such as [server] address = "10.0.0.5" in '
            ".streamlit/config.toml, or sign people in with [auth]."
        )
        raise SettingsError(msg)
    if access.sign_in is SignIn.NONE and not access.is_open:
        msg = (
            f"The app would listen at {address or 'every interface'}, where others can reach it, and nobody "
            "has to sign in: whoever comes would see what the organization spends. Set up a sign-in ([auth] "
            "in .streamlit/secrets.toml, see docs/access.md), listen at localhost, or, where everybody who "
            f"can reach it may see everything, put open = true under [access] or set {OPEN}=true."
        )
        raise SettingsError(msg)


def is_every_interface(address: str | None) -> bool:
    """Return whether a server that listens at `address` can be reached by every interface."""
    try:
        return not address or ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _is_set(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes"}


def _addresses(emails: tuple[str, ...]) -> tuple[str, ...]:
    if not all("@" in email for email in emails):
        msg = 'must be e-mail addresses in quotes, in which * stands for anything, such as "*@example.com".'
        raise ValueError(msg)
    return tuple(map(folded, emails))


def _role(role: object) -> Role:
    found = {each.name.lower(): each for each in Role}.get(role) if isinstance(role, str) else None
    if found is None:
        msg = f"must be one of {', '.join(each.name.lower() for each in Role)}."
        raise ValueError(msg)
    return found


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name):
        msg = "must be the name of a header, such as X-Forwarded-Email."
        raise ValueError(msg)
    return name


def _set(texts: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if texts is None else frozenset(texts)


_Texts = tuple[Annotated[str, Field(strict=True, min_length=1)], ...]
_TEXT = "must be text in quotes."
_LIST = "must be a list of texts in quotes."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Rule(_Strict):
    emails: Annotated[_Texts, AfterValidator(_addresses)] = Field((), description=_LIST)
    groups: _Texts = Field((), description=_LIST)
    projects: _Texts | None = Field(None, description=_LIST)
    organizations: _Texts | None = Field(None, description=_LIST)
    teams: _Texts | None = Field(None, description=_LIST)
    role: Annotated[Role, PlainValidator(_role)] = Field(
        description="must be there: viewer, editor or admin."
    )


class _Declared(_Strict):
    """The table `[access]`; a field's description is the rule that a bad value breaks."""

    open: bool = Field(False, strict=True, description="must be true or false.")
    session_hours: float = Field(12, gt=0, le=720, description="must be a number of hours, at most 720.")
    groups_claim: str = Field("groups", strict=True, min_length=1, description=_TEXT)
    email_header: Annotated[str, AfterValidator(_header)] | None = Field(None, description=_TEXT)
    groups_header: Annotated[str, AfterValidator(_header)] | None = Field(None, description=_TEXT)
    hosts: _Texts = Field((), description=_LIST)
    audit_log: str | None = Field(None, strict=True, min_length=1, description=_TEXT)
    rule: tuple[_Rule, ...] = Field((), description="must be tables, each headed [[access.rule]].")

    def access(self, providers: tuple[str, ...] | None, host: str | None, *, is_open: bool) -> Access:
        """Return what is declared, with the sign-in `providers` of [auth] (None without any).

        Raises SettingsError for what cannot go together.
        """
        if self.email_header and providers is not None:
            msg = "[access] email_header and [auth] cannot be used together: take one way to sign in."
            raise SettingsError(msg)
        ways = {SignIn.OIDC: providers is not None, SignIn.HEADER: self.email_header is not None}
        sign_in = next((way for way, used in ways.items() if used), SignIn.NONE)
        if self.rule and sign_in is SignIn.NONE:
            msg = (
                "[[access.rule]] names people, but nobody can sign in. Add [auth] to the secrets file, "
                "or [access] email_header behind a proxy that signs people in (docs/access.md)."
            )
            raise SettingsError(msg)
        rules = tuple(
            Rule(r.role, r.emails, r.groups, _set(r.projects), _set(r.organizations), _set(r.teams))
            for r in self.rule
        )
        if any(not rule.emails and not rule.groups for rule in rules):
            msg = 'An [[access.rule]] names nobody: give it emails or groups; emails = ["*@*"] is everybody.'
            raise SettingsError(msg)
        for word in ("projects", "teams"):
            if any(getattr(rule, word) is not None and rule.role is not Role.VIEWER for rule in rules):
                msg = (
                    f"An [[access.rule]] with {word} must be for viewers: what editors write, everybody sees."
                )
                raise SettingsError(msg)
        if any(rule.projects is not None and rule.teams is not None for rule in rules):
            msg = "An [[access.rule]] names projects and teams. Take one of them: whose are both is not said."
            raise SettingsError(msg)
        return Access(
            sign_in,
            providers or (),
            rules,
            self.groups_claim,
            dt.timedelta(hours=self.session_hours),
            is_open,
            self.email_header,
            self.groups_header,
            (*(name.lower() for name in self.hosts), *([host] if host else [])),
            ROOT / self.audit_log if self.audit_log else None,
        )


def _providers(auth: object) -> tuple[str, ...] | None:
    """Return the names of the providers in [auth], none where it is one without a name; None without any.

    Raises SettingsError where it lacks what a sign-in needs, since Streamlit would only say so to who tries.
    """
    if auth is None:
        return None
    if not isinstance(auth, Mapping):
        msg = "[auth] in .streamlit/secrets.toml must be a table. See docs/access.md."
        raise SettingsError(msg)
    named = tuple(name for name, value in auth.items() if isinstance(value, Mapping) and "client_id" in value)
    needed = (*_PLAIN, *(() if named else ("client_id", "client_secret", "server_metadata_url")))
    missing = [name for name in needed if not isinstance(auth.get(name), str) or not auth[name].strip()]
    if missing:
        msg = f"[auth] in .streamlit/secrets.toml lacks {', '.join(missing)}. See docs/access.md."
        raise SettingsError(msg)
    if not str(auth["redirect_uri"]).endswith("/oauth2callback") or not _host(auth):
        msg = "[auth] redirect_uri must be the app's address with /oauth2callback at its end."
        raise SettingsError(msg)
    if len(auth["cookie_secret"]) < _SHORTEST_SECRET:
        msg = (
            f"[auth] cookie_secret must have at least {_SHORTEST_SECRET} characters that nobody can guess: "
            "whoever knows it can sign in as anybody. Make one: python -c 'import secrets; "
            "print(secrets.token_urlsafe(48))'"
        )
        raise SettingsError(msg)
    return named


def _host(auth: object) -> str | None:
    """Return the host that people come back to from signing in, None without one."""
    uri = auth.get("redirect_uri") if isinstance(auth, Mapping) else None
    try:
        return urlsplit(uri).hostname if isinstance(uri, str) else None
    except ValueError:
        return None


def _problem(invalid: ValidationError) -> str:
    """Return the first problem as a sentence that names the setting, and never holds its value."""
    error = invalid.errors(include_url=False, include_input=False)[0]
    place = [part for part in error["loc"] if isinstance(part, str)]
    if not place:
        return "[access] in .streamlit/secrets.toml must be a table. See docs/access.md."
    of_rule = place[0] == "rule" and len(place) > 1
    table, key, fields = (
        ("[[access.rule]]", place[1], _Rule.model_fields)
        if of_rule
        else ("[access]", place[0], _Declared.model_fields)
    )
    return wrong_setting(error, table, key, fields)
