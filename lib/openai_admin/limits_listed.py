"""Limits: what OpenAI itself was told about spend, for the organization and for projects."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What OpenAI does when spend passes the amount."""

    LIMIT = "limit"
    ALERT = "alert"


@dataclass(frozen=True)
class SpendLimit:
    """A limit or an alert: US dollars a month, of one project or, with an empty id, of the organization.

    `enforced` says whether requests are refused beyond a limit, None where that was not told.
    """

    kind: Kind
    project_id: str
    amount: Decimal
    enforced: bool | None = None


@dataclass(frozen=True)
class LimitList:
    """Every limit and alert that could be read, and one sentence for each thing that could not."""

    limits: tuple[SpendLimit, ...] = ()
    failures: tuple[str, ...] = ()
    read_at: dt.datetime | None = None
