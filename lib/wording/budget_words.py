"""Budgets in words: a sign, a word and a meaning for each status."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.forecasting.burn_rate import BudgetStatus, Status
from lib.wording import numbers as fmt

SIGNS: Mapping[Status, str] = {
    Status.OVER: "✕",
    Status.COMING: "▲",
    Status.TIGHT: "▲",
    Status.HOLDS: "✓",
    Status.UNKNOWN: "–",
}
"""A shape for each status, so that nobody has to tell colours apart."""

WORDS: Mapping[Status, str] = {
    Status.OVER: "Exceeded",
    Status.COMING: "Going over",
    Status.TIGHT: "Tight",
    Status.HOLDS: "Holds",
    Status.UNKNOWN: "No forecast",
}
"""Each status in a word or two."""

MEANINGS: Mapping[Status, str] = {
    Status.OVER: "More is billed than the budget.",
    Status.COMING: "The month ends above the budget, as forecast.",
    Status.TIGHT: "The forecast is within the budget, its 80 % band is not.",
    Status.HOLDS: "The forecast and its 80 % band are within the budget.",
    Status.UNKNOWN: "Too few days are billed to forecast from.",
}
"""What each status means."""


HOW_TO_READ = (
    "A budget is what a calendar month (UTC) may cost, for the organization, a project, a person, a key or "
    "a model. Each card says what is billed so far of how much, and below that how it stands: ✕ more is "
    "billed than the budget; ▲ the forecast passes it (*Going over*), or the upper end of its 80 % band does "
    "(*Tight*); ✓ forecast and band stay within it.\n\n"
    "Open another month to see what was billed against the budgets of that time. Filters and dates do not "
    "count here: each budget says what it is for."
)
"""What budgets need to be understood, in Markdown."""


def on_card(status: BudgetStatus, *, is_over: bool) -> str:
    """Return of how much a bill is and how that stands: `of $50 · ✕ $12.00 (24.0%) over`.

    `is_over` says that the month is.
    """
    if is_over:
        over = status.billed - status.amount
        part = fmt.share(abs(over) / status.amount)
        said = f"✕ {fmt.usd(over)} ({part}) over" if over > 0 else f"✓ {fmt.usd(-over)} ({part}) left"
    else:
        said = f"{SIGNS[status.status]} {WORDS[status.status]}"
        said += f", ends at about {fmt.usd(status.ends.forecast, 0)}" if status.ends else ""
    return f"of {fmt.usd(status.amount)} · {said}"


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of budgets (`lib.analysis.forecasting.burn_rate.table`) with its statuses in words."""
    return table.assign(status=[f"{SIGNS[status]} {WORDS[status]}" for status in table.get("status", ())])
