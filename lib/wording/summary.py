"""What happened in a period, in a sentence that the numbers beside it prove."""

from dataclasses import dataclass

import pandas as pd

from lib.analysis.comparison import Change, Number
from lib.wording import numbers as fmt


@dataclass(frozen=True)
class Mover:
    """Something whose spend changed, by its label."""

    label: str
    change: Change


def sentence(
    spend: Change, compared_with: str | None, movers: list[Mover], *, unsettled: bool, who: str = ""
) -> str:
    """Return what happened to spend: how much, the change, who rose and who fell most.

    `compared_with` names the other period ("25 Sep–24 Oct 2026"), None without one; `who` says what the
    filters keep, empty without any.
    """
    said = f"{who or 'You'} {_came_to(spend.now)}"
    if compared_with is None:
        return f"{said}.{_caution(unsettled=unsettled)}"
    if not spend.before:
        return f"{said}; nothing was billed in {compared_with}.{_caution(unsettled=unsettled)}"
    if spend.now < 0 or spend.before < 0:
        return f"{said}; in {compared_with} it was {fmt.usd(spend.before)}.{_caution(unsettled=unsettled)}"
    said += f", {direction(spend)} {compared_with} ({fmt.usd(spend.before)})"
    rose = max(movers, key=lambda m: m.change.difference, default=None)
    fell = min(movers, key=lambda m: m.change.difference, default=None)
    reasons = []
    if rose and rose.change.difference > 0:
        reasons.append(f"{rose.label} rose most (+{fmt.usd(rose.change.difference)})")
    if fell and fell.change.difference < 0:
        reasons.append(f"{fell.label} fell most (−{fmt.usd(-fell.change.difference)})")
    because = f": {' and '.join(reasons)}" if reasons else ""
    return f"{said}{because}.{_caution(unsettled=unsettled)}"


def _came_to(spend: Number) -> str:
    """Return what a bill came to, which credits can turn round."""
    if spend < 0:
        return f"got {fmt.usd(-spend)} more in credits than was billed"
    return f"spent {fmt.usd(spend)}"


def direction(spend: Change) -> str:
    """Return how spend compares: “10.0% more than in”, to be followed by the other period."""
    share = spend.share or 0.0
    if abs(share) < 0.0005:
        return "the same as in"
    return f"{fmt.share(abs(share))} {'more' if share > 0 else 'less'} than in"


def movers_of(frame: pd.DataFrame, key: str, labels: dict[str, str]) -> list[Mover]:
    """Return the rows of a movers frame (`lib.analysis.comparison`) under their labels."""
    return [
        Mover(labels.get(name, name), Change(now, before))
        for name, now, before in zip(frame[key], frame["now"], frame["before"], strict=True)
    ]


def _caution(*, unsettled: bool) -> str:
    return " The newest days are still settling, so this will move a little." if unsettled else ""
