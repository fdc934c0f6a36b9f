"""The controls that say what a simulation changes: the model, the tier, the cache and the growth."""

import re
from decimal import Decimal

import streamlit as st

from lib.analysis.savings.simulation import Moves
from lib.answers.savings_found import Simulation
from lib.ui.address_bar import asked_for, choose
from lib.wording import numbers as fmt

_AS_IT_IS = "as it is"
_STEP = 5
"""Percent from one notch of a slider to the next."""
_EXACT = re.compile(r"[0-9]{1,3}\.[0-9]{2}")
_SHARES = [str(n) for n in range(0, 101, _STEP)]
_GROWTHS = [str(n) for n in range(-20, 51, _STEP)]


def choose_moves(found: Simulation) -> Moves:
    """Return what is changed, in percent, as chosen; the address holds all of it."""
    left, right = st.columns(2)
    with left, st.container(border=True):
        source = choose("Move from", found.models, name="move", default=found.models[0], menu=True)
        target = choose(
            "to",
            [model for model in found.targets if model != source],
            name="onto",
            default=found.successor(source),
            menu=True,
        )
        moved = _share("this part of its traffic", "moved")
    with right, st.container(border=True):
        batched = _share("Send as batches, of standard traffic", "batched")
        cached = choose(
            f"Input read from the cache, now {fmt.share(found.cached_share)}",
            [_AS_IT_IS, *_cached_shares(asked_for("cached"))],
            name="cached",
            default=_AS_IT_IS,
            words=_percent,
            slider=True,
        )
        growth = choose("Growth a month", _GROWTHS, name="growth", default="0", words=_percent, slider=True)
    share = None if cached == _AS_IT_IS else Decimal(cached)
    return Moves(source, target, moved, batched, share, int(growth))


def _cached_shares(asked: str | None) -> list[str]:
    """Return the notches of the slider, and between them the exact share that a saving asks for."""
    exact = asked is not None and _EXACT.fullmatch(asked) and Decimal(asked) <= 100
    return sorted({*_SHARES, asked}, key=Decimal) if exact and asked else _SHARES


def _share(label: str, name: str) -> int:
    return int(choose(label, _SHARES, name=name, default="0", words=_percent, slider=True))


def _percent(text: str) -> str:
    """Return a share or growth as the slider says it."""
    return text if text == _AS_IT_IS else f"{text}%"
