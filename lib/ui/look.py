"""How a chart over time is drawn: by bucket or so far, as amounts or shares, on a linear or a log axis."""

from dataclasses import dataclass, replace

import streamlit as st

from lib.analysis import series
from lib.answers.results import OverTime
from lib.ui import address_bar

_EACH, _SO_FAR = "each", "cumulative"
_AMOUNTS, _SHARE = "amounts", "share"
_LINEAR, _LOG = "linear", "log"
_BY = {"day": "Daily", "hour": "Hourly", "minute": "By minute", "week": "Weekly", "month": "Monthly"}


@dataclass(frozen=True)
class Look:
    """What is drawn of a measure over time; by default each bucket's amount on a linear axis."""

    so_far: bool = False
    share: bool = False
    log: bool = False


PLAIN = Look()


def look_at(answer: OverTime, shape: str) -> Look:
    """Return how the answer is to be drawn in a shape, as far as it can be."""
    share = _can_share(answer, shape) and address_bar.asked_for("values") == _SHARE
    return Look(
        so_far=_can_add_up(answer) and address_bar.asked_for("course") == _SO_FAR,
        share=share,
        log=not share and _can_be_log(answer, shape) and address_bar.asked_for("axis") == _LOG,
    )


def choose_look(answer: OverTime, shape: str) -> None:
    """Draw the choices that count for the answer in a shape; `look_at` returns what they hold."""
    with st.container(horizontal=True, gap="small"):
        if _can_add_up(answer):
            words = {_EACH: _BY[answer.grain], _SO_FAR: "Cumulative"}
            _choose("Course", "course", words)
        if _can_share(answer, shape):
            _choose("Values", "values", {_AMOUNTS: "Amounts", _SHARE: "Share"})
        if _can_be_log(answer, shape) and not look_at(answer, shape).share:
            _choose("Axis", "axis", {_LINEAR: "Linear", _LOG: "Log"})


def looked_at(answer: OverTime, look: Look) -> OverTime:
    """Return the answer with the totals so far where those are to be drawn."""
    if not look.so_far:
        return answer
    rows, earlier, provisional = series.running(answer.rows), answer.earlier, answer.provisional
    before = None if earlier is None else series.in_order(series.running(earlier), rows["start"])
    # A total is no more final than any day in it.
    open_ = frozenset(s for s in rows["start"] if provisional and s >= min(provisional))
    return replace(answer, rows=rows, before=before, provisional=open_)


def log_note(answer: OverTime) -> str:
    """Return what a log axis leaves out of an answer, and that it stacks nothing."""
    values = list(answer.rows["value"])
    none, below = sum(v == 0 for v in values), sum(v < 0 for v in values)
    left_out = " and ".join(
        f"{count:,} {'value' if count == 1 else 'values'} {words}"
        for count, words in ((none, "of zero"), (below, "below zero"))
        if count
    )
    stacked = " Amounts cannot be stacked on a log axis, so there is a line for each." * (
        len(answer.groups) > 1
    )
    said = f"The log axis leaves out {left_out}." if left_out else "The axis is logarithmic."
    return said + stacked


def _choose(label: str, name: str, words: dict[str, str]) -> None:
    address_bar.choose(
        label, list(words), name=name, default=next(iter(words)), words=words.__getitem__, bare=True
    )


def _can_add_up(answer: OverTime) -> bool:
    return not answer.measure.is_ratio and not answer.measure.is_level and _is_long(answer)


def _can_share(answer: OverTime, shape: str) -> bool:
    return len(answer.groups) > 1 and not answer.measure.is_ratio and shape in _ON_ONE_AXIS


def _can_be_log(answer: OverTime, shape: str) -> bool:
    return _is_long(answer) and shape in _ON_ONE_AXIS and any(v > 0 for v in answer.rows["value"])


def _is_long(answer: OverTime) -> bool:
    return answer.rows["start"].nunique() > 1


_ON_ONE_AXIS = ("stacked", "lines")
