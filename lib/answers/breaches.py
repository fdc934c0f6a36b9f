"""Check: which budgets, limits and balance are exceeded or going to be, for whoever is not looking."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from lib.analysis.forecasting.burn_rate import Remaining, Status
from lib.analysis.forecasting.outlook import Outlook
from lib.answers.budget_status import (
    WHOLE,
    Key,
    Watched,
    balance_status,
    balance_words,
    filters_of,
    remaining,
    status_words,
    too_old,
    watched,
    watched_limits,
)
from lib.answers.forecasts import forecast_of
from lib.openai_admin.spend_limits import LimitKind
from lib.settings import Settings
from lib.store.budget_file import Declared
from lib.store.usage_store import Store
from lib.wording.labels import Labels

BREACHED = "breached"
_STATES = {Status.OVER: BREACHED, Status.COMING: "coming"}


@dataclass(frozen=True)
class Breach:
    """Something that is `breached`, or `coming` as forecast; `passed_on` is the day, US dollars are exact."""

    state: str
    about: str
    dimension: str
    id: str
    set_by: str
    amount: Decimal
    billed: Decimal
    forecast: Decimal | None
    passed_on: dt.date | None
    words: str


@dataclass(frozen=True)
class Checked:
    """How many amounts were checked, and what was found, breached before coming."""

    today: dt.date
    checked: int
    breaches: tuple[Breach, ...]
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what JSON can hold: dates and exact amounts as text."""
        breaches = [{k: _plain(v) for k, v in asdict(b).items()} for b in self.breaches]
        return {"today": self.today.isoformat(), "checked": self.checked, "breaches": breaches}


def check(store: Store, settings: Settings, declared: Declared, today: dt.date) -> Checked:
    """Return what is breached or coming of budgets, OpenAI's limits and balance, by what is stored."""

    @cache
    def look(key: Key) -> Outlook:
        return forecast_of(store, settings.settle, today, filters_of(key)).outlook

    labels = Labels(store.names(), several=len(store.organizations) > 1)
    limits = [one for one in store.limits().limits if one.kind is LimitKind.LIMIT]
    found = [*watched(declared.budgets, labels, look), *watched_limits(limits, labels, look)]
    breaches = [_breach(one) for one in found if one.budget_status.status.is_breach]
    problems: list[str] = []
    if declared.balance:
        left = remaining(declared.balance, look(WHOLE))
        if left is None:
            problems.append(too_old(declared.balance, today))
        elif (status := balance_status(left, today)).is_breach:
            breaches.append(_balance_breach(left, status))
    breaches.sort(key=lambda breach: breach.state)
    return Checked(today, len(found) + bool(declared.balance), tuple(breaches), tuple(problems))


def _balance_breach(left: Remaining, status: Status) -> Breach:
    what = "Prepaid balance"
    return Breach(
        state=_STATES[status],
        about=what,
        dimension="",
        id="",
        set_by="Budget file",
        amount=left.paid,
        billed=left.billed,
        forecast=None,
        passed_on=left.gone,
        words=f"{what}: {balance_words(left, status)}",
    )


def _breach(one: Watched) -> Breach:
    s = one.budget_status
    return Breach(
        _STATES[s.status],
        one.label,
        *one.key,
        one.origin,
        s.amount,
        s.billed,
        s.ends.forecast if s.ends else None,
        s.runs_out,
        f"{status_words(one)} Set by: {one.origin}.",
    )


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value
