"""Read the spend limits and alerts that an organization and its projects have at OpenAI.

Amounts come in cents a month. A limit that is not set is answered with 404, as is an endpoint that an
organization does not have; only the message tells them apart.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import quote

from lib.errors import BadKey, BadRequest, MissingScope, UnexpectedResponse, UnknownEndpoint
from lib.openai_admin.connection import Connection

LIMITS = "limits"
MOST_PAGES = 50
_CENT = Decimal("0.01")
_NO_SUCH_URL = re.compile(r"invalid url|unknown (?:request )?url", re.IGNORECASE)
_REFUSED = (UnknownEndpoint, MissingScope, BadKey, BadRequest, UnexpectedResponse)


class LimitKind(StrEnum):
    """What OpenAI does when spend passes the amount."""

    LIMIT = "limit"
    ALERT = "alert"


@dataclass(frozen=True)
class SpendLimit:
    """A limit or an alert: US dollars a month, of one project or, with an empty id, of the organization.

    `enforced` says whether requests are refused beyond a limit, None where that was not told. Among several
    organizations, `organization` is the name of the one that it is for.
    """

    kind: LimitKind
    project_id: str
    amount: Decimal
    enforced: bool | None = None
    organization: str = ""


@dataclass(frozen=True)
class LimitList:
    """Every limit and alert that could be read, and one sentence for each thing that could not.

    `read_at` says when, and `all_read_at` when no project was left out, which may be longer ago.
    """

    limits: tuple[SpendLimit, ...] = ()
    failures: tuple[str, ...] = ()
    read_at: dt.datetime | None = None
    all_read_at: dt.datetime | None = field(default=None, compare=False)


_PATHS = {LimitKind.LIMIT: "spend_limit", LimitKind.ALERT: "spend_alerts"}
_WORDS = {LimitKind.LIMIT: "spend limit", LimitKind.ALERT: "spend alerts"}


@dataclass(frozen=True)
class _Read:
    """The limits, or the alerts, of the organization or of one project, or why they cannot be read."""

    limits: tuple[SpendLimit, ...] = ()
    failure: str | None = None


class LimitReader:
    """Reads limits and alerts; what the organization refuses is not requested of its projects."""

    def __init__(self, connection: Connection, pool: int) -> None:
        self._connection = connection
        self._pool = pool

    def fetch(self, projects: Iterable[str]) -> LimitList:
        """Return all limits and alerts; raise an AdminApiError where the API is down."""
        first = {kind: self._read(kind, "") for kind in LimitKind}
        answered = [kind for kind in LimitKind if first[kind].failure is None]
        asks = [(kind, project) for project in projects for kind in answered]
        with ThreadPoolExecutor(self._pool, thread_name_prefix=LIMITS) as pool:
            more = list(pool.map(lambda ask: self._read(*ask), asks))
        every = [*first.values(), *more]
        sentences = dict.fromkeys(read.failure for read in every if read.failure)
        return LimitList(tuple(one for read in every for one in read.limits), tuple(sentences))

    def _read(self, kind: LimitKind, project: str) -> _Read:
        base = f"/organization/projects/{quote(project, safe='')}" if project else "/organization"
        path = f"{base}/{_PATHS[kind]}"
        read = (
            partial(self._limit, path, project)
            if kind is LimitKind.LIMIT
            else partial(self._alerts, path, project)
        )
        try:
            return _Read(tuple(read()))
        except _REFUSED as failure:
            if kind is LimitKind.LIMIT and isinstance(failure, UnknownEndpoint) and not _is_unknown(failure):
                return _Read()
            whose = f"of project {project}" if project else "of the organization"
            return _Read(failure=f"The {_WORDS[kind]} {whose} cannot be read: {failure}")

    def _limit(self, path: str, project: str) -> Iterator[SpendLimit]:
        answer = self._connection.get(path, {}, counted_as=LIMITS)
        enforcement = answer.get("enforcement")
        status = enforcement.get("status") if isinstance(enforcement, dict) else None
        enforced = status == "enforcing" if isinstance(status, str) else None
        yield SpendLimit(LimitKind.LIMIT, project, _dollars(answer, path), enforced)

    def _alerts(self, path: str, project: str) -> Iterator[SpendLimit]:
        parameters: dict[str, str | int | list[str]] = {"limit": 100}
        for _ in range(MOST_PAGES):
            answer = self._connection.get(path, parameters, counted_as=LIMITS)
            items = answer.get("data")
            if not isinstance(items, list):
                raise UnexpectedResponse(f"{path} was answered without `data`.")
            for item in items:
                yield SpendLimit(LimitKind.ALERT, project, _dollars(item, path))
            cursor = answer.get("last_id")
            if not answer.get("has_more") or not isinstance(cursor, str) or cursor == parameters.get("after"):
                return
            parameters["after"] = cursor


def _is_unknown(failure: UnknownEndpoint) -> bool:
    return bool(_NO_SUCH_URL.search(str(failure)))


def _dollars(item: Any, path: str) -> Decimal:
    """Return the amount in US dollars a month; raise UnexpectedResponse for anything else."""
    amount = item.get("threshold_amount") if isinstance(item, dict) else None
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise UnexpectedResponse(f"{path} was answered without an amount in cents.")
    if str(item.get("currency", "USD")).upper() != "USD" or item.get("interval", "month") != "month":
        raise UnexpectedResponse(f"{path} is not about US dollars a month, which is all that is shown here.")
    return amount * _CENT
