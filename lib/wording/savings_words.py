"""Savings in words: what to do, what that rests on, and how sure it is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

import pandas as pd

from lib.analysis.savings.effect import LEAST_DAYS, Effect, Verdict
from lib.analysis.savings.saving import CHANCES, Confidence, Saving
from lib.wording import dates
from lib.wording import numbers as fmt

SIGNS: Mapping[Confidence, str] = {Confidence.HIGH: "●●●", Confidence.MEDIUM: "●●○", Confidence.LOW: "●○○"}
"""A shape that tells each confidence apart without colour."""


def title(saving: Saving) -> str:
    """Return what to do."""
    return _filled(saving.rule.title, saving.facts)


def assumption(saving: Saving) -> str:
    """Return what the saving rests on."""
    return _filled(saving.rule.assumption, saving.facts)


def listed(found: Iterable[Saving], decided_on: Mapping[str, str]) -> pd.DataFrame:
    """Return `name`, `title`, `project_id`, `api_key_id`, `model` (ids), `a_month` (USD), `confidence`.

    `decision` is what was decided, by the names of savings in `decided_on`; "" for nothing.
    """
    rows = [
        (
            s.name,
            title(s),
            s.project,
            s.key,
            s.model,
            s.a_month,
            f"{SIGNS[s.confidence]} {s.confidence}",
            decided_on.get(s.name, ""),
        )
        for s in found
    ]
    columns = ["name", "title", "project_id", "api_key_id", "model", "a_month", "confidence", "decision"]
    return pd.DataFrame(rows, columns=columns).astype(object)


def decided(state: str, at: dt.datetime | None, who: str) -> str:
    """Return what was decided, when, and by whom: Planned on 3 Nov 2026 by Ada."""
    when = f" on {dates.day(at)}" if at else ""
    return f"{state.capitalize()}{when}{f' by {who}' if who else ''}"


def verdict(effect: Effect) -> str:
    """Return whether a saving did what was expected of it."""
    if effect.verdict is Verdict.WAITING:
        return f"Too early to tell: {effect.days} of the {LEAST_DAYS} final days that it takes"
    said, days = _VERDICTS[effect.verdict], fmt.counted(effect.days, "day")
    if effect.of_expected is None or effect.verdict in (Verdict.NOT_SEEN, Verdict.DEARER):
        return f"{said}, over {days}"
    return f"{said}: {fmt.share(effect.of_expected)} of what was expected, over {days}"


_VERDICTS: Mapping[Verdict, str] = {
    Verdict.UNUSED: "Nothing was sent any more",
    Verdict.WORKED: "✓ It worked",
    Verdict.PARTLY: "▲ It worked in part",
    Verdict.NOT_SEEN: "– No effect can be seen",
    Verdict.DEARER: "✕ It costs more than before",
}

HOW_TO_READ = (
    "Each line is something that could cost less, found in what was sent on the last 28 final days and "
    "priced at list prices. It is an estimate, and each line stands by itself: findings about one key "
    "overlap, because they would change the same requests.\n\n"
    "*Likely* counts one saving for each key, and of that a part by its confidence: "
    + ", ".join(f"{CHANCES[c]:.0%} if it is {c}" for c in Confidence)
    + ". These parts are a convention. *At most* counts the largest saving of each key in full. What is "
    "marked as done counts towards neither."
)
"""What the page of savings needs to be understood, in Markdown."""


def _filled(text: str, facts: Mapping[str, object]) -> str:
    """Return `text` with the facts that it names, numbers as whole percents."""
    return text.format(**{k: f"{v:.0%}" if isinstance(v, Decimal | float) else v for k, v in facts.items()})
