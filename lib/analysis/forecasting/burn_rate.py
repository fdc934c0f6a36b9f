"""Burn rate: how a monthly budget stands against its bill and forecast, and how long a balance lasts.

The burn rate is the share of the budget that is billed over the share of the month that has passed (Beyer
et al., "The Site Reliability Workbook", ch. 5): 1 uses the budget up on the last day. What is still to come
is the forecast of `lib.analysis.forecasting.outlook`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import pandas as pd

from lib.analysis.exact import exactly
from lib.analysis.forecasting.outlook import NOTHING, SIDES, Outlook, Sum
from lib.periods.windows import ONE_DAY, Window

_AFTER = dt.timedelta(days=7)


class Payment(Protocol):
    """An amount of US dollars that was paid in on a day (UTC)."""

    @property
    def day(self) -> dt.date:
        """Return the day from which it counts."""

    @property
    def amount(self) -> Decimal:
        """Return the US dollars."""


class Balance(Payment, Protocol):
    """A prepaid balance at the beginning of its day, and the payments that came on top since."""

    @property
    def top_ups(self) -> Sequence[Payment]:
        """Return the payments after it."""


class Status(StrEnum):
    """How a budget stands, worst first."""

    OVER = "over"
    COMING = "coming"
    TIGHT = "tight"
    HOLDS = "holds"
    UNKNOWN = "unknown"

    @property
    def is_breach(self) -> bool:
        """Return whether somebody should act: exceeded, or going to be."""
        return self in (Status.OVER, Status.COMING)


@dataclass(frozen=True)
class BudgetStatus:
    """How `amount` US dollars a month stand: billed so far (exact), `ends` (None without a forecast).

    `runs_out` is the day with which the running total passes the amount, forecast where it is still to
    come. `burn_rate` is None on the first day of a month.
    """

    amount: Decimal
    month: Window
    billed: Decimal
    burn_rate: float | None
    ends: Sum | None
    runs_out: dt.date | None
    status: Status

    @property
    @exactly()
    def used(self) -> float:
        """Return the billed share of the amount."""
        return float(self.billed / self.amount)


@exactly()
def budget_status(amount: Decimal, look: Outlook, month: Window) -> BudgetStatus:
    """Return how `amount` for `month`, the one of today or an earlier one, stands by `look`."""
    known = look.known
    billed = sum((known.of(day) for day in month), NOTHING)
    ends = look.sum(month) if _tells(look, month) else None
    status = _status(amount, billed, ends)
    runs_out = None
    if status is Status.OVER:
        runs_out = _passed(amount, look, month)
    elif status is Status.COMING:
        runs_out = look.passes(amount, month)
    return BudgetStatus(amount, month, billed, _burn_rate(amount, look, month), ends, runs_out, status)


@exactly()
def course(look: Outlook, month: Window) -> pd.DataFrame:
    """Return the month's running total as `Outlook.course` does; up to today where nothing is forecast."""
    if _tells(look, month):
        return look.course(month)
    rows, total = [], NOTHING
    for day in Window(month.first, min(look.known.today + ONE_DAY, month.end)):
        total += look.known.of(day)
        state = "final" if day < look.known.end else "provisional"
        rows.append((day, state, look.known.of(day), float(total), *[None] * len(SIDES)))
    return pd.DataFrame(rows, columns=["day", "state", "billed", "total", *SIDES])


def even(amount: Decimal, month: Window) -> pd.DataFrame:
    """Return `day` and `total`: the running total of a budget that is used up evenly, in US dollars."""
    return pd.DataFrame(
        {
            "day": list(month),
            "total": [float(amount * nth / month.days) for nth in range(1, month.days + 1)],
        }
    )


def left(course_: pd.DataFrame, amount: Decimal) -> pd.DataFrame:
    """Return a running total as what it leaves of `amount`; a band's sides change places."""
    whole = float(amount)
    swapped = {"low80": "high80", "high80": "low80", "low95": "high95", "high95": "low95"}
    shown = {name: whole - course_[of] for name, of in swapped.items() if of in course_}
    return course_.assign(total=whole - course_["total"], **shown)


