"""The demo API without its sockets: a path, a query and a key in, a status and a body out."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lib.catalog.sources import SOURCES
from lib.demo.organization.generator import OrganizationData
from lib.demo.server import listings
from lib.demo.server.entitlements import (
    keys_too_far_back,
    missing_scope,
    no_key,
    too_far_back,
    unknown_url,
    user_with_project,
    wrong_key,
)
from lib.demo.server.paging import page
from lib.demo.server.request import BucketRequest, fields, read
from lib.periods.windows import Window, unix

ROOT = "/v1"
KEY_FLOOR = dt.date(2025, 12, 6)
USAGE, MANAGEMENT = "api.usage.read", "api.management.read"
_BY_PATH = {ROOT + source.path: source for source in SOURCES.values()}


@dataclass
class Rules:
    """What the API refuses. Every field may be changed while the server runs."""

    lookback: dt.timedelta | None = dt.timedelta(days=365)
    """How far back history is served; None means all of it."""
    key_floor: dt.date | None = KEY_FLOOR
    """Before this day costs cannot be grouped by key."""
    user_with_project: Window | None = None
    """In these days costs refuse users together with projects."""
    unknown: set[str] = field(default_factory=set)
    """Names of sources that this organization does not have: 404."""
    missing_scopes: set[str] = field(default_factory=set)
    """Permissions that the key lacks: `api.usage.read`, `api.management.read`."""
    scope_status: int = 403
    plain_errors: bool = False
    """Whether a missing permission is told as a string instead of an object."""
    trailing_page: bool = True
    """Whether costs name a next page after a last page that is full; it is empty."""
    ignore_brackets: bool = False
    """Whether costs drop parameters spelt `name[]` without a word, as one account says."""


class Api:
    """Answers requests for one organization; safe between threads."""

    def __init__(
        self, organization: OrganizationData, admin_key: str, now: Callable[[], dt.datetime], rules: Rules
    ) -> None:
        self.organization = organization
        self.admin_key = admin_key
        self.now = now
        self.rules = rules

    def answer(self, path: str, query: str, authorization: str | None) -> dict[str, Any]:
        """Return the body of a right answer; raise Refused otherwise."""
        self._admit(path, authorization)
        now = self.now()
        source = _BY_PATH.get(path)
        if source is None:
            return listings.answer(self._listed(path), fields(query), self.organization.directory, now)
        if source.name in self.rules.unknown:
            raise unknown_url(path)
        request = read(
            source, fields(query, brackets=not (source.is_money and self.rules.ignore_brackets)), now
        )
        self._check(request, now)
        return page(request, self.organization, now, trailing=source.is_money and self.rules.trailing_page)

    def _listed(self, path: str) -> list[str]:
        prefix = f"{ROOT}/organization/"
        if not path.startswith(prefix):
            raise unknown_url(path)
        return path.removeprefix(prefix).split("/")

    def _admit(self, path: str, authorization: str | None) -> None:
        kind, _, key = (authorization or "").partition(" ")
        if kind != "Bearer" or not key:
            raise no_key()
        scope = USAGE if path in _BY_PATH else MANAGEMENT
        if key != self.admin_key:
            # a project's key is known, but may not read the organization
            project_key = key.startswith(("sk-proj-", "sk-svcacct-"))
            raise missing_scope(scope, 401) if project_key else wrong_key(key)
        if scope in self.rules.missing_scopes:
            raise missing_scope(scope, self.rules.scope_status, self.rules.plain_errors)

    def _check(self, request: BucketRequest, now: dt.datetime) -> None:
        rules = self.rules
        if rules.lookback is not None and request.start < unix(earliest := now.date() - rules.lookback):
            raise too_far_back(earliest)
        if not request.source.is_money:
            return
        if rules.key_floor and "api_key_id" in request.group_by and request.start < unix(rules.key_floor):
            raise keys_too_far_back(rules.key_floor)
        refused = rules.user_with_project
        touched = refused and request.start < refused.end_time and request.end > refused.start_time
        projects = "project_id" in (*request.group_by, *(dimension for dimension, _ in request.where))
        if touched and projects and "user_id" in request.group_by:
            raise user_with_project()
