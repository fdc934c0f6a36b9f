"""How things stand this morning, a line for each thing that somebody would act on."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pandas as pd

from lib.analysis.comparison import Change
from lib.analysis.forecasting.burn_rate import Status
from lib.wording import anomaly_words, budget_words
from lib.wording import numbers as fmt
from lib.wording.summary import direction


def month_so_far(month: str, spend: Change, compared_with: str | None) -> str:
    """Return what a month has cost so far, against the same days of the last one where those are known."""
    said = f"{month} so far: {fmt.usd(spend.now)}"
    if compared_with is None or not spend.before:
        return said
    return f"{said}, {direction(spend)} {compared_with} ({fmt.usd(spend.before)})"


def month_end(month: str, forecast: Decimal, budget: Decimal | None) -> str:
    """Return where a month ends, and which part of the organization's `budget` that is, if it has one."""
    said = f"{month} ends at about {fmt.usd(forecast, 0)}"
    return f"{said}, {fmt.share(forecast / budget)} of the budget of {fmt.usd(budget, 0)}" if budget else said


def budgets(statuses: Iterable[Status]) -> str:
    """Return how many budgets are exceeded or going to be, or that all hold."""
    counted = Counter(statuses)
    if not counted:
        return "No budget is set"
    worse = [status for status in (Status.OVER, Status.COMING, Status.TIGHT) if counted[status]]
    if worse:
        words = (f"{budget_words.SIGNS[s]} {counted[s]} {budget_words.WORDS[s].lower()}" for s in worse)
        return f"Budgets: {', '.join(words)}"
    number = counted.total()
    unknown = counted[Status.UNKNOWN]
    if unknown:
        return f"Budgets: no forecast yet for {unknown} of {number}"
    return "✓ The budget holds" if number == 1 else f"✓ All {number} budgets hold"


def unusual(
    listed: pd.DataFrame, days: int, unjudged: Sequence[dt.date], young: Sequence[dt.date] = ()
) -> str:
    """Return how many unusual things nobody has marked, the largest early signal, and what is not judged.

    `listed` is from `lib.wording.anomaly_words`, in names; the rest is as its headline takes it.
    """
    unusual, early = anomaly_words.unmarked(listed)
    said = []
    if len(unusual):
        said.append(f"▲ {len(unusual)} unusual, not marked yet")
    elif days > len(unjudged) + len(young):
        said.append("Nothing unusual on the days that are judged")
    if len(early):
        first, more = early.iloc[0], len(early) - 1
        others = f" and {more} more" if more else ""
        said.append(f"▲ Early signal: {first['project_id']}, {first['how']}{others}")
    whole = "; ".join((*said, *anomaly_words.not_judged(unjudged, young)))
    return whole[0].upper() + whole[1:]


def fetched(moment: dt.datetime) -> str:
    """Return when what is shown was fetched."""
    return f"Fetched {moment:%-d %b %Y, %H:%M} UTC"
