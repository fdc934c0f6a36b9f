"""Parts as pages meet them, literal or drawn by hypothesis."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

from lib.catalog.measures import MEASURES

SPEND = MEASURES["spend"]
TOKENS = MEASURES["input_tokens"]
SHARE = MEASURES["cached_share"]
BYTES = MEASURES["usage_bytes"]

MONEY, INPUT, CACHED = "costs.cost_usd", "completions.input_tokens", "completions.input_cached_tokens"
PROJECTS = ["proj_a", "proj_b", "proj_c", "proj_d", "(none)"]
MODELS = ["gpt-4o", "gpt-5", "o1"]
FIRST = dt.date(2026, 1, 1)
DAYS = 10

SOME = settings(max_examples=40)
"""Frames are slow to build, so fewer of them are drawn."""


def stamp(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def frame(columns: list[str], *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return rows as pages hold them: objects, so that ints and Decimals stay what they are."""
    found = pd.DataFrame(list(rows), columns=columns).astype(object)
    return (
        found.assign(start=pd.Series(found["start"], dtype="datetime64[us, UTC]"))
        if "start" in found
        else found
    )


def spending(key: str, **dollars: str) -> pd.DataFrame:
    """Return parts of spend by `key`."""
    return frame([key, MONEY], *((name, Decimal(text)) for name, text in dollars.items()))


@st.composite
def parts(draw: st.DrawFn, *, least: str = "-1000000") -> pd.DataFrame:
    """Return parts by start, project and model, with exact money and counts past what floats hold."""
    amounts = st.decimals(Decimal(least), 1_000_000, places=18)
    row = st.tuples(
        st.integers(0, DAYS - 1).map(lambda n: pd.Timestamp(FIRST + dt.timedelta(days=n), tz="UTC")),
        st.sampled_from(PROJECTS),
        st.sampled_from(MODELS),
        amounts,
        st.integers(0, 2**60),
        st.integers(0, 2**60),
    )
    rows = draw(st.lists(row, min_size=1, max_size=12))
    return frame(["start", "project_id", "model", MONEY, INPUT, CACHED], *rows)