@dataclass(frozen=True)
class Remaining:
    """What is left of a prepaid balance, in US dollars (declared less billed, exact), and when it is gone.

    `gone` is the forecast day, `earliest` and `latest` that of the 80 % band; None where that is later
    than is forecast. `course` holds `day`, `state`, `billed`, `total` (what is left) and the bands.
    """

    left: Decimal
    paid: Decimal
    billed: Decimal
    gone: dt.date | None
    earliest: dt.date | None
    latest: dt.date | None
    course: pd.DataFrame


@exactly()
def remaining(balance: Balance, look: Outlook) -> Remaining:
    """Return what the bill from the balance's day on leaves of it and its top-ups, and for how long."""
    today = look.known.today
    since = Window(balance.day, today + ONE_DAY)
    billed = sum((look.known.of(day) for day in since), NOTHING)
    paid = _paid(balance, today)
    end = look.reaches if look.known.is_enough else today
    rows = course(look, Window(balance.day, end + ONE_DAY))
    funds = pd.Series([float(_paid(balance, day)) for day in rows["day"]], dtype="float64")
    shown = rows.assign(
        total=funds - rows["total"],
        **{
            name: funds - pd.to_numeric(rows[of])
            for name, of in zip(SIDES, ("high80", "low80", "high95", "low95"), strict=True)
        },
    )
    ahead = shown.loc[[day >= today for day in shown["day"]]]
    gone, earliest, latest = (_first_below(ahead, side) for side in ("total", "low80", "high80"))
    # What comes after it is surely gone tells nothing.
    told = max(today, latest or end) + _AFTER
    shown = shown.loc[[day <= told for day in shown["day"]]]
    return Remaining(paid - billed, paid, billed, gone, earliest, latest, shown)


def table(rows: Sequence[tuple[str, str, BudgetStatus]]) -> pd.DataFrame:
    """Return a row for each label, origin and status; US dollars exact, bands as floats.

    Columns: status, about, origin, amount, billed, used (a share), burn_rate, forecast, low80, high80,
    runs_out.
    """
    return pd.DataFrame(
        [
            {
                "status": s.status,
                "about": label,
                "origin": origin,
                "amount": s.amount,
                "billed": s.billed,
                "used": s.used,
                "burn_rate": s.burn_rate,
                "forecast": s.ends.forecast if s.ends else None,
                **_sides(s.ends),
                "runs_out": s.runs_out,
            }
            for label, origin, s in rows
        ]
    )


def _tells(look: Outlook, window: Window) -> bool:
    """Return whether there is a forecast, and one that reaches to the end of `window`."""
    return look.known.is_enough and look.reaches >= window.end - ONE_DAY


def _status(amount: Decimal, billed: Decimal, ends: Sum | None) -> Status:
    if billed > amount:
        return Status.OVER
    if ends is None:
        return Status.UNKNOWN
    if ends.forecast > amount:
        return Status.COMING
    return Status.TIGHT if any(band.high > amount for band in ends.bands[:1]) else Status.HOLDS


def _burn_rate(amount: Decimal, look: Outlook, month: Window) -> float | None:
    """Return the billed share of the amount over the share of the month, both up to yesterday."""
    end = min(look.known.today, month.end)
    over = (end - month.first).days
    if over < 1:
        return None
    billed = sum((look.known.of(day) for day in Window(month.first, end)), NOTHING)
    return float(billed / amount) * month.days / over


def _passed(amount: Decimal, look: Outlook, month: Window) -> dt.date | None:
    total = NOTHING
    for day in month:
        total += look.known.of(day)
        if total > amount:
            return day
    return None


def _paid(balance: Balance, upto: dt.date) -> Decimal:
    return balance.amount + sum((t.amount for t in balance.top_ups if t.day <= upto), NOTHING)


def _first_below(rows: pd.DataFrame, column: str) -> dt.date | None:
    return next((day for day, v in zip(rows["day"], rows[column], strict=True) if v < 0), None)


def _sides(ends: Sum | None) -> dict[str, float | None]:
    band = ends.bands[0] if ends and ends.bands else None
    return {"low80": band.low if band else None, "high80": band.high if band else None}
