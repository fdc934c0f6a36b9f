"""Budgets in words: a sign, a word and a meaning for each status."""

from collections.abc import Mapping

import pandas as pd

from lib.analysis.forecasting.burn_rate import Light

SIGNS: Mapping[Light, str] = {
    Light.OVER: "✕",
    Light.COMING: "▲",
    Light.TIGHT: "▲",
    Light.HOLDS: "✓",
    Light.UNKNOWN: "–",
}
"""A shape for each status, so that nobody has to tell colours apart."""

WORDS: Mapping[Light, str] = {
    Light.OVER: "Exceeded",
    Light.COMING: "Going over",
    Light.TIGHT: "Tight",
    Light.HOLDS: "Holds",
    Light.UNKNOWN: "No forecast",
}
"""Each status in a word or two."""

MEANINGS: Mapping[Light, str] = {
    Light.OVER: "More is billed than the budget.",
    Light.COMING: "The month ends above the budget, as forecast.",
    Light.TIGHT: "The forecast is within the budget, its 80 % band is not.",
    Light.HOLDS: "The forecast and its 80 % band are within the budget.",
    Light.UNKNOWN: "Too few days are billed to forecast from.",
}
"""What each status means."""


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of budgets (`lib.analysis.forecasting.burn_rate.table`) with its statuses in words."""
    return table.assign(light=[f"{SIGNS[status]} {WORDS[status]}" for status in table.get("light", ())])
