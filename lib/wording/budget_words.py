"""Budgets in words: a sign, a word and a meaning for each status."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.forecasting.burn_rate import Status

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


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of budgets (`lib.analysis.forecasting.burn_rate.table`) with its statuses in words."""
    return table.assign(status=[f"{SIGNS[status]} {WORDS[status]}" for status in table.get("status", ())])
