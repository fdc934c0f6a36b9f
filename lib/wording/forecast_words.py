"""Forecasts in words: between what amounts a sum will lie, and which method is used and why."""

from collections.abc import Sequence

import pandas as pd

from lib.analysis.forecasting.forecast import Band
from lib.wording.numbers import share, usd


def band_words(bands: Sequence[Band]) -> str:
    """Return the bands in words, or why there are none."""
    if not bands:
        return "The history is too short or too uneven to say how far off this may be."
    likely, sure = bands
    return (
        f"Between {usd(likely.low, 0)} and {usd(likely.high, 0)} in 8 of 10 cases, "
        f"between {usd(sure.low, 0)} and {usd(sure.high, 0)} in 19 of 20."
    )


def verdict(scores: pd.DataFrame) -> str:
    """Return which method is used and why, from `lib.analysis.forecasting.backtest.scores`, best first."""
    if scores.empty:
        return "No complete month could be tried yet, so nobody knows how good this forecast is."
    used, *others = zip(scores["method"], scores["error"].map(share), strict=True)
    than = "; ".join(f"“{name}” was off by {error}" for name, error in others)
    held = [None if pd.isna(v) else share(float(v)) for v in scores[["held80", "held95"]].iloc[0]]
    kept = f" The 80 % band held {held[0]} of the actual sums, the 95 % band {held[1]}." if held[0] else ""
    return f"“{used[0]}” is used: it was off by {used[1]} on average; {than}.{kept}"
