"""The change in plain words, for a mail: only what the numbers beside it say, and nothing about causes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib.analysis.comparison import Change, Number
from lib.analysis.turnover import State
from lib.catalog.dimensions import DIMENSIONS, Dimension, text_of
from lib.engine.filters import Filters
from lib.periods.finality import DayState
from lib.periods.windows import ONE_DAY, Window
from lib.wording import dates
from lib.wording import numbers as fmt
from lib.wording.escaping import in_order
from lib.wording.labels import Labels
from lib.wording.summary import Mover

_NAMED = 3
_CENT = Decimal("0.01")
_STATES = {State.NEW: "New", State.RETURNING: "Back again", State.GONE: "No longer billed"}
_PARTS = {
    "volume": "volume",
    "mix_model": "the mix of models",
    "mix_tier": "the mix of batch and tiers",
    "mix_direction": "the mix of input and output",
    "mix_cache": "the cached share",
    "mix_variant": "the mix of versions and variants",
    "price": "unit prices",
    "unsplit": "credits and what is billed without a quantity",
}
"""What each part of `lib.analysis.price_volume_mix.whole` is called in a sentence."""


@dataclass(frozen=True)
class Days:
    """A period, and how many of its days are not final or not known."""

    window: Window
    provisional: int = 0
    missing: int = 0

    @property
    def words(self) -> str:
        """Return the period in words: 1–31 Oct 2026."""
        return dates.day_range(self.window.first, self.window.end - ONE_DAY)


def days_of(window: Window, states: Mapping[dt.date, DayState]) -> Days:
    """Return the period with its days counted by state."""
    held = list(states.values())
    return Days(window, held.count(DayState.PROVISIONAL), held.count(DayState.MISSING))


def paragraph(*sentences: str) -> str:
    """Return the sentences that there are as one paragraph."""
    return " ".join(s for s in sentences if s)


def total(spend: Change, now: Days, before: Days, only: str = "") -> str:
    """Return what was billed in both periods, and the change between them.

    A percentage stands only where both totals are above zero; of a credit it would read the wrong way
    round. `only` names the filters, from `filters`.
    """
    said = f"OpenAI billed {money(spend.now)} for {now.words}{only}"
    if not spend.before:
        return f"{said}; for {before.words} it billed nothing."
    than = f"for {before.words} ({money(spend.before)})"
    if not spend.difference:
        return f"{said}, the same as {than}."
    share = fmt.change(spend.now, spend.before).lstrip(f"+{fmt.MINUS}")
    percent = f" ({share})" if share.endswith("%") else ""
    word = "more" if spend.difference > 0 else "less"
    return f"{said}, {money(_size(spend.difference))}{percent} {word} than {than}."


def who(movers: Sequence[Mover], dimension: Dimension) -> str:
    """Return the up to three largest rises and falls of a dimension, each with its amount."""
    ranked = sorted(movers, key=lambda m: (-_size(m.change.difference), m.label))
    rose = [m for m in ranked if m.change.difference > 0][:_NAMED]
    fell = [m for m in ranked if m.change.difference < 0][:_NAMED]
    said = [
        f"the largest {word}{'s were' if len(few) > 1 else ' was'} {_listed(_named(m) for m in few)}"
        for word, few in (("rise", rose), ("fall", fell))
        if few
    ]
    return f"By {dimension.in_words}, {'; '.join(said)}." if said else ""


def why(split: Mapping[str, Decimal]) -> str:
    """Return how the change splits into volume, mix and unit price (`lib.analysis.price_volume_mix`)."""
    ranked = sorted((part for part in split.items() if part[1]), key=lambda part: -abs(part[1]))
    said = [
        f"{words} {_listed(f'{_PARTS[name]} ({signed(value)})' for name, value in parts)}"
        for words, parts in (
            ("what added to the bill is", [p for p in ranked if p[1] > 0]),
            ("what took away from it is", [p for p in ranked if p[1] < 0]),
        )
        if parts
    ]
    return f"Split by cause, {'; '.join(said)}." if said else ""


def turnover_sentence(
    found: Mapping[str, pd.DataFrame], labels: Mapping[str, Mapping[str, str]], *, filtered: bool
) -> str:
    """Return what is new, back and gone, by dimension (`lib.analysis.turnover`), the dearest by name."""
    within = " with these filters" if filtered else ""
    said = []
    for state, word in _STATES.items():
        listed = []
        for dimension, frame in found.items():
            names = [
                labels[dimension].get(name, name)
                for name, does in zip(frame[dimension], frame["state"], strict=True)
                if does == state
            ]
            if names:
                listed.append(_counted(names, DIMENSIONS[dimension]))
        if listed:
            said.append(f"{word}{within}: {'; '.join(listed)}.")
    return " ".join(said)


def caution(now: Days, before: Days) -> str:
    """Return what keeps the two periods from being compared like with like; nothing where they are alike."""
    said = []
    if now.provisional:
        said.append(
            f"{_days(now.provisional)} of {now.words} {_are(now.provisional)} not settled, "
            "so this change can still move."
        )
    said += [
        f"{_days(period.missing)} of {period.words} {_are(period.missing)} not known and count as nothing."
        for period in (now, before)
        if period.missing
    ]
    if now.window.days != before.window.days:
        said.append(f"{_days(now.window.days)} are compared with {_days(before.window.days)}.")
    return " ".join(said)


def only(filters: Filters, labels: Labels) -> str:
    """Return which rows count, in words; nothing where all of them do."""
    said = []
    for dimension, values in filters:
        named = _listed([labels.of(dimension, text_of(v)) for v in values], "or")
        said.append(f"{DIMENSIONS[dimension].in_words} {named}")
    return f" (only {'; '.join(said)})" if said else ""


def money(value: Number) -> str:
    """Return an amount to the cent; below a cent, to two digits."""
    return fmt.usd(value, 2) if not value or _size(value) >= _CENT else fmt.usd(value)


def signed(value: Number) -> str:
    """Return an amount with its sign."""
    return f"+{money(value)}" if value > 0 else money(value)


def _size(value: Number) -> Number:
    return -value if value < 0 else value


def _named(mover: Mover) -> str:
    return f"{in_order(mover.label)} ({signed(mover.change.difference)})"


def _counted(names: Sequence[str], dimension: Dimension) -> str:
    shown = ", ".join(names[:_NAMED]) + (" and others" if len(names) > _NAMED else "")
    return f"{len(names)} {dimension.plural if len(names) > 1 else dimension.in_words} ({shown})"


def _listed(parts: Iterable[str], word: str = "and") -> str:
    *rest, last = parts
    return f"{', '.join(rest)} {word} {last}" if rest else last


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
